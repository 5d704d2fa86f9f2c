// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "bellrock/metrics/v1/alarms.pb.h"
#include "bellrock/service.h"
#include "bellrock/status.h"

// Alarms as an operator writes and reads them. Pure.
namespace bellrock::cli {

// "service=music/*" or "severity!=critical"; kInvalidArgument.
Result<metrics::v1::AlarmMatcher> ParseMatcher(std::string_view text);
std::string MatcherText(const metrics::v1::AlarmMatcher& matcher);

// The message from JSON; `what` it is stands before what is wrong with it.
Status ParseAlarmJson(std::string_view what, std::string_view json, Message& message);
// Only what differs from the default, over several lines.
Result<std::string> AlarmJson(const Message& message);

// A line for each alarm, what moved most and why nobody is told below it.
std::string AlarmsText(const metrics::v1::ListAlarmsReply& reply);
// Rules with how far they are judged, silences, and what could not be sent.
std::string RulesText(const metrics::v1::ListAlarmsReply& reply, bool of_one_service);
std::string TrialText(const metrics::v1::TryRuleReply& reply);

}  // namespace bellrock::cli
