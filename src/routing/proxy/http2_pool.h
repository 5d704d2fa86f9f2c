// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <unordered_map>
#include <vector>

#include "base/address.h"
#include "fiber/environment.h"
#include "fiber/sync.h"
#include "routing/proxy/http2_upstream.h"
#include "routing/proxy/options.h"

namespace bellrock::routing::proxy {

// Connections of HTTP/2 to instances, shared by all clients of a loop. The oldest with room takes
// the next request, so that those beyond the need grow idle and end. Belongs to one loop.
class Http2Pool {
 public:
  Http2Pool(fiber::Environment environment, const Limits& limits)
      : environment_(environment), limits_(limits) {}
  // Blocks until their fibers have ended.
  ~Http2Pool();

  // One that is ready and has room. Null without blocking if one must be made or waited for.
  std::shared_ptr<Http2Upstream> TakeReady(const Address& address);
  // The same, and blocks until there is one. `count_failure` is set where a failed connect counts:
  // once for all who waited. kUnavailable; kUnimplemented if the instance speaks no HTTP/2;
  // kResourceExhausted at the bounds.
  Result<std::shared_ptr<Http2Upstream>> Take(const Address& address, bool& count_failure);

  void Sweep(Time now);

 private:
  struct HashAddress {
    size_t operator()(const Address& address) const {
      return std::hash<std::string_view>()(address.host()) * 31 + address.port();
    }
  };
  using Group = std::vector<std::shared_ptr<Http2Upstream>>;

  std::shared_ptr<Http2Upstream> WithRoom(const Address& address) const;
  Result<std::shared_ptr<Http2Upstream>> Make(const Address& address);

  fiber::Environment environment_;
  const Limits& limits_;
  std::unordered_map<Address, Group, HashAddress> groups_;
  size_t size_ = 0;
  fiber::WaitGroup running_;
};

}  // namespace bellrock::routing::proxy
