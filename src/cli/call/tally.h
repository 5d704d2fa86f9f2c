// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "bellrock/status.h"
#include "bellrock/time.h"
#include "rpc/pages/latency_counts.h"

namespace bellrock::cli {

// What became of the calls of a load: counts by code, and latencies as they were, to the
// microsecond. Pure; one loop.
class Tally {
 public:
  void Add(const Status& status, Duration latency);
  // A call that began later than planned since all calls allowed in flight were.
  void AddLate() { ++late_; }

  uint64_t calls() const { return latencies_.total(); }
  uint64_t failed() const;

  // `elapsed` is the length of the whole load. For people, and as one JSON object.
  std::string Table(Duration elapsed) const;
  std::string Json(Duration elapsed) const;
  // "12 s  24000 calls  2000/s  p99 310 us  0 failed"
  std::string Progress(Duration elapsed) const;

 private:
  double Rate(Duration elapsed) const;

  rpc::LatencyCounts latencies_;
  std::array<uint64_t, kStatusCodeCount> by_code_{};
  std::array<std::string, kStatusCodeCount> last_error_;
  uint64_t late_ = 0;
};

}  // namespace bellrock::cli
