// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/query/promql/functions.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

namespace bellrock::metrics::query::promql {
namespace {

using enum FunctionFamily;
constexpr ValueType kScalar = ValueType::kScalar;
constexpr ValueType kVector = ValueType::kVector;

constexpr FunctionSpec kFunctions[] = {
    {"rate", kCounterRange, kVector, "m"},
    {"irate", kCounterRange, kVector, "m"},
    {"increase", kCounterRange, kVector, "m"},
    {"delta", kCounterRange, kVector, "m"},
    {"idelta", kCounterRange, kVector, "m"},
    {"avg_over_time", kOverTime, kVector, "m"},
    {"min_over_time", kOverTime, kVector, "m"},
    {"max_over_time", kOverTime, kVector, "m"},
    {"sum_over_time", kOverTime, kVector, "m"},
    {"count_over_time", kOverTime, kVector, "m"},
    {"last_over_time", kOverTime, kVector, "m"},
    {"present_over_time", kOverTime, kVector, "m"},
    {"stddev_over_time", kOverTime, kVector, "m"},
    {"stdvar_over_time", kOverTime, kVector, "m"},
    {"absent_over_time", kOverTime, kVector, "m"},
    {"changes", kOverTime, kVector, "m"},
    {"resets", kOverTime, kVector, "m"},
    {"quantile_over_time", kOverTime, kVector, "sm"},
    {"abs", kMath, kVector, "v"},
    {"ceil", kMath, kVector, "v"},
    {"floor", kMath, kVector, "v"},
    {"exp", kMath, kVector, "v"},
    {"ln", kMath, kVector, "v"},
    {"log2", kMath, kVector, "v"},
    {"log10", kMath, kVector, "v"},
    {"sqrt", kMath, kVector, "v"},
    {"sgn", kMath, kVector, "v"},
    {"clamp_min", kMath, kVector, "vs"},
    {"clamp_max", kMath, kVector, "vs"},
    {"clamp", kMath, kVector, "vss"},
    {"round", kMath, kVector, "vs", 1},
    {"timestamp", kMath, kVector, "v"},
    {"histogram_quantile", kCards, kVector, "sv"},
    {"histogram_count", kCards, kVector, "v"},
    {"histogram_sum", kCards, kVector, "v"},
    {"histogram_fraction", kCards, kVector, "ssv"},
    {"label_replace", kLabels, kVector, "vtttt"},
    {"label_join", kLabels, kVector, "vttt", -1},
    {"absent", kShape, kVector, "v"},
    {"sort", kShape, kVector, "v"},
    {"sort_desc", kShape, kVector, "v"},
    {"scalar", kShape, kScalar, "v"},
    {"vector", kShape, kVector, "s"},
    {"time", kShape, kScalar, ""},
    {"pi", kShape, kScalar, ""},
    {"deriv", kNotServed, kVector, "m"},
    {"predict_linear", kNotServed, kVector, "ms"},
    {"holt_winters", kNotServed, kVector, "mss"},
    {"acos", kNotServed, kVector, "v"},
    {"acosh", kNotServed, kVector, "v"},
    {"asin", kNotServed, kVector, "v"},
    {"asinh", kNotServed, kVector, "v"},
    {"atan", kNotServed, kVector, "v"},
    {"atanh", kNotServed, kVector, "v"},
    {"cos", kNotServed, kVector, "v"},
    {"cosh", kNotServed, kVector, "v"},
    {"sin", kNotServed, kVector, "v"},
    {"sinh", kNotServed, kVector, "v"},
    {"tan", kNotServed, kVector, "v"},
    {"tanh", kNotServed, kVector, "v"},
    {"deg", kNotServed, kVector, "v"},
    {"rad", kNotServed, kVector, "v"},
    {"day_of_month", kNotServed, kVector, "v", 1},
    {"day_of_week", kNotServed, kVector, "v", 1},
    {"day_of_year", kNotServed, kVector, "v", 1},
    {"days_in_month", kNotServed, kVector, "v", 1},
    {"hour", kNotServed, kVector, "v", 1},
    {"minute", kNotServed, kVector, "v", 1},
    {"month", kNotServed, kVector, "v", 1},
    {"year", kNotServed, kVector, "v", 1},
};

}  // namespace

std::string_view ValueTypeName(ValueType type) {
  switch (type) {
    case ValueType::kScalar:
      return "scalar";
    case ValueType::kVector:
      return "instant vector";
    case ValueType::kMatrix:
      return "range vector";
    case ValueType::kString:
      return "string";
  }
  return "";
}

std::span<const FunctionSpec> Functions() {
  return kFunctions;
}

const FunctionSpec* FindFunction(std::string_view name) {
  for (const FunctionSpec& function : kFunctions) {
    if (function.name == name) return &function;
  }
  return nullptr;
}

size_t EditDistance(std::string_view a, std::string_view b) {
  std::vector<size_t> row(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    size_t corner = std::exchange(row[0], i);
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t change = corner + (a[i - 1] != b[j - 1]);
      corner = row[j];
      row[j] = std::min({change, row[j] + 1, row[j - 1] + 1});
    }
  }
  return row[b.size()];
}

std::string FunctionsNear(std::string_view name) {
  constexpr size_t kShown = 3;
  constexpr size_t kNameBytesMax = 64;
  name = name.substr(0, kNameBytesMax);
  std::vector<std::pair<size_t, std::string_view>> near;
  for (const FunctionSpec& function : kFunctions) {
    if (function.family == kNotServed) continue;
    near.emplace_back(EditDistance(name, function.name), function.name);
  }
  std::sort(near.begin(), near.end());
  std::string text;
  for (size_t i = 0; i < kShown; ++i) {
    text += fmt::format("{}{}", i == 0 ? "" : ", ", near[i].second);
  }
  return text;
}

}  // namespace bellrock::metrics::query::promql
