// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "metrics/alarm/dispatcher.h"

// What people read: short enough for a phone, the figures first. Pure.
namespace bellrock::metrics::alarm {

inline constexpr size_t kNoticeLines = 5;  // alarms named; the others are counted
inline constexpr size_t kTitleBytesMax = 120;

struct NoticeLine {
  bool resolved = false;
  std::string what;   // "music/catalog success_rate: success rate 97.2 %, below 99.9 %"
  std::string where;  // "mostly callee_host 10.0.0.7: 90 % of the failures, 54 % of the calls"
  std::string when;   // "since 11-22 17:03 UTC", "17:03 to 17:09 UTC"
  std::string note;
};

struct Notice {
  bool firing = false;   // anything
  std::string severity;  // the worst
  std::string title;     // "[FIRING 2] music/catalog: success rate 97.2 %, below 99.9 %"
  std::vector<NoticeLine> lines;
  uint64_t more = 0;
  std::string link;  // "" without a console
};

Notice MakeNotice(const Notification& notification);

// "success rate 97.2 %, below 99.9 %"
std::string Sentence(const v1::AlarmFiring& firing);
// What moved most; "" if that is not known.
std::string BreakdownSentence(const v1::AlarmFiring& firing);
std::string ConsoleLink(const std::string& console_url, const v1::AlarmFiring& firing);

// "2026-11-22T17:03:00Z"
std::string Rfc3339(int64_t unix_seconds);
// "11-22 17:03 UTC"
std::string ShortTime(int64_t unix_seconds);
// At most so many bytes, cut between characters.
std::string Clip(std::string text, size_t bytes_max);

}  // namespace bellrock::metrics::alarm
