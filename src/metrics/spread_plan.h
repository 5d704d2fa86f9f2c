// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>

namespace bellrock::metrics {

// Decides over how many partitions a service's calls should be spread, from what one collector sees
// of them (OCTO-048, OCTO-054, OCTO-063): a service that makes more than kHotShare of a partition's
// fair share of all entries gets as many partitions as bring it below, in powers of two. It is
// doubled at once and halved only after kCoolPeriods calm periods, one step at a time. Not
// thread-safe.
class SpreadPlan {
 public:
  static constexpr double kHotShare = 0.5;
  static constexpr int kCoolPeriods = 30;
  static constexpr uint64_t kEntriesMin = 10'000;  // in a period; with less nothing is hot
  static constexpr size_t kServicesMax = 100'000;  // counted in a period; later ones are not hot

  explicit SpreadPlan(uint32_t partitions) : partitions_(partitions) {}

  // `entries`: buckets of cards, which is what folding them costs.
  void Count(const std::string& callee, uint64_t entries);
  // Every 10 s.
  void EndPeriod();

  // Those that are not 1.
  const std::map<std::string, uint32_t>& spreads() const { return spreads_; }

 private:
  uint32_t Wanted(uint64_t entries) const;
  void Cool();

  uint32_t partitions_;
  std::map<std::string, uint64_t> entries_;
  uint64_t total_ = 0;
  std::map<std::string, uint32_t> spreads_;
  std::map<std::string, int> calm_;
};

}  // namespace bellrock::metrics
