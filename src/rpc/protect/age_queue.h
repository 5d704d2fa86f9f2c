// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

#include "bellrock/time.h"
#include "rpc/protect/age_bound.h"

namespace bellrock::rpc::protect {

// Calls that wait for their turn, bounded by count and by age. In a burst the first to come is the
// first to go; in a standing queue the last, for it is the one that can still be in time (adaptive
// LIFO with controlled delay, Maurer 2015). Pure; holds tickets, not calls.
class AgeQueue {
 public:
  struct Entry {
    uint64_t ticket = 0;
    Time since{};
    Time deadline = kNever;
  };

  explicit AgeQueue(const AgeQueueOptions& options) : bound_(options) {}

  void SetOptions(const AgeQueueOptions& options) { bound_.SetOptions(options); }

  bool full() const { return entries_.size() >= bound_.options().calls_max; }
  bool empty() const { return entries_.empty(); }
  size_t size() const { return entries_.size(); }
  // Whether Expire() may find anything.
  bool MayExpire(Time now) const {
    return !entries_.empty() &&
           (earliest_deadline_ <= now || now - entries_.front().since >= AgeLimit(now));
  }

  // What happens around the queue, see AgeBound.
  void OnTurn(Time now) { bound_.OnTurn(now); }
  void OnCalm() { bound_.OnCalm(); }
  void OnLate(Time now) { bound_.OnLate(now); }

  // Not when full. Times do not go back.
  void Push(Time now, const Entry& entry);
  // Whose turn it is, or nothing. Take what is late out first, with Expire().
  std::optional<Entry> Pop(Time now);
  // The one that would be served last: it makes room for a call that matters more.
  std::optional<Entry> Displace(Time now);
  // Takes out all that waited longer than allowed or whose deadline has passed.
  void Expire(Time now, std::vector<Entry>& out);
  // False if it is not here any more.
  bool Remove(uint64_t ticket);

  bool standing(Time now) const { return bound_.standing(now); }
  Duration AgeLimit(Time now) const { return bound_.Limit(now); }
  Duration OldestAge(Time now) const;

 private:
  std::deque<Entry> entries_;  // oldest first
  AgeBound bound_;
  Time earliest_deadline_ = kNever;  // of all entries or earlier
};

}  // namespace bellrock::rpc::protect
