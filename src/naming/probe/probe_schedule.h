// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "bellrock/time.h"
#include "naming/instance.h"

namespace bellrock::naming::probe {

// One probe to make: what is needed for it, whatever becomes of the instance meanwhile.
struct Probe {
  std::string path;
  uint64_t incarnation = 0;
  std::string address;
  TraitsPtr traits;

  const HealthCheck& check() const { return traits->health; }
};

// When to probe which instance: each once in its interval, those that came together spread over it,
// never more than the limits allow, and no address twice at a time. What is due longest goes first.
// Pure; owned by the registry, which puts in whom it answers for and takes out who leaves the tree.
class ProbeSchedule {
 public:
  static constexpr int kProbesPerSecondMax = 2'000;
  static constexpr size_t kInFlightMax = 256;
  // An instance that was just registered waits for its first probe no longer than this.
  static constexpr Duration kSoon = std::chrono::seconds(1);

  struct Figures {
    uint64_t done = 0;
    uint64_t failed = 0;  // of those
    uint64_t late = 0;    // begun more than half their interval after their time
  };

  // An instance with a check that probes; again after each change of it. Borrowed until Remove().
  void Put(const Instance& instance, Time now);
  void Remove(const Instance& instance);
  void Clear();  // probes in flight stay so

  // Whom to probe now; nullptr: nobody is due, or the limits hold.
  const Instance* Next(Time now);
  // Begins with the one that Next() named; Finish() must follow.
  Probe Begin(const Instance& instance, Time now);
  void Finish(const Probe& probe, bool alive);
  // When Next() may name somebody; kNever also while too many are in flight.
  Time NextDue() const;

  size_t targets() const { return targets_.size(); }
  size_t in_flight() const { return busy_.size(); }
  const Figures& figures() const { return figures_; }

 private:
  using Place = std::pair<Time, uint64_t>;  // the number makes equal times an order
  struct Target {
    uint64_t number = 0;
    Time due{};  // by its interval
    Time at{};   // its place in the queue: later than due while its address is busy
    Duration interval{};
  };

  void Queue(const Instance& instance, Target& target, Time at);

  boost::unordered_flat_map<const Instance*, Target> targets_;
  std::map<Place, const Instance*> queue_;
  std::set<std::string, std::less<>> busy_;  // addresses in flight
  Time next_slot_{};                         // of the rate limit
  uint64_t last_number_ = 0;
  Figures figures_;
};

}  // namespace bellrock::naming::probe
