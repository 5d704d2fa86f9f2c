// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "routing/proxy/router_directory.h"

#include <fmt/format.h>

namespace bellrock::routing::proxy {

Result<rpc::EndpointSource*> RouterDirectory::Find(const std::string& service, Duration wait) {
  Result<rpc::EndpointSource*> found = UnavailableError("the agent ends");
  BELLROCK_TRY(fiber::RunOn(home_, [&] { found = FindAtHome(service, wait); }));
  return found;
}

Result<rpc::EndpointSource*> RouterDirectory::FindAtHome(const std::string& service,
                                                         Duration wait) {
  if (empty_.size() >= kEmptyMax && !empty_.contains(service) &&
      routers_.Find(service) == nullptr) {
    return ResourceExhaustedError(fmt::format(
        "service '{}': {} names without an instance were asked for already", service, kEmptyMax));
  }
  BELLROCK_ASSIGN(client::Router * router, routers_.Open(service));
  const Status ready = router->WaitReady(clock_.Now() + wait);
  if (ready.ok()) {
    empty_.erase(service);
    return static_cast<rpc::EndpointSource*>(router);
  }
  empty_.insert(service);
  if (ready.code() != StatusCode::kUnavailable) return ready;
  return NotFoundError(
      fmt::format("service '{}' has no instance that the registry knows of", service));
}

}  // namespace bellrock::routing::proxy
