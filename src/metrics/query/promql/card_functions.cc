// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/query/promql/card_functions.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <utility>

namespace bellrock::metrics::query::promql {
namespace {

constexpr double kMicroseconds = 1e6;
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

double QuantileOfCard(double q, const CardSum& card) {
  if (card.calls() == 0 || std::isnan(q)) return kNan;
  if (q < 0) return -kInfinity;
  if (q > 1) return kInfinity;
  return card.PercentileUs(q) / kMicroseconds;
}

// The part of calls that took longer than `lower` and not longer than `upper` seconds.
double FractionOfCard(double lower, double upper, const CardSum& card) {
  if (card.calls() == 0 || std::isnan(lower) || std::isnan(upper)) return kNan;
  if (lower >= upper) return 0;
  const auto up_to = [&card](double seconds) -> double {
    if (seconds < 0) return 0;
    constexpr double kLongest = 1e12;
    const double us = std::min(seconds * kMicroseconds, kLongest);
    // A bound that was written in decimals must hold the latency that is written the same.
    return static_cast<double>(card.CallsUpTo(static_cast<uint64_t>(std::floor(us + 1e-6))));
  };
  return (up_to(upper) - up_to(lower)) / static_cast<double>(card.calls());
}

template <typename Read>
Vector ForEachCard(const CardVector& cards, Read read) {
  Vector vector;
  for (const CardSeries& series : cards.series) {
    Series made{series.labels, std::vector<Point>(series.points.size())};
    made.labels.Erase(kNameLabel);
    for (size_t i = 0; i < series.points.size(); ++i) {
      if (series.points[i]) made.points[i] = read(i, *series.points[i]);
    }
    vector.push_back(std::move(made));
  }
  return vector;
}

struct Bucket {
  double upper;
  double count;
};

std::optional<double> BoundOf(std::string_view le) {
  if (le == "+Inf" || le == "Inf") return kInfinity;
  double bound = 0;
  const auto [end, error] = std::from_chars(le.data(), le.data() + le.size(), bound);
  if (error != std::errc() || end != le.data() + le.size()) return std::nullopt;
  return bound;
}

// Ascending, of distinct bounds, counts never falling.
void Tidy(std::vector<Bucket>& buckets) {
  std::sort(buckets.begin(), buckets.end(),
            [](const Bucket& a, const Bucket& b) { return a.upper < b.upper; });
  std::vector<Bucket> tidy;
  for (const Bucket& bucket : buckets) {
    if (!tidy.empty() && tidy.back().upper == bucket.upper) {
      tidy.back().count += bucket.count;
    } else {
      tidy.push_back(bucket);
    }
  }
  for (size_t i = 1; i < tidy.size(); ++i) {
    tidy[i].count = std::max(tidy[i].count, tidy[i - 1].count);
  }
  buckets = std::move(tidy);
}

double Interpolate(double q, std::vector<Bucket> buckets) {
  if (std::isnan(q)) return kNan;
  if (q < 0) return -kInfinity;
  if (q > 1) return kInfinity;
  Tidy(buckets);
  if (buckets.size() < 2 || !std::isinf(buckets.back().upper)) return kNan;
  const double all = buckets.back().count;
  if (all == 0) return kNan;
  const double rank = q * all;
  const auto at = std::find_if(buckets.begin(), buckets.end() - 1,
                               [rank](const Bucket& bucket) { return bucket.count >= rank; });
  if (at == buckets.end() - 1) return buckets[buckets.size() - 2].upper;
  if (at == buckets.begin() && at->upper <= 0) return at->upper;
  const double lower = at == buckets.begin() ? 0 : (at - 1)->upper;
  const double below = at == buckets.begin() ? 0 : (at - 1)->count;
  return lower + (at->upper - lower) * ((rank - below) / (at->count - below));
}

}  // namespace

Vector ApplyToCards(std::string_view function, const CardVector& cards,
                    const std::vector<std::vector<double>>& parameters) {
  if (function == "histogram_quantile") {
    return ForEachCard(cards, [&](size_t i, const CardSum& card) {
      return QuantileOfCard(parameters[0][i], card);
    });
  }
  if (function == "histogram_fraction") {
    return ForEachCard(cards, [&](size_t i, const CardSum& card) {
      return FractionOfCard(parameters[0][i], parameters[1][i], card);
    });
  }
  const bool count = function == "histogram_count";
  return ForEachCard(cards, [&](size_t, const CardSum& card) {
    const double value = count ? static_cast<double>(card.calls())
                               : static_cast<double>(card.sum_us()) / kMicroseconds;
    return value / cards.divisor;
  });
}

Vector QuantileOfBuckets(const std::vector<double>& q, const Vector& buckets) {
  std::map<Labels, std::vector<std::pair<double, const Series*>>> groups;
  for (const Series& series : buckets) {
    const auto bound = BoundOf(series.labels.Get(kLeLabel));
    if (bound) groups[series.labels.Drop({std::string(kLeLabel)})].emplace_back(*bound, &series);
  }
  Vector quantiles;
  for (const auto& [labels, members] : groups) {
    Series made{labels, std::vector<Point>(q.size())};
    for (size_t i = 0; i < q.size(); ++i) {
      std::vector<Bucket> present;
      for (const auto& [bound, series] : members) {
        if (series->points[i]) present.push_back({bound, *series->points[i]});
      }
      if (!present.empty()) made.points[i] = Interpolate(q[i], std::move(present));
    }
    quantiles.push_back(std::move(made));
  }
  return quantiles;
}

}  // namespace bellrock::metrics::query::promql
