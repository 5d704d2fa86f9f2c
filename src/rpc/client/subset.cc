// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "rpc/client/subset.h"

#include <algorithm>
#include <cstdint>
#include <numeric>

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

// The last step of splitmix64: spreads what FNV leaves alike.
uint64_t Mix(uint64_t value) {
  value = (value ^ value >> 30) * 0xbf58476d1ce4e5b9ULL;
  value = (value ^ value >> 27) * 0x94d049bb133111ebULL;
  return value ^ value >> 31;
}

}  // namespace

std::vector<size_t> ChooseSubset(std::string_view client,
                                 std::span<const std::string_view> instances, size_t size) {
  std::vector<size_t> chosen(instances.size());
  std::iota(chosen.begin(), chosen.end(), size_t{0});
  if (instances.size() <= size) return chosen;
  const uint64_t key = Mix(Hash(client));
  std::vector<uint64_t> scores;
  for (const std::string_view instance : instances) scores.push_back(Mix(key ^ Hash(instance)));
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
