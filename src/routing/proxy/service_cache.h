// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "bellrock/status.h"
#include "bellrock/time.h"
#include "fiber/environment.h"
#include "routing/proxy/counts.h"
#include "routing/proxy/method_names.h"
#include "rpc/client/endpoint_source.h"

namespace bellrock::routing::proxy {

// Who knows the instances of services. Thread-safe.
class ServiceDirectory {
 public:
  virtual ~ServiceDirectory() = default;
  // The service's source, which lives as long as the directory. Blocks the fiber up to `wait` for
  // its first instance. kInvalidArgument for what is no name; kNotFound if nobody has named an
  // instance of it.
  virtual Result<rpc::EndpointSource*> Find(const std::string& service, Duration wait) = 0;
};

struct ProxiedService {
  std::string name;
  rpc::EndpointSource* source = nullptr;
  ServiceCounts counts;
  MethodNames methods;
};

// The services that one loop has met: the directory is asked once. A name that nobody knows is
// remembered for a second, so that a caller in error does not make the directory work. Belongs to
// its loop.
class ServiceCache {
 public:
  ServiceCache(fiber::Clock& clock, ServiceDirectory& directory, size_t services_max,
               Duration wait);
  // kNotFound, kInvalidArgument, kResourceExhausted beyond the bound. Blocks at first.
  Result<ProxiedService*> Find(std::string_view name);
  std::vector<NamedCounts> Counts() const;

 private:
  struct Unknown {
    Time until{};
    Status why;
  };
  void Remember(std::string_view name, const Status& why);

  fiber::Clock& clock_;
  ServiceDirectory& directory_;
  const size_t services_max_;
  const Duration wait_;
  std::map<std::string, std::unique_ptr<ProxiedService>, std::less<>> known_;
  std::map<std::string, Unknown, std::less<>> unknown_;
};

}  // namespace bellrock::routing::proxy
