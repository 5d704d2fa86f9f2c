// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "rpc/protect/age_queue.h"

#include <algorithm>

#include "base/check.h"

namespace bellrock::rpc::protect {

void AgeQueue::SetOptions(const AgeQueueOptions& options) {
  options_ = options;
  standing_.set_interval(options.interval);
}

void AgeQueue::Push(Time now, const Entry& entry) {
  BELLROCK_CHECK(!full(), "the caller asks full() before it pushes");
  if (entries_.empty()) earliest_deadline_ = kNever;
  standing_.OnBusy(now);
  entries_.push_back(entry);
  earliest_deadline_ = std::min(earliest_deadline_, entry.deadline);
}

std::optional<AgeQueue::Entry> AgeQueue::Pop(Time now) {
  if (entries_.empty()) return std::nullopt;
  Entry entry;
  if (standing_.standing(now)) {
    entry = entries_.back();
    entries_.pop_back();
  } else {
    entry = entries_.front();
    entries_.pop_front();
  }
  entries_.empty() ? standing_.OnCalm() : standing_.OnBusy(now);
  return entry;
}

std::optional<AgeQueue::Entry> AgeQueue::Displace(Time now) {
  if (entries_.empty()) return std::nullopt;
  Entry entry;
  if (standing_.standing(now)) {
    entry = entries_.front();
    entries_.pop_front();
  } else {
    entry = entries_.back();
    entries_.pop_back();
  }
  standing_.OnLate(now);
  return entry;
}

void AgeQueue::Expire(Time now, bool by_age, std::vector<Entry>& out) {
  if (entries_.empty()) return;
  const size_t before = out.size();
  if (by_age) {
    const Duration limit = AgeLimit(now);
    while (!entries_.empty() && now - entries_.front().since >= limit) {
      out.push_back(entries_.front());
      entries_.pop_front();
    }
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
  if (out.size() > before) standing_.OnLate(now);
}

bool AgeQueue::Remove(uint64_t ticket) {
  return std::erase_if(entries_, [&](const Entry& entry) { return entry.ticket == ticket; }) > 0;
}

Duration AgeQueue::AgeLimit(Time now) const {
  if (!standing(now)) return options_.age_max;
  return std::clamp(2 * pause_, options_.target, options_.age_max);
}

Duration AgeQueue::OldestAge(Time now) const {
  return entries_.empty() ? Duration(0) : now - entries_.front().since;
}

void AgeQueue::OnTurn(Time now) {
  if (last_turn_) {
    // A pause of minutes says that nobody called, not that the service is slow.
    const Duration pause = std::min(now - *last_turn_, options_.age_max);
    pause_ += (pause - pause_) / 8;
  }
  last_turn_ = now;
}

}  // namespace bellrock::rpc::protect
