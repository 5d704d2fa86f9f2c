// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "agent/proxies.h"

namespace bellrock::agent {
namespace {

rpc::ClientOptions AsProxy() {
  rpc::ClientOptions options;
  options.caller = "bellrock/proxy";
  options.callee = "bellrock/agent";
  return options;
}

routing::client::RouterSetOptions OfRunDirectory(const std::string& run_dir) {
  routing::client::RouterSetOptions options;
  options.run_directory = run_dir;
  return options;
}

}  // namespace

Proxies::Proxies(fiber::Environment environment, const Address& agent, const std::string& run_dir)
    : agent_({agent}),
      channel_(environment, agent_, nullptr, AsProxy()),
      link_(channel_),
      routers_(environment, OfRunDirectory(run_dir), &link_),
      directory_(routers_, environment.clock) {}

Result<std::unique_ptr<Proxies>> Proxies::Start(fiber::Environment environment,
                                                const Address& agent, const std::string& run_dir,
                                                const routing::proxy::ProxyOptions& options) {
  auto proxies = std::unique_ptr<Proxies>(new Proxies(environment, agent, run_dir));
  BELLROCK_ASSIGN(proxies->proxy_, routing::proxy::Proxy::Start(options, proxies->directory_));
  return proxies;
}

}  // namespace bellrock::agent
