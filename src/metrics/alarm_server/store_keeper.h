// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "fiber/sync.h"
#include "metrics/alarm_sender/state_keeper.h"
#include "metrics/store/store.h"

namespace bellrock::metrics::alarm_server {

// Keeps the state of alarms as a text beside the figures they are judged by. The question whether a
// state may take another's place is decided in this process, so that one process only may write to
// the store: a data centre of one process. Lives on that one's loop.
class StoreKeeper final : public alarm_sender::StateKeeper {
 public:
  static constexpr char kName[] = "alarms/state";

  // The store is borrowed.
  explicit StoreKeeper(store::Store& store) : store_(store) {}

  Result<v1::AlarmState> Load() override;
  Status Save(const v1::AlarmState& next) override;

 private:
  store::Store& store_;
  fiber::Mutex mutex_;
  // Epoch, holder and version of what is kept; nothing: to be read again.
  std::optional<v1::AlarmState> head_;
};

}  // namespace bellrock::metrics::alarm_server
