// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "rpc/client/subset.h"

#include <algorithm>
#include <cstdint>
#include <numeric>

#include "base/splitmix.h"

namespace bellrock::rpc {
namespace {

// FNV-1a: the same on every machine and in every version.
uint64_t Hash(std::string_view text) {
  uint64_t hash = 0xcbf29ce484222325ULL;
  for (const char byte : text) {
    hash = (hash ^ static_cast<unsigned char>(byte)) * 0x100000001b3ULL;
  }
  return hash;
}

}  // namespace

std::vector<size_t> ChooseSubset(std::string_view client,
                                 std::span<const std::string_view> instances, size_t size) {
  std::vector<size_t> chosen(instances.size());
  std::iota(chosen.begin(), chosen.end(), size_t{0});
  if (instances.size() <= size) return chosen;
  // FNV leaves names alike that differ in their last letters.
  const uint64_t key = MixBits(Hash(client));
  std::vector<uint64_t> scores;
  for (const std::string_view instance : instances) {
    scores.push_back(MixBits(key ^ Hash(instance)));
  }
  const auto higher = [&](size_t a, size_t b) {
    return scores[a] != scores[b] ? scores[a] > scores[b] : instances[a] < instances[b];
  };
  std::nth_element(chosen.begin(), chosen.begin() + static_cast<ptrdiff_t>(size), chosen.end(),
                   higher);
  chosen.resize(size);
  std::sort(chosen.begin(), chosen.end());
  return chosen;
}

}  // namespace bellrock::rpc
