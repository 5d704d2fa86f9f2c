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
    const Status status = Round(fiber::UnixMs(environment_.clock) / 1000);
    if (!status.ok()) log::Warning(kSubject, "upkeep: {}", status.ToString());
  }
}

Status Upkeep::Round(int64_t unix_second) {
  const int64_t settled = unix_second - kMergeAfterSeconds;
  BELLROCK_TRY(MergeWindow(settled - settled % kMinute));
  BELLROCK_TRY(store_.Expire(store::Grain::kSecond, unix_second - retention_.seconds));
  return store_.Expire(store::Grain::kMinute, unix_second - retention_.minutes);
}

Status Upkeep::MergeWindow(int64_t window) {
  for (const store::Grain grain : {store::Grain::kMinute, store::Grain::kSecond}) {
    BELLROCK_ASSIGN(const auto callees,
                    store_.Callees(grain, window, window + kMinute, kServicesMax));
    for (const std::string& callee : callees) {
      for (const DimensionSet& set : sets_) {
        if (grain == store::Grain::kSecond && !set.seconds) continue;
        BELLROCK_TRY(store_.Merge({grain, set.name, callee}, window));
      }
    }
  }
  return Status::Ok();
}

}  // namespace bellrock::metrics::server
