// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/alarm_server/store_keeper.h"

#include <string>

#include "metrics/alarm/memory.h"

namespace bellrock::metrics::alarm_server {
namespace {

v1::AlarmState HeadOf(const v1::AlarmState& state) {
  v1::AlarmState head;
  head.set_epoch(state.epoch());
  head.set_holder(state.holder());
  head.set_version(state.version());
  return head;
}

}  // namespace

Result<v1::AlarmState> StoreKeeper::Load() {
  const Result<std::string> kept = store_.Get(kName);
  v1::AlarmState state;
  if (!kept.ok() && kept.status().code() == StatusCode::kNotFound) return state;
  if (!kept.ok()) return kept.status().WithContext("state of alarms");
  if (state.ParseFromString(*kept)) return state;
  return DataLossError("state of alarms: what is kept cannot be read");
}

Status StoreKeeper::Save(const v1::AlarmState& next) {
  const fiber::MutexLock lock(mutex_);
  if (!head_) {
    BELLROCK_ASSIGN(const v1::AlarmState kept, Load());
    head_ = HeadOf(kept);
  }
  BELLROCK_TRY(alarm::MayReplace(*head_, next));
  // After an error it may be kept or not.
  head_.reset();
  BELLROCK_TRY(store_.Put(kName, next.SerializeAsString()).WithContext("state of alarms"));
  head_ = HeadOf(next);
  return Status::Ok();
}

}  // namespace bellrock::metrics::alarm_server
