// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

// Every bound of alarms in one place; docs/metrics-alarms.md lists them for operators.
namespace bellrock::metrics::alarm {

// What settings may hold, all put together.
inline constexpr size_t kRulesMax = 10'000;
inline constexpr size_t kSilencesMax = 1000;
inline constexpr size_t kInhibitionsMax = 1000;
inline constexpr size_t kRoutesMax = 1000;
inline constexpr size_t kReceiversMax = 1000;
inline constexpr size_t kOwnersMax = 100'000;
inline constexpr size_t kMatchersMax = 16;
inline constexpr size_t kLabelsMax = 32;
inline constexpr size_t kTextBytesMax = 1024;
inline constexpr size_t kGroupByMax = 4;
inline constexpr int64_t kWindowSecondsMin = 10;
inline constexpr int64_t kWindowSecondsMax = 86'400;
inline constexpr uint32_t kWindowsMax = 1000;  // of "for" and "recover"
inline constexpr int64_t kSilenceSecondsMax = int64_t{90} * 86'400;
inline constexpr int64_t kRouteSecondsMax = int64_t{7} * 86'400;

// Looking.
inline constexpr size_t kGroupsMax = 20'000;  // of an answer; the most called ones
// A window is asked for this long after it ended: its minute is cut and written by then.
inline constexpr int64_t kWindowSettleSeconds = 10;
inline constexpr int64_t kCatchUpWindows = 10;  // older ones that nobody judged are skipped
// A window with calls missing is waited for so long, then judged as it is, and said to be so.
inline constexpr int64_t kIncompleteWaitSeconds = 60;
// Such windows do not make an alarm resolve, but for so many one after the other.
inline constexpr uint32_t kIncompleteRunMax = 60;
inline constexpr int64_t kNoDataForgetSeconds = int64_t{7} * 86'400;
inline constexpr size_t kTracksMax = 100'000;

// Flap damping: each firing within the time before doubles the windows that recovery takes.
inline constexpr int64_t kFlapSeconds = 3600;
inline constexpr uint32_t kFlapDoublingsMax = 3;

// Firings that are resolved are remembered so long, and at most so many.
inline constexpr int64_t kHistorySeconds = int64_t{7} * 86'400;
inline constexpr size_t kFiringsMax = 10'000;

// Telling.
inline constexpr size_t kTargetsMax = 32;             // routes and receivers of one alarm
inline constexpr uint32_t kSendingTriesMax = 8;       // of one message; then the news begin anew
inline constexpr int64_t kSendingBackoffSeconds = 5;  // doubles
inline constexpr int64_t kSendingBackoffSecondsMax = 300;
inline constexpr int64_t kAlertmanagerResendSeconds = 60;  // as Prometheus
inline constexpr size_t kAlarmsPerMessage = 100;           // of each list; the rest is counted

// What is kept where whoever takes over finds it.
inline constexpr size_t kSharedHistory = 64;              // resolved firings, the newest
inline constexpr size_t kSharedBytes = size_t{16} << 10;  // with history; without it may be longer
inline constexpr size_t kSharedParts = 16;                // documents of one state
inline constexpr int64_t kSharedRefreshSeconds = 300;     // when there is no news

// What a breakdown names.
inline constexpr size_t kBreakdownParts = 5;
inline constexpr size_t kBreakdownGroups = 10'000;  // values looked at

}  // namespace bellrock::metrics::alarm
