// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "rpc/protect/age_queue.h"

#include <algorithm>

#include "base/check.h"

namespace bellrock::rpc::protect {

void AgeQueue::Push(Time now, const Entry& entry) {
  BELLROCK_CHECK(!full(), "the caller asks full() before it pushes");
  if (entries_.empty()) earliest_deadline_ = kNever;
  bound_.OnBusy(now);
  entries_.push_back(entry);
  earliest_deadline_ = std::min(earliest_deadline_, entry.deadline);
}

std::optional<AgeQueue::Entry> AgeQueue::Pop(Time now) {
  if (entries_.empty()) return std::nullopt;
  Entry entry;
  if (standing(now)) {
    entry = entries_.back();
    entries_.pop_back();
  } else {
    entry = entries_.front();
    entries_.pop_front();
  }
  entries_.empty() ? bound_.OnCalm() : bound_.OnBusy(now);
  return entry;
}

std::optional<AgeQueue::Entry> AgeQueue::Displace(Time now) {
  if (entries_.empty()) return std::nullopt;
  Entry entry;
  if (standing(now)) {
    entry = entries_.front();
    entries_.pop_front();
  } else {
    entry = entries_.back();
    entries_.pop_back();
  }
  bound_.OnLate(now);
  return entry;
}

void AgeQueue::Expire(Time now, std::vector<Entry>& out) {
  if (!MayExpire(now)) return;
  const size_t before = out.size();
  const Duration limit = AgeLimit(now);
  while (!entries_.empty() && now - entries_.front().since >= limit) {
    out.push_back(entries_.front());
    entries_.pop_front();
  }
  if (earliest_deadline_ <= now) {
    earliest_deadline_ = kNever;
    std::erase_if(entries_, [&](const Entry& entry) {
      if (entry.deadline <= now) {
        out.push_back(entry);
        return true;
      }
      earliest_deadline_ = std::min(earliest_deadline_, entry.deadline);
      return false;
    });
  }
  if (out.size() > before) bound_.OnLate(now);
}

bool AgeQueue::Remove(uint64_t ticket) {
  return std::erase_if(entries_, [&](const Entry& entry) { return entry.ticket == ticket; }) > 0;
}

Duration AgeQueue::OldestAge(Time now) const {
  return entries_.empty() ? Duration(0) : now - entries_.front().since;
}

}  // namespace bellrock::rpc::protect
