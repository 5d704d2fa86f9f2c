// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/query/promql/number_text.h"

#include <fmt/format.h>

#include <charconv>
#include <cmath>

namespace bellrock::metrics::query::promql {

std::string NumberText(double value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value > 0 ? "+Inf" : "-Inf";
  constexpr size_t kLongest = 1100;  // of 5e-324 written out
  char text[kLongest];
  const auto [end, error] = std::to_chars(text, text + kLongest, value, std::chars_format::fixed);
  return std::string(text, end);
}

std::string SecondsText(int64_t ms) {
  if (ms % 1000 == 0) return fmt::format("{}", ms / 1000);
  const int64_t rest = ms % 1000 < 0 ? ms % 1000 + 1000 : ms % 1000;
  std::string text = fmt::format("{}.{:03}", (ms - rest) / 1000, rest);
  if (ms < 0) text = NumberText(static_cast<double>(ms) / 1000);
  text.erase(text.find_last_not_of('0') + 1);
  return text;
}

}  // namespace bellrock::metrics::query::promql
