// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "routing/latency_outliers.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

namespace bellrock::routing {
namespace {

// Takes the period in. True if there is a new mean to judge.
bool Advance(const LatencyOptions& options, const LatencySample& sample, LatencyFigures& figures) {
  if (!sample.open) {
    figures = LatencyFigures{};
    return false;
  }
  figures.ok += sample.ok;
  figures.latency_us += sample.latency_us;
  ++figures.age;
  if (figures.ok < options.calls_min) {
    if (figures.age > options.periods_kept) figures = LatencyFigures{};
    return false;
  }
  figures.mean_us = static_cast<double>(figures.latency_us) / static_cast<double>(figures.ok);
  figures.ok = 0;
  figures.latency_us = 0;
  figures.age = 0;
  return true;
}

// Median of the means without one that is `own`; all of them if it is 0.
double MedianWithout(const std::vector<double>& sorted, double own) {
  size_t count = sorted.size();
  size_t skip = count;
  if (own > 0) {
    skip =
        static_cast<size_t>(std::lower_bound(sorted.begin(), sorted.end(), own) - sorted.begin());
    --count;
  }
  const auto at = [&](size_t k) { return sorted[k < skip ? k : k + 1]; };
  return count % 2 != 0 ? at(count / 2) : (at(count / 2 - 1) + at(count / 2)) / 2;
}

void Judge(const LatencyOptions& options, LatencyFigures& figures) {
  const double factor = options.factor * (figures.slow ? options.back : 1);
  const bool slow = figures.median_us > 0 && figures.mean_us > figures.median_us * factor &&
                    figures.mean_us > figures.median_us + options.floor_us;
  figures.times = slow ? figures.times + 1 : 0;
  figures.slow = slow && (figures.slow || figures.times >= options.times);
}

}  // namespace

void EndLatencyPeriod(const LatencyOptions& options, std::span<const LatencySample> samples,
                      std::span<LatencyFigures> figures) {
  if (options.factor <= 0) {
    std::fill(figures.begin(), figures.end(), LatencyFigures{});
    return;
  }
  std::vector<bool> judged(figures.size());
  std::vector<double> means;
  means.reserve(figures.size());
  for (size_t k = 0; k < figures.size(); ++k) {
    judged[k] = Advance(options, samples[k], figures[k]);
    if (figures[k].mean_us > 0) means.push_back(figures[k].mean_us);
  }
  std::sort(means.begin(), means.end());
  for (size_t k = 0; k < figures.size(); ++k) {
    const size_t others = means.size() - (figures[k].mean_us > 0 ? 1 : 0);
    figures[k].median_us =
        others >= options.others_min ? MedianWithout(means, figures[k].mean_us) : 0;
    if (judged[k]) Judge(options, figures[k]);
  }
}

std::string LatencyReason(double mean_us, double median_us) {
  const double ms = mean_us / 1000;
  return fmt::format("latency: {:.{}f} ms, {:.1f} times the median", ms, ms < 10 ? 1 : 0,
                     mean_us / median_us);
}

LatencyVerdict VerdictOf(const LatencyOptions& options, const LatencyFigures& figures) {
  LatencyVerdict verdict;
  verdict.median_us = figures.median_us;
  if (options.factor <= 0 || figures.median_us <= 0) return verdict;
  verdict.limit_us = std::max(figures.median_us * options.factor * options.back,
                              figures.median_us + options.floor_us);
  verdict.slow = figures.slow;
  if (figures.slow) verdict.reason = LatencyReason(figures.mean_us, figures.median_us);
  return verdict;
}

}  // namespace bellrock::routing
