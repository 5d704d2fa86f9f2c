// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "rpc/pages/call_journal.h"

#include <algorithm>

namespace bellrock::rpc {
namespace {

JournalEntry EntryOf(Time now, const CallRecord& record) {
  JournalEntry entry;
  entry.ended = now;
  entry.method = std::string(record.service) + "/" + std::string(record.method);
  entry.caller = record.caller;
  entry.peer = record.peer;
  entry.code = record.code;
  entry.error = record.error.substr(0, CallJournal::kErrorBytesMax);
  entry.latency = record.latency;
  entry.trace = record.trace;
  return entry;
}

bool Slower(const JournalEntry& a, const JournalEntry& b) {
  return a.latency > b.latency;
}

}  // namespace

void CallJournal::Add(Time now, const CallRecord& record) {
  if (record.code != StatusCode::kOk) {
    failed_.push_back(EntryOf(now, record));
    if (failed_.size() > kFailedMax) failed_.pop_front();
  }
  if (record.latency <= slow_floor_ && now < floor_until_) return;
  AddSlow(now, EntryOf(now, record));
}

void CallJournal::AddSlow(Time now, JournalEntry entry) {
  std::erase_if(slow_, [&](const JournalEntry& old) { return old.ended + kSlowAge < now; });
  if (slow_.size() >= kSlowMax) {
    const auto fastest = std::max_element(slow_.begin(), slow_.end(), Slower);
    if (fastest->latency < entry.latency) *fastest = std::move(entry);
  } else {
    slow_.push_back(std::move(entry));
  }
  slow_floor_ = Duration(0);
  if (slow_.size() < kSlowMax) return;
  slow_floor_ = std::max_element(slow_.begin(), slow_.end(), Slower)->latency;
  const auto oldest = std::min_element(
      slow_.begin(), slow_.end(),
      [](const JournalEntry& a, const JournalEntry& b) { return a.ended < b.ended; });
  floor_until_ = oldest->ended + kSlowAge;
}

void CallJournal::Merge(const CallJournal& other, Time now) {
  failed_.insert(failed_.end(), other.failed_.begin(), other.failed_.end());
  std::stable_sort(failed_.begin(), failed_.end(),
                   [](const auto& a, const auto& b) { return a.ended < b.ended; });
  while (failed_.size() > kFailedMax) failed_.pop_front();
  for (const JournalEntry& entry : other.slow_) AddSlow(now, entry);
}

std::vector<JournalEntry> CallJournal::Failed() const {
  return {failed_.rbegin(), failed_.rend()};
}

std::vector<JournalEntry> CallJournal::Slow(Time now) const {
  std::vector<JournalEntry> slow;
  for (const JournalEntry& entry : slow_) {
    if (entry.ended + kSlowAge >= now) slow.push_back(entry);
  }
  std::sort(slow.begin(), slow.end(), Slower);
  return slow;
}

}  // namespace bellrock::rpc
