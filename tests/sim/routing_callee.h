// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "bellrock/status.h"
#include "bellrock/time.h"
#include "routing_guard.h"

namespace bellrock::routing::sim {

enum class Reach : uint8_t {
  kUp,
  kRefuses,  // the process is gone: connections are refused
  kHangs,    // accepts connections and calls, never answers
  kLost,     // nothing comes through, and no word about it
};

// How an instance behaves; scenes change it while time goes on.
struct CalleeModel {
  std::string site = "sz";
  uint32_t static_weight = 100;
  uint32_t workers = 2;
  Duration service = std::chrono::milliseconds(8);  // mean; a quarter is fixed, the rest by chance
  uint32_t queue_max = 24;
  int64_t registered_unix_ms = 0;
  // A call that finds the queue full is refused with kResourceExhausted; else it is lost.
  bool refuses_when_full = true;
  // A call whose caller has given up is not served.
  bool drops_late = true;
  // The product's server protection stands before the workers and their queue.
  bool guarded = false;
  // Of the logarithm, if how long a call takes is lognormal: seldom, and by much more than the
  // mean. At 2.3, 1 % take 15 times the mean, which is as far as this distribution goes. 0: as
  // above.
  double spread = 0;
  double slow = 1;     // times the service
  double failing = 0;  // of the calls, with kInternal, in a fifth of the time
  Reach reach = Reach::kUp;
  // Cold: slow by this factor at first, which ends with `cold_until`.
  double cold_slow = 1;
  Time cold_from{};
  Time cold_until{};

  double SlowAt(Time now) const {
    if (now >= cold_until) return slow;
    const double left = std::chrono::duration<double>(cold_until - now) /
                        std::chrono::duration<double>(cold_until - cold_from);
    return slow * (1 + (cold_slow - 1) * left);
  }
  // Calls per second that it can serve.
  double Capacity(Time now) const {
    if (reach != Reach::kUp) return 0;
    return workers / (std::chrono::duration<double>(service).count() * SlowAt(now));
  }
};

// An instance: workers and a bounded queue before them, first come, first served. Knows attempts
// by number only; the world moves time and messages.
class Callee {
 public:
  explicit Callee(CalleeModel model) : model_(std::move(model)) { Renew(); }

  CalleeModel& model() { return model_; }
  const CalleeModel& model() const { return model_; }
  // Served events of an earlier life are void.
  uint16_t life() const { return life_; }
  size_t waiting() const { return queue_.size(); }
  uint64_t served() const { return served_; }
  Guard* guard() { return guard_.get(); }  // null: none

  enum class Answer : uint8_t { kNone, kBegun, kWaits, kRefused, kUnreachable };
  Answer Arrive(uint32_t attempt);
  // A worker is free again.
  void Finish(uint32_t attempt);
  // Next one to serve, if a worker is free.
  bool Next(uint32_t& attempt);
  struct Work {
    Duration takes{0};
    StatusCode code = StatusCode::kOk;
  };
  Work Draw(Time now, std::mt19937_64& random) const;
  // The process ends: whom it leaves without an answer.
  std::vector<uint32_t> Die();

 private:
  void Renew() { guard_ = model_.guarded ? std::make_unique<Guard>() : nullptr; }

  CalleeModel model_;
  std::unique_ptr<Guard> guard_;
  uint16_t life_ = 0;
  std::vector<uint32_t> serving_;
  std::deque<uint32_t> queue_;
  uint64_t served_ = 0;
};

}  // namespace bellrock::routing::sim
