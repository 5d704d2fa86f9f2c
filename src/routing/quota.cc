// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "routing/quota.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <functional>
#include <numeric>
#include <utility>

#include "base/check.h"
#include "base/splitmix.h"

namespace bellrock::routing {
namespace {

constexpr size_t kSequenceComfortable = 8192;

// Spreads the phases of instances that have the same quota: multiples of the golden ratio never
// bunch.
double Phase(size_t k) {
  const double turns = 0.5 + static_cast<double>(k) * 0.6180339887498949;
  return turns - std::floor(turns);
}

}  // namespace

size_t SequenceLength(size_t instances) {
  if (instances == 0) return 0;
  const size_t comfortable =
      std::clamp(std::bit_ceil(instances * 8), kSequenceMin, kSequenceComfortable);
  return std::min(std::max(comfortable, std::bit_ceil(instances * 2)), kSequenceMax);
}

std::vector<uint32_t> AllotQuota(std::span<const double> weights, size_t length) {
  std::vector<uint32_t> quotas(weights.size(), 0);
  double sum = 0;
  size_t positive = 0;
  for (double weight : weights) {
    if (weight <= 0) continue;
    sum += weight;
    ++positive;
  }
  if (positive == 0) return quotas;
  BELLROCK_CHECK(positive <= length, "a sequence needs an element for each instance");

  // One each first; the rest by what the ideal share has above 1. If all ideals are at least 1,
  // that is the ideal itself.
  std::vector<double> above(weights.size(), 0);
  double above_sum = 0;
  for (size_t k = 0; k < weights.size(); ++k) {
    if (weights[k] <= 0) continue;
    above[k] = std::max(0.0, weights[k] / sum * static_cast<double>(length) - 1);
    above_sum += above[k];
  }
  const auto rest = static_cast<double>(length - positive);
  std::vector<std::pair<double, size_t>> remainders;
  size_t given = 0;
  for (size_t k = 0; k < weights.size(); ++k) {
    if (weights[k] <= 0) continue;
    const double ideal = above_sum > 0 ? above[k] / above_sum * rest : 0;
    // Rounding noise must not cost a weight that divides exactly its whole element.
    const double whole = std::floor(ideal + 1e-9);
    quotas[k] = 1 + static_cast<uint32_t>(whole);
    given += quotas[k];
    remainders.emplace_back(ideal - whole, k);
  }
  std::stable_sort(remainders.begin(), remainders.end(),
                   [](const auto& a, const auto& b) { return a.first > b.first; });
  for (size_t turn = 0; given < length; ++turn, ++given) {
    ++quotas[remainders[turn % remainders.size()].second];
  }
  return quotas;
}

namespace {

// Long enough that the smallest share is an element and not a multiple of it: an instance on trial
// is to get five calls a second, and not one call of 256.
size_t FineLength(std::span<const double> shares) {
  double least = 1;
  for (const double share : shares) {
    if (share > 0) least = std::min(least, share);
  }
  const double wanted = std::min(1 / least, static_cast<double>(kSequenceComfortable));
  return std::bit_ceil(static_cast<size_t>(wanted));
}

// Who gets one element each, of more than there are elements: by weight and chance, where chance is
// a hash (weighted sampling without replacement; Efraimidis and Spirakis, 2006).
void DrawOneEach(std::span<const double> shares, std::span<const size_t> members, size_t elements,
                 uint32_t salt, std::vector<uint32_t>& quotas) {
  std::vector<std::pair<double, size_t>> keys;
  for (const size_t k : members) {
    const uint64_t hash = SplitMix64(uint64_t{salt} << 32 | k).Next();
    const double chance = (static_cast<double>(hash >> 11) + 1) / 9007199254740993.0;  // 2^53 + 1
    keys.emplace_back(std::log(chance) / shares[k], k);
  }
  const auto nth = keys.begin() + static_cast<std::ptrdiff_t>(elements);
  std::nth_element(keys.begin(), nth, keys.end(), std::greater<>());
  for (auto key = keys.begin(); key != nth; ++key) quotas[key->second] = 1;
}

}  // namespace

std::vector<uint32_t> AllotByPlace(std::span<const double> shares, std::span<const uint16_t> places,
                                   uint32_t salt) {
  std::vector<uint32_t> quotas(shares.size(), 0);
  std::vector<double> of_place;
  std::vector<std::vector<size_t>> members;
  size_t positive = 0;
  for (size_t k = 0; k < shares.size(); ++k) {
    if (shares[k] <= 0) continue;
    ++positive;
    if (of_place.size() <= places[k]) {
      of_place.resize(places[k] + 1u, 0);
      members.resize(places[k] + 1u);
    }
    of_place[places[k]] += shares[k];
    members[places[k]].push_back(k);
  }
  const size_t length = std::max(SequenceLength(positive), FineLength(shares));
  const std::vector<uint32_t> elements = AllotQuota(of_place, length);
  for (size_t place = 0; place < elements.size(); ++place) {
    if (elements[place] == 0) continue;
    if (members[place].size() > elements[place]) {
      DrawOneEach(shares, members[place], elements[place], salt, quotas);
      continue;
    }
    std::vector<double> weights;
    for (const size_t k : members[place]) weights.push_back(shares[k]);
    const std::vector<uint32_t> allotted = AllotQuota(weights, elements[place]);
    for (size_t m = 0; m < allotted.size(); ++m) quotas[members[place][m]] = allotted[m];
  }
  return quotas;
}

std::vector<uint16_t> Interleave(std::span<const uint32_t> quotas) {
  BELLROCK_CHECK(quotas.size() <= kInstancesMax, "an element is 16 bits");
  const size_t length = std::accumulate(quotas.begin(), quotas.end(), size_t{0});
  // Position in the upper bits, element in the lower 16.
  std::vector<uint64_t> placed;
  placed.reserve(length);
  constexpr double kScale = 1099511627776.0;  // 2^40
  for (size_t k = 0; k < quotas.size(); ++k) {
    const double phase = Phase(k);
    for (uint32_t turn = 0; turn < quotas[k]; ++turn) {
      const double position = (turn + phase) / quotas[k];
      placed.push_back(static_cast<uint64_t>(position * kScale) << 16 | k);
    }
  }
  std::sort(placed.begin(), placed.end());
  std::vector<uint16_t> sequence(length);
  std::transform(placed.begin(), placed.end(), sequence.begin(),
                 [](uint64_t entry) { return static_cast<uint16_t>(entry & 0xffff); });
  return sequence;
}

}  // namespace bellrock::routing
