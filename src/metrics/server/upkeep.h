// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "bellrock/status.h"
#include "fiber/environment.h"
#include "fiber/fiber.h"
#include "metrics/dimension.h"
#include "metrics/store/store.h"

namespace bellrock::metrics::server {

// How long windows are kept.
struct Retention {
  int64_t seconds = 3600;        // windows by the second
  int64_t minutes = 30 * 86400;  // windows by the minute
};

// Keeps a store small: once a minute it makes one block of what several cuts gave to a window, when
// stragglers had their time, and forgets what is older than the retention. Lives on one loop.
class Upkeep {
 public:
  static constexpr int64_t kMergeAfterSeconds = 300;
  static constexpr size_t kServicesMax = 100'000;  // looked at in a round

  // The store and the sets are borrowed.
  Upkeep(fiber::Environment environment, store::Store& store, const std::vector<DimensionSet>& sets,
         Retention retention = {});

  void Start();
  void Stop();
  // One round, for the window that had its time at `unix_second`.
  Status Round(int64_t unix_second);

 private:
  void Run();
  Status MergeWindow(int64_t window);

  fiber::Environment environment_;
  store::Store& store_;
  const std::vector<DimensionSet>& sets_;
  const Retention retention_;
  fiber::JoinHandle fiber_;
};

}  // namespace bellrock::metrics::server
