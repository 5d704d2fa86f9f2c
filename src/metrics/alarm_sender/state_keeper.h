// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "bellrock/metrics/v1/alarm.pb.h"
#include "bellrock/status.h"

namespace bellrock::metrics::alarm_sender {

// Where the state of alarms lies, for evaluators on all nodes. Calls block the fiber.
class StateKeeper {
 public:
  virtual ~StateKeeper() = default;
  // The newest; an empty one if there never was any.
  virtual Result<v1::AlarmState> Load() = 0;
  // Durable when it returns, in one step with the question whether it may (alarm::MayReplace()).
  // kAborted: somebody else has it. After any other error it may be kept or not.
  virtual Status Save(const v1::AlarmState& next) = 0;
};

}  // namespace bellrock::metrics::alarm_sender
