// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <map>

#include "bellrock/time.h"

namespace bellrock::naming {

class LeaseList;

// What an object with a lease derives from: its place in the list of its lease length. Not movable
// while it holds a lease.
struct LeaseNode {
  LeaseNode() = default;
  LeaseNode(const LeaseNode&) = delete;
  LeaseNode& operator=(const LeaseNode&) = delete;

  LeaseNode* lease_previous = nullptr;
  LeaseNode* lease_next = nullptr;
  LeaseList* lease_list = nullptr;  // nullptr: holds no lease
  Time lease_expires{};
};

// All leases of one length in the order of their expiry, which is the order in which they were
// renewed since the length is fixed (VIN-094, VIN-096): renewing appends at the tail, expiring
// takes from the head, both O(1).
class LeaseList {
 public:
  LeaseList() = default;
  LeaseList(const LeaseList&) = delete;
  LeaseList& operator=(const LeaseList&) = delete;

  // `expires` earlier than the tail's counts as the tail's: the list stays ordered whatever the
  // clock does.
  void PushBack(LeaseNode& node, Time expires);
  void Remove(LeaseNode& node);
  LeaseNode* front() const { return head_; }
  bool empty() const { return head_ == nullptr; }

 private:
  LeaseNode* head_ = nullptr;
  LeaseNode* tail_ = nullptr;
};

// The lease timer: a list per distinct lease length; the map from a name to its node is the tree's
// index (VIN-095..097). Pure: time is an argument, and expiries are as precise as the caller's
// ticks. Nodes are borrowed and leave with Cancel() before they die.
class LeaseTimer {
 public:
  // Distinct lengths; a further one is granted as the next longer one that exists, or as
  // kLeaseLongest.
  static constexpr size_t kLengthsMax = 256;
  static constexpr Duration kLeaseLongest = std::chrono::hours(1);

  // The length that Renew() would really give for the one asked for; never shorter.
  Duration Grant(Duration asked) const;
  void Renew(LeaseNode& node, Duration length, Time now);
  void Cancel(LeaseNode& node);
  void CancelAll();
  // Takes one whose lease ended at or before `now`; nullptr: none is left.
  LeaseNode* PopExpired(Time now);
  // When the first lease ends; kNever without one.
  Time NextExpiry() const;
  size_t size() const { return size_; }
  // How many have used up more than this share of their lease, counted up to `count_max`.
  size_t Overdue(double share, size_t count_max, Time now) const;

 private:
  std::map<Duration, LeaseList> lists_;  // empty ones stay, for a node's list must not move
  size_t size_ = 0;
};

}  // namespace bellrock::naming
