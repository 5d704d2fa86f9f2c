// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "bellrock/status.h"
#include "fiber/environment.h"
#include "fiber/fiber.h"
#include "metrics/dimension.h"
#include "metrics/server/retention.h"
#include "metrics/store/store.h"

namespace bellrock::metrics::server {

// Keeps a store small: once a minute it makes one block of what several cuts gave to a window, when
// stragglers had their time, and forgets what is older than the retention. Lives on one loop.
class Upkeep {
 public:
  static constexpr int64_t kMergeAfterSeconds = 300;
  static constexpr size_t kServicesMax = 100'000;    // looked at in a round
  static constexpr int64_t kWindowsPerRound = 10;    // so that missed ones are made up for
  static constexpr int64_t kLookBackSeconds = 3600;  // after a start

  // The store and the sets are borrowed.
  Upkeep(fiber::Environment environment, store::Store& store, const std::vector<DimensionSet>& sets,
         Retention retention = {});

  void Start();
  void Stop();
  // One round, for windows that had their time at `unix_second`: the oldest that no round has done.
  // Goes on where something fails; the first error.
  Status Round(int64_t unix_second);

 private:
  void Run();
  Status MergeWindow(int64_t window);

  fiber::Environment environment_;
  store::Store& store_;
  const std::vector<DimensionSet>& sets_;
  const Retention retention_;
  int64_t next_window_ = 0;  // to be merged; 0 before the first round
  fiber::JoinHandle fiber_;
};

}  // namespace bellrock::metrics::server
