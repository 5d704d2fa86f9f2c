// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "bellrock/time.h"
#include "rpc/client/endpoint_source.h"

namespace bellrock::rpc {

// One call kept for people to look at.
struct JournalEntry {
  Time ended{};
  std::string method;  // "music.v1.Catalog/GetMp3List"
  std::string caller;
  std::string peer;
  StatusCode code = StatusCode::kOk;
  std::string error;
  Duration latency{0};
  TraceContext trace;
};

// The calls worth a look: the last that failed, and the slowest of the last minute. Pure; one per
// loop, merged when somebody looks. Adding a call that is neither costs a comparison.
class CallJournal {
 public:
  static constexpr size_t kFailedMax = 100;
  static constexpr size_t kSlowMax = 100;
  static constexpr Duration kSlowAge = std::chrono::seconds(60);
  static constexpr size_t kErrorBytesMax = 1 << 10;

  void Add(Time now, const CallRecord& record);
  void Merge(const CallJournal& other, Time now);

  // Newest first.
  std::vector<JournalEntry> Failed() const;
  // Slowest first.
  std::vector<JournalEntry> Slow(Time now) const;

 private:
  void AddSlow(Time now, JournalEntry entry);

  std::deque<JournalEntry> failed_;  // oldest first
  std::vector<JournalEntry> slow_;   // in no order
  // What a call must exceed to enter slow_; set when slow_ is full, forgotten as entries age.
  Duration slow_floor_{0};
  Time floor_until_ = Time::min();
};

}  // namespace bellrock::rpc
