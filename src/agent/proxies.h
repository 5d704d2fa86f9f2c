// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/address.h"
#include "bellrock/status.h"
#include "fiber/environment.h"
#include "routing/client/router_set.h"
#include "routing/proxy/proxy.h"
#include "routing/proxy/router_directory.h"
#include "rpc/client.h"

namespace bellrock::agent {

// The agent's proxy, and the routers it picks by: those of any process of this host, which read the
// agent's tables and count into a file of their own. Made and destroyed on the agent's loop.
class Proxies {
 public:
  // `agent` is where this agent listens. Blocks.
  static Result<std::unique_ptr<Proxies>> Start(fiber::Environment environment,
                                                const Address& agent, const std::string& run_dir,
                                                const routing::proxy::ProxyOptions& options);
  std::string Describe() { return proxy_->Describe(); }
  const std::vector<Address>& addresses() const { return proxy_->addresses(); }
  void Stop(Time deadline) { proxy_->Stop(deadline); }

 private:
  Proxies(fiber::Environment environment, const Address& agent, const std::string& run_dir);

  rpc::FixedEndpoints agent_;
  rpc::Client channel_;
  routing::client::RpcAgentLink link_;
  routing::client::RouterSet routers_;
  routing::proxy::RouterDirectory directory_;
  std::unique_ptr<routing::proxy::Proxy> proxy_;
};

}  // namespace bellrock::agent
