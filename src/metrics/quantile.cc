// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/quantile.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>

namespace bellrock::metrics {
namespace {

constexpr uint32_t kMillion = 1'000'000;
constexpr int kShareDecimals = 6;
constexpr int kPercentDecimals = kShareDecimals - 2;
// What a double may be beside the six decimals it was written with.
constexpr double kRounding = 1e-6;

Status Refuse(std::string_view text) {
  return InvalidArgumentError(fmt::format(
      "quantile \"{}\": give 0 to 1 with at most six decimals, as in 0.999999, or TP99.9999",
      text));
}

// `text` times 10^decimals if that is a whole number of at most a million.
std::optional<uint32_t> Decimal(std::string_view text, int decimals) {
  uint32_t value = 0;
  int after_point = -1;
  bool digits = false;
  for (const char c : text) {
    if (c == '.' && after_point < 0) {
      after_point = 0;
      continue;
    }
    if (c < '0' || c > '9') return std::nullopt;
    digits = true;
    if (after_point == decimals) {
      if (c != '0') return std::nullopt;
      continue;
    }
    after_point += after_point >= 0;
    value = value * 10 + static_cast<uint32_t>(c - '0');
    if (value > kMillion) return std::nullopt;
  }
  if (!digits) return std::nullopt;
  for (int i = std::max(after_point, 0); i < decimals; ++i) {
    value *= 10;
    if (value > kMillion) return std::nullopt;
  }
  return value;
}

}  // namespace

uint64_t NearestRank(Quantile quantile, uint64_t calls) {
  using Wide = unsigned __int128;
  const Wide scaled = Wide{calls} * static_cast<uint32_t>(quantile);
  const auto rank = static_cast<uint64_t>((scaled + kMillion - 1) / kMillion);
  return std::max<uint64_t>(rank, calls > 0 ? 1 : 0);
}

Result<Quantile> ParseQuantile(std::string_view text) {
  const bool percent = text.starts_with("TP") || text.starts_with("tp");
  const std::optional<uint32_t> millionths =
      percent ? Decimal(text.substr(2), kPercentDecimals) : Decimal(text, kShareDecimals);
  if (!millionths) return Refuse(text);
  return static_cast<Quantile>(*millionths);
}

Result<Quantile> QuantileOfShare(double share) {
  const double millionths = share * kMillion;
  if (!(share >= 0 && share <= 1) || std::abs(millionths - std::round(millionths)) > kRounding) {
    return Refuse(fmt::format("{}", share));
  }
  return static_cast<Quantile>(std::lround(millionths));
}

std::string QuantileName(Quantile quantile) {
  const auto millionths = static_cast<uint32_t>(quantile);
  std::string name = fmt::format("TP{}.{:04}", millionths / 10'000, millionths % 10'000);
  name.erase(name.find_last_not_of('0') + 1);
  if (name.ends_with('.')) name.pop_back();
  return name;
}

}  // namespace bellrock::metrics
