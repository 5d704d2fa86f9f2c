// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/server/upkeep.h"

#include "base/log.h"
#include "fiber/unix_time.h"

namespace bellrock::metrics::server {
namespace {

constexpr std::string_view kSubject = "metrics/server";
constexpr int64_t kMinute = 60;

}  // namespace

Upkeep::Upkeep(fiber::Environment environment, store::Store& store,
               const std::vector<DimensionSet>& sets, Retention retention)
    : environment_(environment), store_(store), sets_(sets), retention_(retention) {}

void Upkeep::Start() {
  fiber_ = fiber::Start([this] { Run(); });
}

void Upkeep::Stop() {
  if (!fiber_.joinable()) return;
  fiber_.Cancel();
  fiber_.Join();
}

void Upkeep::Run() {
  while (fiber::SleepFor(std::chrono::seconds(kMinute)).ok()) {
    const Status status = Round(fiber::UnixSecond(environment_.clock));
    if (!status.ok()) log::Warning(kSubject, "upkeep: {}", status.ToString());
  }
}

Status Upkeep::Round(int64_t unix_second) {
  const int64_t settled = unix_second - kMergeAfterSeconds;
  const int64_t last = settled - settled % kMinute;
  if (next_window_ == 0) next_window_ = last - kLookBackSeconds;
  Status first;
  const auto note = [&first](const Status& status) {
    if (first.ok()) first = status;
  };
  for (int64_t i = 0; i < kWindowsPerRound && next_window_ <= last; ++i, next_window_ += kMinute) {
    note(MergeWindow(next_window_));
  }
  note(store_.Expire(store::Grain::kSecond, unix_second - retention_.seconds));
  note(store_.Expire(store::Grain::kMinute, unix_second - retention_.minutes));
  return first;
}

Status Upkeep::MergeWindow(int64_t window) {
  Status first;
  for (const store::Grain grain : {store::Grain::kMinute, store::Grain::kSecond}) {
    BELLROCK_ASSIGN(const auto callees,
                    store_.Callees(grain, window, window + kMinute, kServicesMax));
    for (const std::string& callee : callees) {
      for (const DimensionSet& set : sets_) {
        if (grain == store::Grain::kSecond && !set.seconds) continue;
        const Status merged = store_.Merge({grain, set.name, callee}, window);
        if (first.ok()) first = merged;
      }
    }
  }
  return first;
}

}  // namespace bellrock::metrics::server
