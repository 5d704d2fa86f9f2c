// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <set>
#include <string>

#include "fiber/environment.h"
#include "fiber/fiber.h"
#include "fiber/loop.h"
#include "fiber/sync.h"
#include "naming/protect/protection.h"
#include "naming/push_window.h"
#include "naming/registry.h"
#include "naming/server/full_states.h"
#include "naming/server/reply_encoder.h"
#include "naming/server/stopping.h"
#include "naming/transfer_gate.h"

namespace bellrock::naming::server {

struct WatchDeskParts {
  std::shared_ptr<Registry> registry;  // keeps alive what it is a part of
  protect::Protection& protection;     // lives as long
  fiber::Environment environment;
  uint64_t epoch = 0;
  uint64_t push_capacity_bytes_per_s = 0;
};

// What all watch and poll calls of a service share: encoded events and states, the window between
// pushes, how many full states are under way, and what holds pushes back. Once a second it tells
// the push pause how many bytes went out, and wakes who waits for a protection to end. On the home
// loop; shared by the calls, it outlives Stop() until the last has ended.
class WatchDesk {
 public:
  // From a fiber of the home loop.
  explicit WatchDesk(WatchDeskParts parts);

  // Starts the second's work.
  void Start();
  // Ends the calls in progress, refuses others. Idempotent; before the destructor.
  void Stop();
  bool stopping() const { return stopping_; }

  Registry& registry() { return *parts_.registry; }
  uint64_t epoch() const { return parts_.epoch; }
  Time Now() { return parts_.environment.clock.Now(); }
  // When this turn of the home loop began: what news are as old as at most.
  Time turn_time() const { return home_.turn_time(); }
  ReplyEncoder& encoder() { return *encoder_; }
  FullStates& full_states() { return full_states_; }
  PushWindow& window() { return window_; }

  // What is behind a caller's patience, for pages and logs.
  struct State {
    protect::PushPause::State pause;
    protect::EmptyGuard::Held empty_guard;
    uint64_t bytes_last_second = 0;
    size_t full_states_under_way = 0;
    Duration window;
  };
  State Describe();

  // While pushes pause (VIN-070), why; nullptr while they do not.
  const std::string* paused() const { return pause_reason_.empty() ? nullptr : &pause_reason_; }
  // Whether there is a usable instance.
  bool HasUsable(const Target& target, const WatchFilter& filter) {
    return CountsOf(target, filter).counts.usable > 0;
  }
  // Whether things may be told as they are to a caller who has a list with usable instances.
  bool MayTell(const Target& target, const WatchFilter& filter);

  // A place for a full state, when there is one.
  Result<uint64_t> EnterTransfer();
  void LeaveTransfer(uint64_t place);
  void CountSent(size_t bytes) { bytes_ += bytes; }

  // An event that also the desk sets: when it stops, when pushes go on, and, for whom the empty
  // guard holds back, once a second.
  class Wakeup {
   public:
    explicit Wakeup(WatchDesk& desk) : desk_(desk) { desk_.waiting_.insert(this); }
    ~Wakeup() { desk_.waiting_.erase(this); }
    Wakeup(const Wakeup&) = delete;
    Wakeup& operator=(const Wakeup&) = delete;

    // OK also when `until` came; an error when the call must end.
    Status Wait(Time until);
    void Set() { event_.Set(); }
    void Reset() { event_.Reset(); }
    bool each_second = false;

   private:
    WatchDesk& desk_;
    fiber::Event event_;
  };

 private:
  void RunSeconds();
  void OnSecond(Duration elapsed);
  void FollowPause(Time now);
  void Wake(bool all);

  const WatchDeskParts parts_;
  fiber::Loop& home_;
  const std::unique_ptr<ReplyEncoder> encoder_;  // large
  FullStates full_states_;
  PushWindow window_;
  TransferGate gate_;
  fiber::WaitQueue gate_waiters_;
  std::set<Wakeup*> waiting_;  // of calls in progress
  std::string pause_reason_;
  uint64_t bytes_ = 0;  // sent in this second
  uint64_t bytes_last_second_ = 0;
  Time swept_{};
  bool stopping_ = false;
  // The last answer about counts: watchers of one service ask one after the other.
  struct KnownCounts {
    std::string target;
    std::string filter;
    uint64_t revision = 0;
    protect::EmptyGuard::Counts counts;
  };
  const KnownCounts& CountsOf(const Target& target, const WatchFilter& filter);
  KnownCounts known_counts_;
  fiber::JoinHandle seconds_;
};

// The empty guard looks after callers of services, not after tools that watch more: a short name,
// or a path of a service or a cluster.
bool IsServiceTarget(const Target& target);

}  // namespace bellrock::naming::server
