// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "naming/replica/event_log.h"

#include <algorithm>
#include <utility>

#include "base/check.h"

namespace bellrock::naming::replica {

void EventLog::Append(const Dot& dot, std::string event) {
  Run& run = runs_[dot.origin];
  BELLROCK_CHECK(dot.sequence == run.last() + 1, "a run of events is unbroken");
  bytes_ += SizeOf(event);
  ++events_;
  order_.push_back(dot);
  run.events.push_back(std::move(event));
  while (bytes_ > bytes_max_) DropOldest();
}

bool EventLog::Holds(const Dot& dot) const {
  const auto at = runs_.find(dot.origin);
  return at != runs_.end() && dot.sequence > at->second.floor && dot.sequence <= at->second.last();
}

void EventLog::DropOldest() {
  while (!Holds(order_.front())) order_.pop_front();
  Run& run = runs_[order_.front().origin];
  bytes_ -= SizeOf(run.events.front());
  --events_;
  run.events.pop_front();
  ++run.floor;
  order_.pop_front();
}

void EventLog::Drop(Run& run) {
  for (const std::string& event : run.events) bytes_ -= SizeOf(event);
  events_ -= run.events.size();
  run.events.clear();
  constexpr size_t kSweepSlack = 1024;
  if (order_.size() > 2 * events_ + kSweepSlack) {
    std::erase_if(order_, [this](const Dot& dot) { return !Holds(dot); });
  }
}

void EventLog::Restart(const Dot& dot) {
  Run& run = runs_[dot.origin];
  if (dot.sequence <= run.last()) return;
  Drop(run);
  run.floor = dot.sequence;
}

void EventLog::Forget(const Origin& origin) {
  const auto at = runs_.find(origin);
  if (at == runs_.end()) return;
  Drop(at->second);
  runs_.erase(at);
}

EventLog::Lack EventLog::Lacking(const VersionVector& seen, size_t bytes_max) const {
  Lack lack;
  size_t bytes = 0;
  for (const auto& [origin, run] : runs_) {
    const uint64_t has = seen.At(origin);
    if (has >= run.last()) continue;
    if (has < run.floor) {
      lack.out_of_reach = true;
      continue;
    }
    for (size_t i = has - run.floor; i < run.events.size(); ++i) {
      const size_t size = SizeOf(run.events[i]);
      if (!lack.events.empty() && bytes + size > bytes_max) {
        lack.more = true;
        return lack;
      }
      bytes += size;
      lack.events.push_back(run.events[i]);
    }
  }
  return lack;
}

}  // namespace bellrock::naming::replica
