// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "agent/proxies.h"

#include "base/log.h"

namespace bellrock::agent {
namespace {

constexpr Duration kFlushMax = std::chrono::seconds(1);

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

Proxies::Proxies(fiber::Environment environment, const Address& agent, const std::string& run_dir,
                 const std::string& source)
    : agent_({agent}),
      channel_(environment, agent_, nullptr, AsProxy()),
      link_(channel_),
      routers_(environment, OfRunDirectory(run_dir), &link_),
      directory_(routers_, environment.clock),
      sink_(channel_, environment.random.Next()),
      recorder_(environment, sink_, {.source = source}) {}

Result<std::unique_ptr<Proxies>> Proxies::Start(fiber::Environment environment,
                                                const Address& agent, const std::string& run_dir,
                                                const std::string& source,
                                                routing::proxy::ProxyOptions options) {
  auto proxies = std::unique_ptr<Proxies>(new Proxies(environment, agent, run_dir, source));
  options.observer = &proxies->recorder_;
  BELLROCK_ASSIGN(proxies->proxy_, routing::proxy::Proxy::Start(options, proxies->directory_));
  proxies->recorder_.Start();
  return proxies;
}

void Proxies::Stop(Time deadline) {
  proxy_->Stop(deadline);
  const Status flushed = recorder_.Stop(deadline + kFlushMax);
  if (!flushed.ok()) log::Warning("agent", "proxied calls not counted: {}", flushed.ToString());
}

}  // namespace bellrock::agent
