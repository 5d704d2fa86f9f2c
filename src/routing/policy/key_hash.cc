// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "routing/policy/key_hash.h"

#include <xxhash.h>

#include <cmath>

#include "base/splitmix.h"

namespace bellrock::routing::policy {

uint64_t KeyHash(std::string_view text) {
  return XXH3_64bits(text.data(), text.size());
}

uint64_t Preference(uint64_t key_hash, uint64_t member_hash) {
  return MixBits(key_hash ^ MixBits(member_hash));
}

double Preference(uint64_t key_hash, uint64_t member_hash, double weight) {
  // The middle of one of 2^53 equal parts: never 0 and never 1.
  const auto part = static_cast<double>(Preference(key_hash, member_hash) >> 11);
  return weight / -std::log((part + 0.5) * 0x1p-53);
}

}  // namespace bellrock::routing::policy
