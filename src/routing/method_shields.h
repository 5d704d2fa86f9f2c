// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <list>
#include <map>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "bellrock/time.h"
#include "routing/failure_evidence.h"

namespace bellrock::routing {

// Pairs of method and slot that are watched for one service.
inline constexpr size_t kMethodPairsMax = 1024;

struct MethodShieldOptions {
  bool off = false;
  // As of ShieldOptions.
  uint32_t failure_run = 3;
  Duration run_age_max = std::chrono::seconds(60);
  double failure_rate = 0.5;
  // Of the usable instances, per method.
  double shielded_share_max = 0.5;
  // Longer than an instance's, for its trial is not a trickle: the pair simply gets its calls
  // again.
  Duration backoff_min = std::chrono::seconds(1);
  Duration backoff_max = std::chrono::seconds(30);
  uint32_t trial_passes = 3;
  uint32_t trial_failures = 2;
  // A pair without a failure for so long is no longer watched, and its backoff forgotten.
  Duration forget_after = std::chrono::seconds(60);
};

// Which methods fail at which instances that are otherwise well (ZY-031, ZY-033): their calls go to
// others, while the instance keeps those of its other methods. Pure; one per service, owned by its
// engine. Always holds: a shielded pair gets its trial after its backoff, whatever happens to its
// instance, so that all of this ends by itself; at most half of the usable instances are shielded
// for a method; the table is bounded, and who failed longest ago goes first.
class MethodShields {
 public:
  explicit MethodShields(const MethodShieldOptions& options) : options_(&options) {}
  MethodShields(const MethodShields&) = delete;
  MethodShields& operator=(const MethodShields&) = delete;

  // Results since the last ones. Only a failure makes a pair watched.
  void AddResults(uint32_t method_hash, uint32_t slot, uint32_t generation, uint64_t ok,
                  uint64_t failed, Time now);
  // Of one slot. `well`: usable, and neither shielded, nor asking for it, nor on its way back.
  struct Instance {
    uint32_t generation = 0;  // 0: the slot is free
    bool well = false;
  };
  // Each tick; `instances` by slot, `usable` of them may get calls. True if the shielded pairs have
  // changed.
  bool Step(std::span<const Instance> instances, size_t usable, Time now);

  // Nothing is watched: Step() may be left out.
  bool empty() const { return pairs_.empty(); }
  struct Shielded {
    uint32_t method_hash = 0;
    uint32_t slot = 0;
    Time since{};
    std::string reason;
  };
  // By method, then slot.
  std::vector<Shielded> shielded() const;
  // Pairs that gave up their place to another.
  uint64_t evicted() const { return evicted_; }

 private:
  enum class Phase : uint8_t { kWatched, kShielded, kTrial };
  using Key = std::pair<uint32_t, uint32_t>;  // method, slot
  struct Pair {
    uint32_t generation = 0;
    Phase phase = Phase::kWatched;
    FailureEvidence evidence;
    Duration backoff{0};
    Time since{};
    Time failed_at{};
    uint64_t trial_ok = 0;
    uint64_t trial_failed = 0;
    std::string cause;
    std::list<Key>::iterator age;
  };

  Pair& Place(const Key& key, uint32_t generation, Time now);
  std::map<Key, Pair>::iterator Drop(std::map<Key, Pair>::iterator pair);
  bool WantsShield(Pair& pair, Time now) const;
  bool StepTrial(Pair& pair, Time now);
  void Shut(Pair& pair, Time now);
  bool EndOld(std::span<const Instance> instances, Time now);
  bool ShieldNew(std::span<const Instance> instances, size_t usable, Time now);

  const MethodShieldOptions* options_;
  std::map<Key, Pair> pairs_;
  std::list<Key> ages_;  // least recently failed first
  uint64_t evicted_ = 0;
  bool shield_dropped_ = false;  // since the last step
};

}  // namespace bellrock::routing
