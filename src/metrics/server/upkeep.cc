// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/server/upkeep.h"

#include <utility>

#include "base/log.h"
#include "fiber/unix_time.h"
#include "metrics/compute/blocks.h"

namespace bellrock::metrics::server {
namespace {

constexpr std::string_view kSubject = "metrics/server";
constexpr int64_t kMinute = 60;
constexpr int64_t kHour = 3600;
constexpr int64_t kDay = 86400;
constexpr store::Grain kGrains[] = {store::Grain::kSecond, store::Grain::kMinute,
                                    store::Grain::kHour, store::Grain::kDay};

// Of several things that are done whether or not the others work.
class FirstError {
 public:
  void Note(const Status& status) {
    if (first_.ok()) first_ = status;
  }
  const Status& status() const { return first_; }

 private:
  Status first_;
};

}  // namespace

Upkeep::Upkeep(fiber::Environment environment, store::Store& store,
               const std::vector<DimensionSet>& sets, Retention retention,
               std::function<bool()> chosen)
    : environment_(environment),
      store_(store),
      sets_{compute::kLostSet},
      retention_(retention),
      chosen_(std::move(chosen)) {
  for (const DimensionSet& set : sets) {
    sets_.push_back(set.name);
    if (set.seconds) coarse_sets_.push_back(set.name);
  }
}

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
    if (chosen_ && !chosen_()) continue;
    const Status status = Round(fiber::UnixSecond(environment_.clock));
    if (!status.ok()) log::Warning(kSubject, "upkeep: {}", status.ToString());
  }
}

Status Upkeep::Round(int64_t unix_second) {
  const int64_t settled = unix_second - kMergeAfterSeconds;
  FirstError first;
  first.Note(MergeMinutes(settled));
  first.Note(MergeHours(settled));
  for (const store::Grain grain : kGrains) {
    first.Note(store_.Expire(grain, unix_second - retention_.Of(grain)));
  }
  return first.status();
}

Status Upkeep::MergeMinutes(int64_t settled) {
  const int64_t last = settled - settled % kMinute;
  if (next_minute_ == 0) next_minute_ = last - kLookBackSeconds;
  FirstError first;
  for (int64_t i = 0; i < kWindowsPerRound && next_minute_ <= last; ++i, next_minute_ += kMinute) {
    first.Note(Merge(store::Grain::kMinute, next_minute_));
    first.Note(Merge(store::Grain::kSecond, next_minute_));
  }
  return first.status();
}

Status Upkeep::MergeHours(int64_t settled) {
  const int64_t last = settled - settled % kHour - kHour;  // that has ended
  if (next_hour_ == 0) next_hour_ = last - kLookBackHours * kHour;
  FirstError first;
  for (int64_t i = 0; i < kWindowsPerRound && next_hour_ <= last; ++i, next_hour_ += kHour) {
    const int64_t day = next_hour_ - next_hour_ % kDay;
    first.Note(Merge(store::Grain::kHour, next_hour_));
    first.Note(Merge(store::Grain::kDay, day));
    if (next_hour_ + kHour == day + kDay) first.Note(MergeAgain(day));
  }
  return first.status();
}

// A host whose clock is a day behind gives something to yesterday each minute.
Status Upkeep::MergeAgain(int64_t day) {
  FirstError first;
  for (int64_t ago = 1; ago <= kMergedAgainDays; ++ago) {
    const int64_t begin = day - ago * kDay;
    for (int64_t hour = begin; hour < begin + kDay; hour += kHour) {
      first.Note(Merge(store::Grain::kHour, hour));
    }
    first.Note(Merge(store::Grain::kDay, begin));
  }
  return first.status();
}

Status Upkeep::Merge(store::Grain grain, int64_t window) {
  return store_.MergeWindow(grain, window, grain == store::Grain::kSecond ? coarse_sets_ : sets_);
}

}  // namespace bellrock::metrics::server
