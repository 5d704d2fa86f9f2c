// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <deque>
#include <vector>

#include "routing/overload.h"
#include "routing/refuser.h"

// For tests of overload protection: a callee with a certain capacity and callers that know nothing
// of each other. Deterministic: simulated time in steps of 10 ms, arrivals from a fixed sequence.
namespace bellrock::routing {

enum class CalleeKind {
  kRejects,  // what is beyond its capacity fails at once and costs it nothing
  kQueues,   // first in, first out, without a bound; serves also what its caller has given up
};

struct SceneOptions {
  CalleeKind kind = CalleeKind::kRejects;
  double capacity = 1000;  // calls/s
  Duration deadline = std::chrono::seconds(1);
  Duration delay = std::chrono::milliseconds(10);  // of a call that does not wait
  int callers = 50;
  bool protect = true;
  double failing = 0;     // of the calls served, whatever the load
  bool latencies = true;  // the callers know how long calls took
  v1::OverloadSettings settings{};
};

class OverloadScene {
 public:
  explicit OverloadScene(const SceneOptions& options)
      : options_(options), callers_(static_cast<size_t>(options.callers)) {
    for (Caller& caller : callers_) caller.overload.Configure(options.settings);
  }

  struct Figures {
    double goodput = 0;      // served in time, as a share of capacity
    double offered = 0;      // asked, as a share of capacity
    double sent = 0;         // as a share of capacity
    double share_least = 1;  // refused, mean over the callers, each 100 ms
    double share_most = 0;
  };
  // `offered`: calls/s of all callers together.
  Figures Run(Duration duration, double offered) {
    Figures figures;
    const uint64_t good = good_;
    const uint64_t sent = sent_;
    const uint64_t asked = asked_;
    for (const Time until = now_ + duration; now_ < until; now_ += kStep) {
      Arrive(offered);
      Serve();
      Expire();
      Tick(figures);
    }
    const double whole = options_.capacity * std::chrono::duration<double>(duration).count();
    figures.goodput = static_cast<double>(good_ - good) / whole;
    figures.sent = static_cast<double>(sent_ - sent) / whole;
    figures.offered = static_cast<double>(asked_ - asked) / whole;
    return figures;
  }

  void set_capacity(double capacity) { options_.capacity = capacity; }
  void set_failing(double failing) { options_.failing = failing; }
  const Overload& overload(size_t caller) const { return callers_[caller].overload; }

 private:
  static constexpr Duration kStep = std::chrono::milliseconds(10);
  static constexpr int kStepsPerTick = 10;

  struct Caller {
    Overload overload;
    Refuser refuser;
    Overload::Counts counts;
    double share = 0;
  };
  struct Call {
    size_t caller;
    Time sent;
  };

  // 0..1, the same in each run.
  double Random() {
    random_ += 0x9e3779b97f4a7c15;
    uint64_t z = random_;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return static_cast<double>((z ^ (z >> 31)) >> 11) * 0x1p-53;
  }

  void Arrive(double offered) {
    const double calls = offered * std::chrono::duration<double>(kStep).count();
    // As of a Poisson process, nearly: three uniform numbers for a normal one.
    const double deviation = 2 * (Random() + Random() + Random()) - 3;
    for (arriving_ += calls + std::sqrt(calls) * deviation; arriving_ >= 1; --arriving_) {
      const auto who = static_cast<size_t>(Random() * static_cast<double>(callers_.size()));
      Caller& caller = callers_[who];
      ++asked_;
      if (options_.protect && caller.refuser.Refuse(caller.share, Qos::kNormal)) {
        ++caller.counts.refused;
        continue;
      }
      ++sent_;
      queue_.push_back({who, now_});
    }
  }

  void Serve() {
    able_ += options_.capacity * std::chrono::duration<double>(kStep).count();
    for (; able_ >= 1 && !queue_.empty(); --able_) {
      const Call call = queue_.front();
      queue_.pop_front();
      if (expired_ > 0) {
        --expired_;  // its caller has given up
        continue;
      }
      Overload::Counts& counts = callers_[call.caller].counts;
      if (Random() < options_.failing) {
        ++counts.failed;
        continue;
      }
      ++counts.served;
      ++good_;
      if (options_.latencies) {
        counts.latency_us +=
            static_cast<uint64_t>((now_ - call.sent + options_.delay).count() / 1000);
      }
    }
    if (queue_.empty()) able_ = std::min(able_, 1.0);
    if (options_.kind == CalleeKind::kQueues) return;
    // It keeps what it can serve within the twentieth part of a second.
    const auto room = static_cast<size_t>(options_.capacity / 20);
    for (; queue_.size() > room; queue_.pop_back()) ++callers_[queue_.back().caller].counts.failed;
  }

  void Expire() {
    while (expired_ < queue_.size() && now_ - queue_[expired_].sent >= options_.deadline) {
      ++callers_[queue_[expired_++].caller].counts.failed;
    }
  }

  // Each caller at a moment of its own.
  void Tick(Figures& figures) {
    ++steps_;
    double sum = 0;
    for (size_t k = 0; k < callers_.size(); ++k) {
      Caller& caller = callers_[k];
      if ((steps_ + static_cast<int>(k)) % kStepsPerTick == 0) {
        caller.overload.Add(caller.counts, now_);
        caller.counts = {};
        caller.share = caller.overload.RefusedShare(now_);
      }
      sum += caller.share;
    }
    if (steps_ % kStepsPerTick != 0) return;
    const double mean = sum / static_cast<double>(callers_.size());
    figures.share_least = std::min(figures.share_least, mean);
    figures.share_most = std::max(figures.share_most, mean);
  }

  SceneOptions options_;
  std::vector<Caller> callers_;
  Time now_{std::chrono::seconds(1000)};
  uint64_t random_ = 1;
  double arriving_ = 0;
  double able_ = 0;  // calls the callee may still serve in this step
  int steps_ = 0;
  std::deque<Call> queue_;
  size_t expired_ = 0;  // of the queue's front
  uint64_t good_ = 0;
  uint64_t sent_ = 0;
  uint64_t asked_ = 0;
};

}  // namespace bellrock::routing
