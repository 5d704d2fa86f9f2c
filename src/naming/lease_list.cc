// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "naming/lease_list.h"

#include <algorithm>

namespace bellrock::naming {

void LeaseList::PushBack(LeaseNode& node, Time expires) {
  node.lease_expires = tail_ == nullptr ? expires : std::max(expires, tail_->lease_expires);
  node.lease_list = this;
  node.lease_previous = tail_;
  node.lease_next = nullptr;
  (tail_ == nullptr ? head_ : tail_->lease_next) = &node;
  tail_ = &node;
}

void LeaseList::Remove(LeaseNode& node) {
  (node.lease_previous == nullptr ? head_ : node.lease_previous->lease_next) = node.lease_next;
  (node.lease_next == nullptr ? tail_ : node.lease_next->lease_previous) = node.lease_previous;
  node.lease_previous = node.lease_next = nullptr;
  node.lease_list = nullptr;
}

Duration LeaseTimer::Grant(Duration asked) const {
  if (lists_.size() < kLengthsMax) return asked;
  auto at = lists_.lower_bound(asked);
  return at == lists_.end() ? std::max(asked, kLeaseLongest) : at->first;
}

void LeaseTimer::Renew(LeaseNode& node, Duration length, Time now) {
  if (node.lease_list != nullptr) {
    node.lease_list->Remove(node);
  } else {
    ++size_;
  }
  const Duration granted = Grant(length);
  lists_[granted].PushBack(node, now + granted);
}

void LeaseTimer::Cancel(LeaseNode& node) {
  if (node.lease_list == nullptr) return;
  node.lease_list->Remove(node);
  --size_;
}

void LeaseTimer::CancelAll() {
  for (auto& [length, list] : lists_) {
    while (LeaseNode* node = list.front()) Cancel(*node);
  }
}

size_t LeaseTimer::Overdue(double share, size_t count_max, Time now) const {
  size_t count = 0;
  for (const auto& [length, list] : lists_) {
    const Time due = now + std::chrono::duration_cast<Duration>(length * (1 - share));
    for (const LeaseNode* node = list.front(); node != nullptr; node = node->lease_next) {
      if (node->lease_expires >= due || count >= count_max) break;
      ++count;
    }
  }
  return count;
}

LeaseNode* LeaseTimer::PopExpired(Time now) {
  for (auto& [length, list] : lists_) {
    LeaseNode* node = list.front();
    if (node == nullptr || node->lease_expires > now) continue;
    Cancel(*node);
    return node;
  }
  return nullptr;
}

Time LeaseTimer::NextExpiry() const {
  Time next = kNever;
  for (const auto& [length, list] : lists_) {
    if (!list.empty()) next = std::min(next, list.front()->lease_expires);
  }
  return next;
}

}  // namespace bellrock::naming
