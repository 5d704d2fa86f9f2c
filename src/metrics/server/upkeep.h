// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "bellrock/status.h"
#include "fiber/environment.h"
#include "fiber/fiber.h"
#include "metrics/dimension.h"
#include "metrics/server/retention.h"
#include "metrics/store/store.h"

namespace bellrock::metrics::server {

inline constexpr uint32_t kUpkeepPartition = 0;

// Keeps a store small: it makes one block of what several cuts gave to a window, when stragglers
// had their time, and forgets what is older than the retention. Seconds and minutes are merged once
// a minute, an hour when it has ended, a day after each of its hours, so that a question reads few
// blocks of a day that is under way. Of the processes of a data centre the one that works
// kUpkeepPartition does it; two at a time, as around a takeover, do the same work twice and no
// harm, for merging what is merged and forgetting what is forgotten change nothing. Lives on one
// loop.
class Upkeep {
 public:
  static constexpr int64_t kMergeAfterSeconds = 300;
  static constexpr int64_t kWindowsPerRound = 10;    // so that missed ones are made up for
  static constexpr int64_t kLookBackSeconds = 3600;  // after a start, of minutes
  static constexpr int64_t kLookBackHours = 24;      // after a start, of hours
  static constexpr int64_t kMergedAgainDays = 7;     // for calls that came late, once a day

  // Rounds by time are done while `chosen` says so. The store is borrowed.
  Upkeep(fiber::Environment environment, store::Store& store, const std::vector<DimensionSet>& sets,
         Retention retention = {}, std::function<bool()> chosen = nullptr);

  void Start();
  void Stop();
  // One round, for windows that had their time at `unix_second`: the oldest that no round has done.
  // Goes on where something fails; the first error.
  Status Round(int64_t unix_second);

 private:
  void Run();
  Status MergeMinutes(int64_t settled);
  Status MergeHours(int64_t settled);
  Status MergeAgain(int64_t day);
  Status Merge(store::Grain grain, int64_t window);

  fiber::Environment environment_;
  store::Store& store_;
  std::vector<std::string> sets_;
  std::vector<std::string> coarse_sets_;  // that have seconds
  const Retention retention_;
  const std::function<bool()> chosen_;
  int64_t next_minute_ = 0;  // to be merged; 0 before the first round
  int64_t next_hour_ = 0;    // as above
  fiber::JoinHandle fiber_;
};

}  // namespace bellrock::metrics::server
