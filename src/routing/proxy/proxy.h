// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "bellrock/status.h"
#include "fiber/environment.h"
#include "fiber/loop.h"
#include "routing/proxy/options.h"
#include "routing/proxy/shard.h"

namespace bellrock::routing::proxy {

struct ProxyOptions {
  std::vector<ListenSpec> ports;
  int loops = 1;
  Limits limits{};
  // Is told of every call; may be null. Borrowed, thread-safe.
  rpc::CallObserver* observer = nullptr;
};

// For programs that cannot be changed (ZY-050): they connect to a port of this host and are carried
// to an instance that routing chooses, as any caller of the platform is. Runs on loops of its own,
// so that what passes through holds up nobody else in the process.
class Proxy {
 public:
  // Blocks until all ports listen. The directory is borrowed. kAlreadyExists if a port is in use.
  static Result<std::unique_ptr<Proxy>> Start(const ProxyOptions& options,
                                              ServiceDirectory& directory);
  ~Proxy();

  // Where the ports listen, in their order.
  const std::vector<Address>& addresses() const { return addresses_; }
  // Sums over all loops, for a page. Blocks.
  std::string Describe();
  // No new connections; what is at work may finish until the deadline. Blocks.
  void Stop(Time deadline);

 private:
  explicit Proxy(const ProxyOptions& options) : loops_(options.loops) {}
  Status Listen(const ProxyOptions& options, ServiceDirectory& directory);

  fiber::LoopGroup loops_;
  std::vector<std::unique_ptr<Shard>> shards_;  // by loop
  std::vector<Address> addresses_;
};

}  // namespace bellrock::routing::proxy
