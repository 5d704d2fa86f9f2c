// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "load_meter.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>

namespace bellrock::bench {
namespace {

// Room for more calls than any peer answers in the time; touched only as it fills.
constexpr double kCallsPerSecondMax = 2e6;

std::chrono::nanoseconds Seconds(double seconds) {
  return std::chrono::nanoseconds(static_cast<int64_t>(seconds * 1e9));
}

}  // namespace

uint32_t Percentile(std::vector<uint32_t>& values, double fraction) {
  if (values.empty()) return 0;
  const auto rank = static_cast<size_t>(std::ceil(fraction * static_cast<double>(values.size())));
  const auto at = values.begin() + static_cast<ptrdiff_t>(std::max<size_t>(rank, 1) - 1);
  std::nth_element(values.begin(), at, values.end());
  return *at;
}

LoadMeter::LoadMeter(const LoadOptions& options)
    : begin_(Now()),
      measured_from_(begin_ + Seconds(options.warmup)),
      end_(measured_from_ + Seconds(options.seconds)),
      seconds_(options.seconds) {
  latencies_ns_.reserve(static_cast<size_t>(options.seconds * kCallsPerSecondMax));
}

void LoadMeter::Print() {
  const auto us = [this](double fraction) { return Percentile(latencies_ns_, fraction) / 1e3; };
  fmt::print(
      "{{\"calls\":{},\"qps\":{:.1f},\"p50_us\":{:.2f},\"p99_us\":{:.2f},\"p999_us\":{:.2f}}}\n",
      calls_, static_cast<double>(latencies_ns_.size()) / seconds_, us(0.5), us(0.99), us(0.999));
  std::fflush(stdout);
}

void Fail(std::string_view why) {
  fmt::print(stderr, "{}\n", why);
  std::exit(1);
}

void HoldUntilInputEnds() {
  fmt::print("ready\n");
  std::fflush(stdout);
  while (std::getchar() != EOF) {
  }
}

}  // namespace bellrock::bench
