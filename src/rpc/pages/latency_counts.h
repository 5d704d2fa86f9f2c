// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <cstddef>
#include <cstdint>
#include <memory>

namespace bellrock::rpc {

// How many calls took how many microseconds, exactly: nothing is rounded, so that a percentile is
// the latency of a real call. Latencies below kDirectUs are an index, the rare longer ones a table.
// Pure; mergeable in any order.
class LatencyCounts {
 public:
  static constexpr uint32_t kDirectUs = 4096;
  // Distinct latencies from kDirectUs on that are kept; further ones count as the next kept one
  // above them, and inexact() says so.
  static constexpr size_t kLongMax = 65'536;

  void Add(uint64_t us) {
    ++total_;
    if (us < kDirectUs) {
      if (direct_ == nullptr) [[unlikely]]
        direct_ = std::make_unique<uint32_t[]>(kDirectUs);
      ++direct_[us];
    } else {
      AddLong(us, 1);
    }
  }
  void Merge(const LatencyCounts& other);
  // Calls `each(us, calls)` for every latency that was counted, in no order.
  template <typename Each>
  void ForEach(Each each) const {
    for (uint32_t us = 0; direct_ != nullptr && us < kDirectUs; ++us) {
      if (direct_[us] > 0) each(uint64_t{us}, uint64_t{direct_[us]});
    }
    for (const auto& [us, calls] : long_) each(us, calls);
  }
  void Clear();

  uint64_t total() const { return total_; }
  uint64_t inexact() const { return inexact_; }
  // Nearest rank: the smallest latency that at least `share` (0..1) of the calls did not exceed. 0
  // without calls.
  uint64_t Quantile(double share) const;
  uint64_t max() const;

 private:
  void AddLong(uint64_t us, uint64_t count);

  uint64_t total_ = 0;
  uint64_t inexact_ = 0;
  std::unique_ptr<uint32_t[]> direct_;
  boost::unordered_flat_map<uint64_t, uint64_t> long_;
};

}  // namespace bellrock::rpc
