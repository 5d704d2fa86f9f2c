// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "routing/client/agent_link.h"

#include "bellrock/routing/v1/routing.bellrock.h"

namespace bellrock::routing::client {

Status RpcAgentLink::Subscribe(const std::string& service, const std::string& counters) {
  v1::SubscribeRequest request;
  request.set_service(service);
  request.set_counters(counters);
  return v1::HostRoutingStub(channel_)
      .Subscribe(request, CallOptions{.timeout = std::chrono::seconds(1), .attempts = 1})
      .status();
}

}  // namespace bellrock::routing::client
