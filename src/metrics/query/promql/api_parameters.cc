// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/query/promql/api_parameters.h"

#include <fmt/format.h>

#include <charconv>
#include <chrono>
#include <cmath>

#include "metrics/query/promql/lexer.h"

namespace bellrock::metrics::query::promql {
namespace {

constexpr size_t kFieldsMax = 1000;
constexpr double kSecondsMax = 1e12;

int HexValue(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

Result<std::string> Decode(std::string_view text) {
  std::string decoded;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      decoded += text[i] == '+' ? ' ' : text[i];
      continue;
    }
    const int high = i + 2 < text.size() ? HexValue(text[i + 1]) : -1;
    const int low = i + 2 < text.size() ? HexValue(text[i + 2]) : -1;
    if (high < 0 || low < 0) {
      return InvalidArgumentError(
          fmt::format("invalid URL escape \"{}\"; write %25 for a %", text.substr(i, 3)));
    }
    decoded += static_cast<char>(high * 16 + low);
    i += 2;
  }
  return decoded;
}

std::optional<double> Number(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return std::abs(value) < kSecondsMax ? std::optional(value) : std::nullopt;
}

// Takes exactly `digits` digits off the text.
bool TakeDigits(std::string_view& text, size_t digits, int& value) {
  if (text.size() < digits) return false;
  const auto [end, error] = std::from_chars(text.data(), text.data() + digits, value);
  if (error != std::errc() || end != text.data() + digits || value < 0) return false;
  text.remove_prefix(digits);
  return true;
}

bool TakeChar(std::string_view& text, char c) {
  if (text.empty() || text[0] != c) return false;
  text.remove_prefix(1);
  return true;
}

// Milliseconds of ".123456", which may be absent.
bool TakeFraction(std::string_view& text, int& ms) {
  if (!TakeChar(text, '.')) return true;
  int unit = 100;
  size_t digits = 0;
  for (; !text.empty() && text[0] >= '0' && text[0] <= '9'; text.remove_prefix(1), ++digits) {
    ms += (text[0] - '0') * unit;
    unit /= 10;
  }
  return digits > 0;
}

bool TakeZone(std::string_view& text, int& minutes) {
  if (TakeChar(text, 'Z')) return true;
  const int sign = text.starts_with('-') ? -1 : 1;
  if (!TakeChar(text, '+') && !TakeChar(text, '-')) return false;
  int hour = 0;
  int minute = 0;
  if (!TakeDigits(text, 2, hour) || !TakeChar(text, ':') || !TakeDigits(text, 2, minute)) {
    return false;
  }
  minutes = sign * (hour * 60 + minute);
  return true;
}

std::optional<int64_t> Rfc3339Ms(std::string_view text) {
  int year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0, ms = 0, zone = 0;
  const bool read = TakeDigits(text, 4, year) && TakeChar(text, '-') &&
                    TakeDigits(text, 2, month) && TakeChar(text, '-') && TakeDigits(text, 2, day) &&
                    TakeChar(text, 'T') && TakeDigits(text, 2, hour) && TakeChar(text, ':') &&
                    TakeDigits(text, 2, minute) && TakeChar(text, ':') &&
                    TakeDigits(text, 2, second) && TakeFraction(text, ms) && TakeZone(text, zone);
  const std::chrono::year_month_day date{std::chrono::year(year),
                                         std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  if (!read || !text.empty() || !date.ok() || hour > 23 || minute > 59 || second > 59) {
    return std::nullopt;
  }
  const int64_t days = std::chrono::sys_days(date).time_since_epoch().count();
  return (((days * 24 + hour) * 60 + minute - zone) * 60 + second) * 1000 + ms;
}

}  // namespace

Status ApiParameters::Add(std::string_view text) {
  while (!text.empty()) {
    const size_t end = std::min(text.find('&'), text.size());
    const std::string_view field = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (field.empty()) continue;
    if (fields_.size() == kFieldsMax) {
      return InvalidArgumentError(
          fmt::format("more than {} parameters; ask in several requests", kFieldsMax));
    }
    const size_t equals = std::min(field.find('='), field.size());
    BELLROCK_ASSIGN(std::string name, Decode(field.substr(0, equals)));
    BELLROCK_ASSIGN(std::string value, Decode(field.substr(std::min(equals + 1, field.size()))));
    fields_.emplace_back(std::move(name), std::move(value));
  }
  return Status::Ok();
}

std::string_view ApiParameters::Get(std::string_view name) const {
  for (const auto& [field, value] : fields_) {
    if (field == name) return value;
  }
  return "";
}

std::vector<std::string_view> ApiParameters::All(std::string_view name) const {
  std::vector<std::string_view> values;
  for (const auto& [field, value] : fields_) {
    if (field == name) values.push_back(value);
  }
  return values;
}

Result<std::optional<int64_t>> ApiParameters::TimeMs(std::string_view name) const {
  const std::string_view text = Get(name);
  if (text.empty()) return std::optional<int64_t>();
  if (const auto seconds = Number(text)) {
    return std::optional<int64_t>(std::llround(*seconds * 1000));
  }
  if (const auto ms = Rfc3339Ms(text)) return ms;
  return InvalidArgumentError(fmt::format(
      "invalid parameter \"{}\": cannot parse \"{}\" to a valid timestamp; write unix seconds or "
      "2026-01-31T10:00:00Z",
      name, text));
}

Result<std::optional<int64_t>> ApiParameters::DurationMs(std::string_view name) const {
  const std::string_view text = Get(name);
  if (text.empty()) return std::optional<int64_t>();
  if (const auto seconds = Number(text)) {
    return std::optional<int64_t>(std::llround(*seconds * 1000));
  }
  const auto duration = ParseDurationMs(text);
  if (duration.ok()) return std::optional<int64_t>(*duration);
  return InvalidArgumentError(fmt::format(
      "invalid parameter \"{}\": cannot parse \"{}\" to a valid duration; write seconds or 1m30s",
      name, text));
}

}  // namespace bellrock::metrics::query::promql
