// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "bellrock/metrics/v1/alarm.pb.h"

namespace bellrock::metrics::alarm {

// The rules that every service has from its first call on, without anyone's work: few failures,
// TP99 as last week, calls at all. A rule for one service with the name of one of these takes its
// place there; a disabled one, too.
const std::vector<v1::AlarmRule>& TemplateRules();

}  // namespace bellrock::metrics::alarm
