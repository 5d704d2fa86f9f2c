// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "cli/naming/time_option.h"

#include <fmt/format.h>

#include <charconv>
#include <chrono>
#include <optional>

namespace bellrock::cli {
namespace {

constexpr int64_t kSecondMs = 1'000;
constexpr int64_t kMinuteMs = 60 * kSecondMs;
constexpr int64_t kHourMs = 60 * kMinuteMs;
constexpr int64_t kDayMs = 24 * kHourMs;
constexpr int64_t kLongestMs = 366 * kDayMs;

int64_t UnitMs(std::string_view unit) {
  if (unit == "s") return kSecondMs;
  if (unit == "m") return kMinuteMs;
  if (unit == "h") return kHourMs;
  return unit == "d" ? kDayMs : 0;
}

std::optional<int64_t> LengthMs(std::string_view text) {
  int64_t number = 0;
  const char* end = text.data() + text.size();
  const auto [at, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || number <= 0) return std::nullopt;
  const int64_t unit = UnitMs({at, static_cast<size_t>(end - at)});
  if (unit == 0 || number > kLongestMs / unit) return std::nullopt;
  return number * unit;
}

// Takes pieces off the front of a moment's text.
class Pieces {
 public:
  explicit Pieces(std::string_view text) : text_(text) {}

  // A number of exactly so many digits; after a failure anything.
  int Number(size_t digits) {
    int value = 0;
    const std::string_view piece = text_.substr(0, digits);
    const auto [at, error] = std::from_chars(piece.data(), piece.data() + piece.size(), value);
    ok_ &= piece.size() == digits && error == std::errc() && at == piece.data() + digits &&
           piece.front() != '-';
    text_.remove_prefix(piece.size());
    return value;
  }
  bool Skip(std::string_view any_of) {
    if (text_.empty() || any_of.find(text_.front()) == std::string_view::npos) return false;
    text_.remove_prefix(1);
    return true;
  }
  void Need(std::string_view any_of) { ok_ &= Skip(any_of); }
  bool whole() const { return ok_ && text_.empty(); }
  char next() const { return text_.empty() ? '\0' : text_.front(); }

 private:
  std::string_view text_;
  bool ok_ = true;
};

std::optional<int64_t> MomentMs(std::string_view text) {
  using std::chrono::day, std::chrono::month, std::chrono::year;
  Pieces in(text);
  const year y(in.Number(4));
  in.Need("-");
  const month m(static_cast<unsigned>(in.Number(2)));
  in.Need("-");
  const std::chrono::year_month_day date(y, m, day(static_cast<unsigned>(in.Number(2))));
  in.Need("T ");
  const int hours = in.Number(2);
  in.Need(":");
  const int minutes = in.Number(2);
  const int seconds = in.Skip(":") ? in.Number(2) : 0;
  int64_t ahead_ms = 0;
  if (!in.Skip("Z")) {
    const int64_t sign = in.next() == '-' ? -1 : 1;
    in.Need("+-");
    ahead_ms = sign * in.Number(2) * kHourMs;
    in.Need(":");
    ahead_ms += sign * in.Number(2) * kMinuteMs;
  }
  if (!in.whole() || !date.ok() || hours > 23 || minutes > 59 || seconds > 59) return std::nullopt;
  const int64_t days = std::chrono::sys_days(date).time_since_epoch().count();
  return days * kDayMs + hours * kHourMs + minutes * kMinuteMs + seconds * kSecondMs - ahead_ms;
}

}  // namespace

Result<int64_t> ParseLengthMs(std::string_view option, std::string_view text) {
  if (const auto length = LengthMs(text)) return *length;
  return InvalidArgumentError(fmt::format(
      "{} '{}': write a number above 0 with s, m, h or d, for example 90m; at most 366d", option,
      text));
}

Result<int64_t> ParseMoment(std::string_view option, std::string_view text, int64_t now_ms) {
  if (const auto length = LengthMs(text)) return now_ms + *length;
  if (const auto moment = MomentMs(text)) return *moment;
  return InvalidArgumentError(
      fmt::format("{} '{}': write a moment with its zone, for example 2026-11-22T14:00Z or "
                  "2026-11-22T14:00+08:00, or how long from now on, for example 30m",
                  option, text));
}

}  // namespace bellrock::cli
