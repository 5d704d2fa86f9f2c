// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <set>
#include <string>

#include "fiber/loop.h"
#include "routing/client/router_set.h"
#include "routing/proxy/service_cache.h"

namespace bellrock::routing::proxy {

// The services of a RouterSet, for the proxy's loops.
class RouterDirectory final : public ServiceDirectory {
 public:
  // Names that nobody has named an instance of; further ones are refused. A router, once made,
  // stays.
  static constexpr size_t kEmptyMax = 256;

  // Made on the set's loop.
  RouterDirectory(client::RouterSet& routers, fiber::Clock& clock)
      : routers_(routers), clock_(clock), home_(*fiber::Loop::Current()) {}

  Result<rpc::EndpointSource*> Find(const std::string& service, Duration wait) override;

 private:
  Result<rpc::EndpointSource*> FindAtHome(const std::string& service, Duration wait);

  client::RouterSet& routers_;
  fiber::Clock& clock_;
  fiber::Loop& home_;
  std::set<std::string> empty_;  // home's
};

}  // namespace bellrock::routing::proxy
