// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/server/retention.h"

#include <fmt/format.h>

#include <charconv>
#include <iterator>

namespace bellrock::metrics::server {
namespace {

constexpr int64_t kSecondsMin = 600;  // what pages show by the second
constexpr int64_t kSecondsMax = Retention::kDay;
constexpr int64_t kYear = 366 * Retention::kDay;
constexpr int64_t kKeptMax = 20 * kYear;

constexpr char kRemedy[] =
    "write, for instance, seconds=2h,minutes=90d,hours=400d,days=10y, or some of these";

struct Part {
  std::string_view name;
  int64_t Retention::*kept;
};
constexpr Part kParts[] = {{"seconds", &Retention::seconds},
                           {"minutes", &Retention::minutes},
                           {"hours", &Retention::hours},
                           {"days", &Retention::days}};

int64_t UnitSeconds(char unit) {
  switch (unit) {
    case 'm':
      return 60;
    case 'h':
      return 3600;
    case 'd':
      return Retention::kDay;
    case 'y':
      return kYear;
    default:
      return 0;
  }
}

// 0 if it is no time, or too long a one.
int64_t SecondsIn(std::string_view text) {
  if (text.empty()) return 0;
  const char* const end = text.data() + text.size() - 1;
  int64_t number = 0;
  const auto [rest, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || rest != end || number < 1 || number > kKeptMax) return 0;
  const int64_t seconds = number * UnitSeconds(*end);
  return seconds <= kKeptMax ? seconds : 0;
}

bool Set(std::string_view part, Retention& retention) {
  const size_t equals = part.find('=');
  if (equals == std::string_view::npos) return false;
  for (const auto& [name, kept] : kParts) {
    if (part.substr(0, equals) != name) continue;
    retention.*kept = SecondsIn(part.substr(equals + 1));
    return retention.*kept > 0;
  }
  return false;
}

Status CheckOrder(std::string_view field, const Retention& retention) {
  if (retention.seconds < kSecondsMin || retention.seconds > kSecondsMax) {
    return InvalidArgumentError(
        fmt::format("{}: seconds are kept for 10m to 1d, not for {} s", field, retention.seconds));
  }
  for (size_t i = 1; i < std::size(kParts); ++i) {
    const Part& fine = kParts[i - 1];
    const Part& coarse = kParts[i];
    if (retention.*fine.kept <= retention.*coarse.kept) continue;
    return InvalidArgumentError(fmt::format(
        "{}: {} would be kept for {} s, {} for only {} s; keep {} for as long at least", field,
        fine.name, retention.*fine.kept, coarse.name, retention.*coarse.kept, coarse.name));
  }
  return Status::Ok();
}

}  // namespace

Result<Retention> ParseRetention(std::string_view field, std::string_view text) {
  Retention retention;
  while (!text.empty()) {
    const std::string_view part = text.substr(0, text.find(','));
    if (!Set(part, retention)) {
      return InvalidArgumentError(fmt::format("{}: '{}'; {}", field, part, kRemedy));
    }
    text.remove_prefix(part.size());
    if (text.starts_with(',')) text.remove_prefix(1);
  }
  BELLROCK_TRY(CheckOrder(field, retention));
  return retention;
}

}  // namespace bellrock::metrics::server
