// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/query/promql/math_functions.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <utility>

#include "base/check.h"

namespace bellrock::metrics::query::promql {
namespace {

using OfOne = double (*)(double);

double Sign(double x) {
  return std::isnan(x) ? x : x > 0 ? 1 : x < 0 ? -1 : 0;
}

constexpr std::array<std::pair<std::string_view, OfOne>, 9> kOfOne = {{
    {"abs", [](double x) { return std::abs(x); }},
    {"ceil", [](double x) { return std::ceil(x); }},
    {"floor", [](double x) { return std::floor(x); }},
    {"exp", [](double x) { return std::exp(x); }},
    {"ln", [](double x) { return std::log(x); }},
    {"log2", [](double x) { return std::log2(x); }},
    {"log10", [](double x) { return std::log10(x); }},
    {"sqrt", [](double x) { return std::sqrt(x); }},
    {"sgn", Sign},
}};

OfOne FindOfOne(std::string_view function) {
  for (const auto& [name, apply] : kOfOne) {
    if (name == function) return apply;
  }
  return nullptr;
}

// Half a unit up, as Prometheus rounds.
double RoundTo(double value, double unit) {
  const double inverse = 1 / unit;
  return std::floor(value * inverse + 0.5) / inverse;
}

template <typename Change>
void ForEach(Vector& vector, Change change) {
  for (Series& series : vector) {
    series.labels.Erase(kNameLabel);
    for (size_t i = 0; i < series.points.size(); ++i) {
      if (series.points[i]) series.points[i] = change(i, *series.points[i]);
    }
  }
}

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

double ClampMin(double x, double min) {
  return std::isnan(min) || std::isnan(x) ? kNan : std::max(x, min);
}

double ClampMax(double x, double max) {
  return std::isnan(max) || std::isnan(x) ? kNan : std::min(x, max);
}

// Where the bounds are crossed no value is between them.
void Clamp(const std::vector<double>& min, const std::vector<double>& max, Vector& vector) {
  ForEach(vector, [&](size_t i, double x) -> Point {
    if (min[i] > max[i]) return std::nullopt;
    return ClampMin(ClampMax(x, max[i]), min[i]);
  });
}

}  // namespace

Vector ApplyMath(std::string_view function, Vector vector,
                 const std::vector<std::vector<double>>& parameters, const TimeGrid& grid) {
  if (const OfOne apply = FindOfOne(function)) {
    ForEach(vector, [apply](size_t, double x) { return apply(x); });
  } else if (function == "timestamp") {
    ForEach(vector, [&](size_t i, double) { return static_cast<double>(grid.at(i)) / 1000; });
  } else if (function == "round") {
    ForEach(vector, [&](size_t i, double x) {
      return RoundTo(x, parameters.empty() ? 1.0 : parameters[0][i]);
    });
  } else if (function == "clamp_min") {
    ForEach(vector, [&](size_t i, double x) { return ClampMin(x, parameters[0][i]); });
  } else if (function == "clamp_max") {
    ForEach(vector, [&](size_t i, double x) { return ClampMax(x, parameters[0][i]); });
  } else {
    BELLROCK_CHECK(function == "clamp", "a function of the table that nobody computes");
    Clamp(parameters[0], parameters[1], vector);
  }
  return vector;
}

}  // namespace bellrock::metrics::query::promql
