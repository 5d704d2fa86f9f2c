// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "bellrock/metrics/v1/alarm.pb.h"
#include "metrics/alarm/memory.h"

// Who need not hear of an alarm now, and why. Pure.
namespace bellrock::metrics::alarm {

// "silenced by ..., ...", "inhibited by ..."; "" if it is told. One that is resolved is muted if it
// was when it resolved.
std::string WhyMuted(const v1::AlarmSettings& settings, const Memory& memory,
                     const v1::AlarmFiring& firing, int64_t now);

}  // namespace bellrock::metrics::alarm
