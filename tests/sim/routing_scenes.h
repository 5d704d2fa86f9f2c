// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "routing_world.h"

namespace bellrock::routing::sim {

// A story of 100 instances and 50 callers: what goes wrong, from when to when.
struct Scene {
  std::string name;
  std::string about;
  WorldOptions options{};
  std::vector<CalleeModel> callees{};
  std::vector<std::pair<Duration, std::function<void(World&)>>> changes{};
  Duration length{0};
  Span before{};  // settled, nothing wrong yet
  Span fault{};
  Span after{};                // long after it
  std::vector<size_t> hurt{};  // those it happens to; empty: to all
};

// What became of it. "Fair" is an instance's part of the capacity that there is at that moment.
struct Outcome {
  // In the fault (where there is none: in the scene).
  uint64_t failed = 0;
  uint64_t refused = 0;
  double failed_share = 0;  // refused ones too
  double p50_ms = 0;
  double p99_ms = 0;
  double goodput = 0;  // served in time, of what could be served
  // Time for which a caller suspected an instance that was well, of all time; the suspicions of a
  // fault that is not one of single instances count.
  double suspected = 0;
  // Before the fault.
  double load_error = 0;       // largest distance of an instance's load from its fair one
  double mean_load_error = 0;  // of all instances
  double swing = 0;            // (largest - smallest) / mean of a weight, mean of all callers
  double swing_of_one = 0;     // of one caller's table
  // From the fault on: until the hurt get no more than a quarter of what they got.
  double quiet_s = 0;
  double quiet_load = 0;  // what they get from a second after the fault on, of what they got
  // From the fault's end on.
  double served_again_s = 0;  // less than 0.2 % of the calls fail, for good
  double shared_again_s = 0;  // the hurt get 80..120 % of their fair load, for good
  double return_peak = 0;     // largest load of one of the hurt within 3 s, of its fair one
  uint32_t return_queue = 0;  // longest
};

Recording Play(const Scene& scene);
Outcome Judge(const Scene& scene, const Recording& recording);

Scene SceneOf(std::string_view name);  // one of SceneNames()
const std::vector<std::string_view>& SceneNames();

}  // namespace bellrock::routing::sim
