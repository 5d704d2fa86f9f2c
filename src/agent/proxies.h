// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/address.h"
#include "bellrock/status.h"
#include "fiber/environment.h"
#include "metrics/client/recorder.h"
#include "metrics/table_sink.h"
#include "routing/client/router_set.h"
#include "routing/proxy/proxy.h"
#include "routing/proxy/router_directory.h"
#include "rpc/client.h"

namespace bellrock::agent {

// The agent's proxy, and what it picks and counts by, as any process of this host does: routers
// that read the agent's tables and count into a file of their own, and a recorder whose cards the
// agent forwards. Made, stopped and destroyed on the agent's loop.
class Proxies {
 public:
  // `agent` is where this agent listens, `source` the name of its counts. Blocks.
  static Result<std::unique_ptr<Proxies>> Start(fiber::Environment environment,
                                                const Address& agent, const std::string& run_dir,
                                                const std::string& source,
                                                routing::proxy::ProxyOptions options);
  std::string Describe() { return proxy_->Describe(); }
  const std::vector<Address>& addresses() const { return proxy_->addresses(); }
  // While the agent still takes counts.
  void Stop(Time deadline);

 private:
  Proxies(fiber::Environment environment, const Address& agent, const std::string& run_dir,
          const std::string& source);

  rpc::FixedEndpoints agent_;
  rpc::Client channel_;
  routing::client::RpcAgentLink link_;
  routing::client::RouterSet routers_;
  routing::proxy::RouterDirectory directory_;
  metrics::TableSink sink_;
  metrics::client::Recorder recorder_;
  std::unique_ptr<routing::proxy::Proxy> proxy_;
};

}  // namespace bellrock::agent
