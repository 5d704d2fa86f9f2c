// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/query/promql/range_functions.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>
#include <utility>

#include "base/check.h"

namespace bellrock::metrics::query::promql {
namespace {

using Values = std::vector<double>;

int64_t FloorTo(int64_t value, int64_t unit) {
  return (value / unit - (value % unit < 0 ? 1 : 0)) * unit;
}

Values ValuesOf(const std::vector<Point>& points, RangeVector::Part part) {
  Values values;
  for (size_t i = part.begin; i < part.end; ++i) {
    if (points[i]) values.push_back(*points[i]);
  }
  return values;
}

double Sum(const Values& values) {
  return std::accumulate(values.begin(), values.end(), 0.0);
}

double Average(const Values& values) {
  return Sum(values) / static_cast<double>(values.size());
}

double Variance(const Values& values) {
  const double average = Average(values);
  double sum = 0;
  for (double value : values) sum += (value - average) * (value - average);
  return sum / static_cast<double>(values.size());
}

// NaN counts only where there is nothing else.
template <typename Better>
double Extreme(const Values& values, Better better) {
  double best = values[0];
  for (double value : values) {
    if (std::isnan(best) || better(value, best)) best = value;
  }
  return best;
}

template <typename Differs>
double CountSteps(const Values& values, Differs differs) {
  double count = 0;
  for (size_t i = 1; i < values.size(); ++i) count += differs(values[i - 1], values[i]) ? 1 : 0;
  return count;
}

using OfValues = double (*)(const Values&);

constexpr std::array<std::pair<std::string_view, OfValues>, 11> kFunctions = {{
    {"avg_over_time", Average},
    {"sum_over_time", Sum},
    {"min_over_time", [](const Values& v) { return Extreme(v, std::less<>()); }},
    {"max_over_time", [](const Values& v) { return Extreme(v, std::greater<>()); }},
    {"count_over_time", [](const Values& v) { return static_cast<double>(v.size()); }},
    {"last_over_time", [](const Values& v) { return v.back(); }},
    {"present_over_time", [](const Values&) { return 1.0; }},
    {"stddev_over_time", [](const Values& v) { return std::sqrt(Variance(v)); }},
    {"stdvar_over_time", Variance},
    {"changes",
     [](const Values& v) {
       return CountSteps(
           v, [](double a, double b) { return a != b && !(std::isnan(a) && std::isnan(b)); });
     }},
    {"resets", [](const Values& v) { return CountSteps(v, std::greater<>()); }},
}};

OfValues Find(std::string_view function) {
  for (const auto& [name, apply] : kFunctions) {
    if (name == function) return apply;
  }
  return nullptr;
}

template <typename Apply>
Vector ForEachPart(const RangeVector& range, bool keeps_name, Apply apply) {
  Vector vector;
  for (const Series& series : range.series) {
    Series made{series.labels, std::vector<Point>(range.parts.size())};
    if (!keeps_name) made.labels.Erase(kNameLabel);
    for (size_t i = 0; i < range.parts.size(); ++i) {
      const Values values = ValuesOf(series.points, range.parts[i]);
      if (!values.empty()) made.points[i] = apply(i, values);
    }
    vector.push_back(std::move(made));
  }
  return vector;
}

}  // namespace

TimeGrid InnerGrid(const TimeGrid& outer, int64_t range_ms, int64_t step_ms) {
  const int64_t first = FloorTo(outer.start_ms - range_ms, step_ms) + step_ms;
  const int64_t last = FloorTo(outer.at(outer.count - 1), step_ms);
  const int64_t count = last < first ? 0 : (last - first) / step_ms + 1;
  return {first, step_ms, static_cast<size_t>(count)};
}

std::vector<RangeVector::Part> PartsOf(const TimeGrid& outer, const TimeGrid& inner,
                                       int64_t range_ms) {
  const auto index = [&inner](int64_t ms) {  // of the first point after `ms`
    const int64_t points = FloorTo(ms - inner.start_ms, inner.step_ms) / inner.step_ms + 1;
    return static_cast<size_t>(std::clamp<int64_t>(points, 0, static_cast<int64_t>(inner.count)));
  };
  std::vector<RangeVector::Part> parts;
  for (size_t i = 0; i < outer.count; ++i) {
    parts.push_back({index(outer.at(i) - range_ms), index(outer.at(i))});
  }
  return parts;
}

Vector OverTime(std::string_view function, const RangeVector& range,
                const std::vector<double>& parameter) {
  if (function == "quantile_over_time") {
    return ForEachPart(range, false, [&parameter](size_t i, const Values& values) {
      return QuantileOfValues(parameter[i], values);
    });
  }
  const OfValues apply = Find(function);
  BELLROCK_CHECK(apply != nullptr, "a function of the table that nobody computes");
  return ForEachPart(range, function == "last_over_time",
                     [apply](size_t, const Values& values) { return apply(values); });
}

Vector Difference(const RangeVector& range, bool of_last_two) {
  return ForEachPart(range, false, [&](size_t, const Values& values) -> Point {
    if (values.size() < 2) return std::nullopt;
    return values.back() - (of_last_two ? values[values.size() - 2] : values.front());
  });
}

std::vector<bool> PresenceOverTime(const RangeVector& range) {
  std::vector<bool> presence(range.parts.size());
  for (const Series& series : range.series) {
    for (size_t i = 0; i < range.parts.size(); ++i) {
      if (!ValuesOf(series.points, range.parts[i]).empty()) presence[i] = true;
    }
  }
  return presence;
}

double QuantileOfValues(double q, std::vector<double> values) {
  if (values.empty() || std::isnan(q)) return std::numeric_limits<double>::quiet_NaN();
  if (q < 0) return -std::numeric_limits<double>::infinity();
  if (q > 1) return std::numeric_limits<double>::infinity();
  // NaN is below all numbers here, as Prometheus sorts.
  std::sort(values.begin(), values.end(), [](double a, double b) {
    return std::isnan(a) || std::isnan(b) ? std::isnan(a) && !std::isnan(b) : a < b;
  });
  const double rank = q * static_cast<double>(values.size() - 1);
  const size_t lower = static_cast<size_t>(std::floor(rank));
  const size_t upper = std::min(values.size() - 1, lower + 1);
  const double weight = rank - std::floor(rank);
  return values[lower] * (1 - weight) + values[upper] * weight;
}

}  // namespace bellrock::metrics::query::promql
