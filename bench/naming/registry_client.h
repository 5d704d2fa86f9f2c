// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>

#include "base/address.h"
#include "bellrock/status.h"
#include "bellrock/time.h"
#include "fleet.h"

namespace bellrock::bench {

// A registry of any make, asked as its users ask it. Lives on one loop; every call blocks its
// fiber, and many fibers call at once.
class RegistryClient {
 public:
  virtual ~RegistryClient() = default;

  // What must be there before instances can be registered.
  virtual Status Prepare() { return Status::Ok(); }
  // Until the registry has it on its disk.
  virtual Status Register(int64_t n) = 0;
  virtual Status Deregister(int64_t n) = 0;
  // Renews the leases of registered instances and waits for every answer. Fibers that renew at the
  // same time use different lanes; the same batch is given by the same span each time.
  virtual Status Renew(size_t lane, std::span<const int64_t> instances) = 0;
  // How many instances the service has, with all that a caller needs of each.
  virtual Result<size_t> Lookup(int64_t service) = 0;
  // Tells how many instances the service has, at first and after each change, until it fails or is
  // cancelled. Each watcher has a connection of its own up to the number of connections.
  using Told = std::function<void(size_t instances)>;
  virtual Status Watch(size_t watcher, int64_t service, const Told& told) = 0;
};

struct RegistryClientOptions {
  Address server;
  int connections = 1;
  Fleet fleet;
  Duration lease = std::chrono::hours(1);
};

std::unique_ptr<RegistryClient> NewBellrockClient(const RegistryClientOptions& options);
std::unique_ptr<RegistryClient> NewEtcdClient(const RegistryClientOptions& options);
// Connects, so only in a fiber.
std::unique_ptr<RegistryClient> NewZookeeperClient(const RegistryClientOptions& options);

}  // namespace bellrock::bench
