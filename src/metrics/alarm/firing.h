// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "bellrock/metrics/v1/alarm.pb.h"
#include "metrics/alarm/judge.h"
#include "metrics/alarm/matcher.h"

// What a firing is called and says. Pure.
namespace bellrock::metrics::alarm {

// "alertname", "service", the rule's group_by, "severity", "owner" and the rule's own labels.
Labels LabelsFor(const v1::AlarmSettings& settings, const v1::AlarmRule& rule, const GroupKey& key);
// As Alertmanager makes it, so that it is the same in its list: FNV-1a of the sorted labels.
std::string FingerprintOf(const Labels& labels);

// Of an alarm that fires at the end of a window.
v1::AlarmFiring NewFiring(const v1::AlarmSettings& settings, const v1::AlarmRule& rule,
                          const GroupKey& key, const v1::AlarmTrack& track);
// The figures of a window that was breached; `completeness` below the rule's bound is said.
void NoteBreach(const v1::AlarmRule& rule, const Judgement& judgement, double completeness,
                v1::AlarmFiring& firing);
// An id of the firing that goes on.
std::string FiringId(const std::string& fingerprint, int64_t fired_at);

}  // namespace bellrock::metrics::alarm
