// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/spread.h"

#include <xxhash.h>

#include <algorithm>

namespace bellrock::metrics {

uint32_t PartitionOf(std::string_view callee, std::string_view source, uint32_t spread,
                     uint32_t partitions) {
  const uint64_t own = XXH3_64bits(callee.data(), callee.size()) % partitions;
  const uint64_t salts = std::clamp<uint64_t>(spread, 1, partitions);
  const uint64_t salt = XXH3_64bits(source.data(), source.size()) % salts;
  return static_cast<uint32_t>((own + salt) % partitions);
}

}  // namespace bellrock::metrics
