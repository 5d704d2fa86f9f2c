// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "figures.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>

namespace bellrock::bench {

double Quantile(std::vector<double>& values, double fraction) {
  if (values.empty()) return 0;
  const auto rank = static_cast<size_t>(std::ceil(fraction * static_cast<double>(values.size())));
  const auto at = values.begin() + static_cast<ptrdiff_t>(std::max<size_t>(rank, 1) - 1);
  std::nth_element(values.begin(), at, values.end());
  return *at;
}

void Figures::AddLatencies(const std::string& prefix, std::vector<double>& ms) {
  Add(prefix + "_p50_ms", Quantile(ms, 0.5));
  Add(prefix + "_p99_ms", Quantile(ms, 0.99));
  Add(prefix + "_p999_ms", Quantile(ms, 0.999));
}

void Figures::Print() const {
  std::string text;
  for (const auto& [name, value] : values_) {
    text += fmt::format("{}\"{}\":{:.4f}", text.empty() ? "{" : ",", name, value);
  }
  fmt::print("{}}}\n", text.empty() ? "{" : text);
  std::fflush(stdout);
}

void Fail(std::string_view why) {
  fmt::print(stderr, "{}\n", why);
  std::exit(1);
}

void Check(const Status& status) {
  if (!status.ok()) Fail(status.ToString());
}

}  // namespace bellrock::bench
