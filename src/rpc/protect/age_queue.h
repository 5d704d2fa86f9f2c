// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

#include "bellrock/time.h"
#include "rpc/protect/standing.h"

namespace bellrock::rpc::protect {

// Defaults from B. Maurer, "Fail at Scale", ACM Queue 2015, doi 10.1145/2838344.2839461: N = 100
// ms, M = 5 ms.
struct AgeQueueOptions {
  size_t calls_max = 1000;
  Duration age_max = std::chrono::milliseconds(100);
  Duration target = std::chrono::milliseconds(5);
  Duration interval = std::chrono::milliseconds(100);

  bool operator==(const AgeQueueOptions&) const = default;
};

// Calls that wait for their turn, bounded by count and by age. While the queue is worked off now
// and then, a call may wait for age_max and the first to come is the first to go. Once that has not
// happened for an interval it is a standing queue: then a call may wait for `target` only, and the
// last to come goes first, for it is the one that can still be in time (adaptive LIFO with
// controlled delay, Maurer 2015). A slow service frees its slots seldom, so the bound is never less
// than twice the pause between turns: else each turn would find the queue just emptied. Pure; holds
// tickets, not calls.
class AgeQueue {
 public:
  struct Entry {
    uint64_t ticket = 0;
    Time since{};
    Time deadline = kNever;
  };

  explicit AgeQueue(const AgeQueueOptions& options)
      : options_(options), standing_(options.interval) {}

  void SetOptions(const AgeQueueOptions& options);
  const AgeQueueOptions& options() const { return options_; }

  bool full() const { return entries_.size() >= options_.calls_max; }
  bool empty() const { return entries_.empty(); }
  size_t size() const { return entries_.size(); }

  // One of the calls being served has ended, whether or not somebody waits for its place.
  void OnTurn(Time now);
  // A call found room without waiting.
  void OnCalm() { standing_.OnCalm(); }
  // A call was turned away for want of room here.
  void OnLate(Time now) { standing_.OnLate(now); }
  // Not when full. Times do not go back.
  void Push(Time now, const Entry& entry);
  // Whose turn it is, or nothing. Take what is late out first, with Expire().
  std::optional<Entry> Pop(Time now);
  // The one that would be served last: it makes room for a call that matters more.
  std::optional<Entry> Displace(Time now);
  // Takes out all that waited longer than allowed or whose deadline has passed. With `by_age` false
  // only the latter.
  void Expire(Time now, bool by_age, std::vector<Entry>& out);
  // False if it is not here any more.
  bool Remove(uint64_t ticket);

  bool standing(Time now) const { return standing_.standing(now); }
  // How long a call may wait at present.
  Duration AgeLimit(Time now) const;
  Duration OldestAge(Time now) const;

 private:
  AgeQueueOptions options_;
  std::deque<Entry> entries_;  // oldest first
  StandingDetector standing_;
  Time earliest_deadline_ = kNever;  // of all entries or earlier
  std::optional<Time> last_turn_;
  Duration pause_{0};  // between turns, smoothed
};

}  // namespace bellrock::rpc::protect
