// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "bellrock/status.h"

namespace bellrock::cli::demo {

// One line of the load generator: what ended since the line before.
struct LoadLine {
  int64_t unix_ms = 0;  // when the line was printed
  int64_t calls = 0;
  int64_t failed = 0;
  int64_t last_failure_unix_ms = 0;  // 0 if none in this line
  std::map<int64_t, int64_t> latency_us;
  std::string last_error;

  static Result<LoadLine> Parse(std::string_view json);
};

// Nearest-rank percentile of exact counts; 0 if there are none.
int64_t PercentileUs(const std::map<int64_t, int64_t>& counts, double quantile);

// Sums a demo up. Pure. Calls before the first fault count as "before"; those within kDuring after
// it as "during"; later ones as "after".
class Report {
 public:
  static constexpr int64_t kDuringMs = 2000;

  void Add(const LoadLine& line);
  void OnFault(int64_t unix_ms);

  int64_t calls() const { return calls_; }
  int64_t failed() const { return failed_; }
  const std::string& last_error() const { return last_error_; }
  // {"calls":..,"failed":..,"failed_after_fault":..,"seconds_to_last_failure":..,
  //  "p99_us":{"before":..,"during":..,"after":..}}
  // A figure of a fault is null when there was none.
  std::string ToJson() const;

 private:
  struct Phase {
    std::map<int64_t, int64_t> latency_us;
  };

  int64_t calls_ = 0;
  int64_t failed_ = 0;
  int64_t failed_after_fault_ = 0;
  int64_t last_failure_unix_ms_ = 0;
  std::optional<int64_t> fault_unix_ms_;
  std::string last_error_;
  Phase before_;
  Phase during_;
  Phase after_;
};

}  // namespace bellrock::cli::demo
