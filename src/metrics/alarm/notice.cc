// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/alarm/notice.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>

#include "metrics/alarm/rule_terms.h"

namespace bellrock::metrics::alarm {
namespace {

using Figure = v1::AlarmFigure;
using Condition = v1::AlarmCondition;

constexpr double kMillisecondUs = 1000;
constexpr double kSecondUs = 1e6;
constexpr char kEllipsis[] = "...";

std::string Microseconds(double us) {
  if (us < kMillisecondUs) return fmt::format("{:.4g} us", us);
  if (us < kSecondUs) return fmt::format("{:.4g} ms", us / kMillisecondUs);
  return fmt::format("{:.4g} s", us / kSecondUs);
}

std::string Value(const Figure& figure, double value) {
  switch (figure.kind()) {
    case Figure::KIND_SUCCESS_RATE:
      return fmt::format("{:.6g} %", value * 100);
    case Figure::KIND_CALLS_PER_SECOND:
    case Figure::KIND_FAILURES_PER_SECOND:
      return fmt::format("{:.4g}/s", value);
    default:
      return Microseconds(value);
  }
}

std::string Name(const Figure& figure) {
  switch (figure.kind()) {
    case Figure::KIND_CALLS_PER_SECOND:
      return "calls";
    case Figure::KIND_FAILURES_PER_SECOND:
      return "failures";
    case Figure::KIND_LATENCY_US:
      return QuantileName(QuantileOf(figure));
    case Figure::KIND_MAX_US:
      return "slowest call";
    case Figure::KIND_MEAN_US:
      return "mean latency";
    default:
      return "success rate";
  }
}

const char* Past(const Condition& condition) {
  switch (condition.against()) {
    case Condition::AGAINST_YESTERDAY:
      return "yesterday";
    case Condition::AGAINST_LAST_WEEK:
      return "last week";
    default:
      return "just before";
  }
}

std::string Change(const v1::AlarmFiring& firing) {
  const double change = firing.value() - firing.baseline();
  const bool percent = firing.condition().kind() == Condition::KIND_CHANGE_PERCENT;
  const std::string size = percent && firing.baseline() != 0
                               ? fmt::format("{:.3g} %", std::abs(change / firing.baseline()) * 100)
                               : Value(firing.figure(), std::abs(change));
  return fmt::format("{} {} the {} of {}", size, change >= 0 ? "above" : "below",
                     Value(firing.figure(), firing.baseline()), Past(firing.condition()));
}

std::string Clock(int64_t unix_seconds) {
  const int64_t minute = (unix_seconds / 60) % (24 * 60);
  return fmt::format("{:02}:{:02}", minute / 60, minute % 60);
}

struct Date {
  int year = 0;
  unsigned month = 0;
  unsigned day = 0;
};
Date DateOf(int64_t unix_seconds) {
  const std::chrono::sys_days days{
      std::chrono::floor<std::chrono::days>(std::chrono::seconds(unix_seconds))};
  const std::chrono::year_month_day date(days);
  return {static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
          static_cast<unsigned>(date.day())};
}

// "music/catalog", and what else tells the alarm from others of its rule.
std::string Subject(const v1::AlarmFiring& firing) {
  std::string subject;
  for (const std::string& value : firing.key()) subject += (subject.empty() ? "" : " ") + value;
  return subject;
}

NoticeLine LineOf(const v1::AlarmFiring& firing, bool resolved) {
  NoticeLine line;
  line.resolved = resolved;
  line.what = fmt::format("{} {}: {}", Subject(firing), LabelOf(firing.labels(), "alertname"),
                          Sentence(firing));
  line.where = BreakdownSentence(firing);
  line.when = firing.resolved_at() == 0
                  ? "since " + ShortTime(firing.since())
                  : fmt::format("{} to {} UTC", Clock(firing.since()), Clock(firing.resolved_at()));
  line.note = firing.note();
  return line;
}

int Rank(std::string_view severity) {
  if (severity == "critical") return 2;
  return severity == "warning" ? 1 : 0;
}

std::string TitleOf(const Notification& notification) {
  const bool firing = !notification.firing.empty();
  const auto& alarms = firing ? notification.firing : notification.resolved;
  if (alarms.empty()) return "alarms";
  const std::string count = alarms.size() > 1 ? fmt::format(" {}", alarms.size()) : "";
  return Clip(fmt::format("[{}{}] {}: {}", firing ? "FIRING" : "RESOLVED", count,
                          Subject(alarms.front()), Sentence(alarms.front())),
              kTitleBytesMax);
}

}  // namespace

std::string Rfc3339(int64_t unix_seconds) {
  const Date date = DateOf(unix_seconds);
  const int64_t second = ((unix_seconds % 86'400) + 86'400) % 86'400;
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", date.year, date.month, date.day,
                     second / 3600, second / 60 % 60, second % 60);
}

std::string ShortTime(int64_t unix_seconds) {
  const Date date = DateOf(unix_seconds);
  return fmt::format("{:02}-{:02} {} UTC", date.month, date.day, Clock(unix_seconds));
}

std::string Clip(std::string text, size_t bytes_max) {
  if (text.size() <= bytes_max) return text;
  size_t end = bytes_max - std::min(bytes_max, sizeof(kEllipsis) - 1);
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  text.resize(end);
  return text + kEllipsis;
}

std::string Sentence(const v1::AlarmFiring& firing) {
  const Condition& condition = firing.condition();
  if (condition.kind() == Condition::KIND_NO_DATA) return "no calls";
  const std::string value =
      fmt::format("{} {}", Name(firing.figure()), Value(firing.figure(), firing.value()));
  switch (condition.kind()) {
    case Condition::KIND_MAX:
      return fmt::format("{}, above {}", value, Value(firing.figure(), firing.bound()));
    case Condition::KIND_MIN:
      return fmt::format("{}, below {}", value, Value(firing.figure(), firing.bound()));
    default:
      return fmt::format("{}, {}", value, Change(firing));
  }
}

std::string BreakdownSentence(const v1::AlarmFiring& firing) {
  std::string sentence;
  const auto& dimensions = firing.breakdown().dimensions();
  for (int i = 0; i < dimensions.size(); ++i) {
    const auto& dimension = dimensions[i];
    const bool result = dimension.dimension() == "result";
    if ((i > 0 && !result) || dimension.parts().empty()) continue;
    const auto& part = dimension.parts(0);
    // What has no more of the change than of the calls is not to blame.
    if (part.share() <= 0 || (!result && part.share() <= part.calls_share())) continue;
    sentence += fmt::format("{}{} {}: {:.0f} % of the {}", sentence.empty() ? "mostly " : "; ",
                            dimension.dimension(), part.value(), part.share() * 100,
                            firing.breakdown().counted());
    if (!result) sentence += fmt::format(", {:.0f} % of the calls", part.calls_share() * 100);
  }
  return sentence;
}

std::string ConsoleLink(const std::string& console_url, const v1::AlarmFiring& firing) {
  return console_url.empty() ? std::string() : console_url + "/alarms/" + firing.id();
}

Notice MakeNotice(const Notification& notification) {
  Notice notice;
  notice.firing = !notification.firing.empty();
  notice.title = TitleOf(notification);
  notice.more = notification.left_out;
  const size_t alarms = notification.firing.size() + notification.resolved.size();
  const auto add = [&](const std::vector<v1::AlarmFiring>& list, bool resolved) {
    for (const v1::AlarmFiring& firing : list) {
      const std::string severity(LabelOf(firing.labels(), "severity"));
      if (notice.severity.empty() || Rank(severity) > Rank(notice.severity)) {
        notice.severity = severity;
      }
      if (alarms == 1) notice.link = ConsoleLink(notification.console_url, firing);
      if (notice.lines.size() < kNoticeLines) {
        notice.lines.push_back(LineOf(firing, resolved));
      } else {
        ++notice.more;
      }
    }
  };
  add(notification.firing, false);
  add(notification.resolved, true);
  if (alarms != 1 && !notification.console_url.empty()) {
    notice.link = notification.console_url + "/alarms";
  }
  return notice;
}

}  // namespace bellrock::metrics::alarm
