// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <unordered_map>
#include <vector>

#include "base/address.h"
#include "bellrock/time.h"
#include "fiber/environment.h"
#include "rpc/byte_buffer.h"

namespace bellrock::routing::proxy {

// A connection to an instance, with what was read of it and not yet used.
struct Upstream {
  std::unique_ptr<fiber::Stream> stream;
  Address address;
  rpc::ByteBuffer input;
  bool used_before = false;
  Time idle_since{};
};

// Connections to instances between two requests. The last one kept is taken first, so that those
// beyond the need grow old and end. Belongs to one loop.
class UpstreamPool {
 public:
  UpstreamPool(size_t total_max, size_t per_address_max)
      : total_max_(total_max), per_address_max_(per_address_max) {}

  // One that the instance has not closed, as far as is known; null if there is none.
  std::unique_ptr<Upstream> Take(const Address& address);
  // Beyond the bounds it is closed instead.
  void Keep(std::unique_ptr<Upstream> upstream, Time now);
  // Closes those idle since before that, and those that their instance has closed.
  void DropIdleSince(Time before);
  size_t size() const { return size_; }

 private:
  struct HashAddress {
    size_t operator()(const Address& address) const {
      return std::hash<std::string_view>()(address.host()) * 31 + address.port();
    }
  };
  using Stack = std::vector<std::unique_ptr<Upstream>>;

  const size_t total_max_;
  const size_t per_address_max_;
  std::unordered_map<Address, Stack, HashAddress> idle_;
  size_t size_ = 0;
};

}  // namespace bellrock::routing::proxy
