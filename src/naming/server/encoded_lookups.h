// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <unordered_map>

#include "bellrock/bytes.h"
#include "bellrock/status.h"
#include "naming/registry.h"

namespace bellrock::naming::server {

// The instances of lookups' replies as they travel: encoded once for all who ask the same, until
// something under the target changes. Belongs to the service, on the home loop.
class EncodedLookups {
 public:
  // Kept; when there is no room for one more, all are forgotten.
  static constexpr size_t kKeptMax = 10'000;
  static constexpr size_t kKeptBytesMax = 32 << 20;
  static constexpr size_t kBytesMax = 1 << 20;  // a larger one is made anew each time

  explicit EncodedLookups(const Registry& registry) : registry_(registry) {}

  // The field `instances` of a v1::LookupReply, again and again. kResourceExhausted: too many for
  // one reply.
  Result<Bytes> InstancesOf(const Target& target, const WatchFilter& filter, bool include_unusable);
  uint64_t encoded() const { return encoded_; }

 private:
  struct Kept {
    uint64_t revision = 0;  // of the last change under the target then
    Bytes instances;
  };
  Bytes Encode(const Target& target, const WatchFilter& filter, bool include_unusable) const;
  void Keep(std::string key, Kept kept);

  const Registry& registry_;
  std::unordered_map<std::string, Kept> kept_;  // by what is asked
  size_t kept_bytes_ = 0;
  uint64_t encoded_ = 0;
};

}  // namespace bellrock::naming::server
