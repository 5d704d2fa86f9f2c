// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/query/promql/aggregate.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <utility>

#include "metrics/query/promql/number_text.h"
#include "metrics/query/promql/range_functions.h"
#include "metrics/query/promql/shape_functions.h"

namespace bellrock::metrics::query::promql {
namespace {

using Groups = std::map<Labels, std::vector<size_t>>;

template <typename AnySeries>
Groups GroupsOf(const AggregateNode& aggregate, const std::vector<AnySeries>& all) {
  Groups groups;
  for (size_t i = 0; i < all.size(); ++i) {
    const Labels& labels = all[i].labels;
    groups[aggregate.without ? labels.Drop(aggregate.labels) : labels.Keep(aggregate.labels)]
        .push_back(i);
  }
  return groups;
}

std::vector<double> ValuesAt(const Vector& vector, const std::vector<size_t>& members, size_t at) {
  std::vector<double> values;
  for (size_t member : members) {
    if (vector[member].points[at]) values.push_back(*vector[member].points[at]);
  }
  return values;
}

double Sum(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0);
}

double Mean(const std::vector<double>& values) {
  return Sum(values) / static_cast<double>(values.size());
}

double Variance(const std::vector<double>& values) {
  const double mean = Mean(values);
  double sum = 0;
  for (double value : values) sum += (value - mean) * (value - mean);
  return sum / static_cast<double>(values.size());
}

double Extreme(const std::vector<double>& values, bool largest) {
  double best = values[0];
  for (double value : values) {
    if (std::isnan(best) || (largest ? value > best : value < best)) best = value;
  }
  return best;
}

double Fold(Aggregation how, const std::vector<double>& values, double parameter) {
  const double count = static_cast<double>(values.size());
  switch (how) {
    case Aggregation::kSum:
      return Sum(values);
    case Aggregation::kAvg:
      return Mean(values);
    case Aggregation::kMin:
      return Extreme(values, false);
    case Aggregation::kMax:
      return Extreme(values, true);
    case Aggregation::kCount:
      return count;
    case Aggregation::kStddev:
      return std::sqrt(Variance(values));
    case Aggregation::kStdvar:
      return Variance(values);
    case Aggregation::kQuantile:
      return QuantileOfValues(parameter, values);
    default:
      return 1;  // group
  }
}

Vector FoldGroups(const AggregateNode& aggregate, const AggregateParameter& parameter,
                  const Vector& vector, size_t points) {
  Vector folded;
  for (const auto& [labels, members] : GroupsOf(aggregate, vector)) {
    Series series{labels, std::vector<Point>(points)};
    for (size_t i = 0; i < points; ++i) {
      const std::vector<double> values = ValuesAt(vector, members, i);
      if (values.empty()) continue;
      series.points[i] =
          Fold(aggregate.how, values, parameter.numbers.empty() ? 0 : parameter.numbers[i]);
    }
    folded.push_back(std::move(series));
  }
  return folded;
}

// The k largest or smallest of a group at a point, best first.
std::vector<size_t> Best(const Vector& vector, const std::vector<size_t>& members, size_t at,
                         double k, bool largest) {
  std::vector<size_t> present;
  for (size_t member : members) {
    if (vector[member].points[at]) present.push_back(member);
  }
  std::stable_sort(present.begin(), present.end(), [&](size_t a, size_t b) {
    const double x = *vector[a].points[at];
    const double y = *vector[b].points[at];
    if (std::isnan(x) || std::isnan(y)) return !std::isnan(x) && std::isnan(y);
    return largest ? x > y : x < y;
  });
  if (!(k >= 1)) return {};
  if (k < static_cast<double>(present.size())) present.resize(static_cast<size_t>(k));
  return present;
}

// Series keep their labels and only those points at which they are among the best; the order is
// that of the last point, which is the order of an instant query's table.
Vector Pick(const AggregateNode& aggregate, const std::vector<double>& k, const Vector& vector,
            size_t points) {
  const bool largest = aggregate.how == Aggregation::kTopk;
  Vector picked;
  for (const auto& [labels, members] : GroupsOf(aggregate, vector)) {
    std::map<size_t, std::vector<Point>> chosen;
    std::vector<size_t> order;
    for (size_t i = points; i-- > 0;) {
      for (size_t member : Best(vector, members, i, k[i], largest)) {
        const auto [at, first] = chosen.try_emplace(member, points);
        if (first) order.push_back(member);
        at->second[i] = vector[member].points[i];
      }
    }
    for (size_t member : order) picked.push_back({vector[member].labels, chosen[member]});
  }
  return picked;
}

// How many series have each value; the value becomes a label.
Vector CountValues(const AggregateNode& aggregate, const std::string& label, const Vector& vector,
                   size_t points) {
  std::map<Labels, std::vector<Point>> counts;
  for (const auto& [labels, members] : GroupsOf(aggregate, vector)) {
    for (size_t i = 0; i < points; ++i) {
      for (double value : ValuesAt(vector, members, i)) {
        Labels own = labels;
        own.Set(label, NumberText(value));
        Point& count = counts.try_emplace(std::move(own), points).first->second[i];
        count = count.value_or(0) + 1;
      }
    }
  }
  Vector counted;
  for (auto& [labels, series] : counts) counted.push_back({labels, std::move(series)});
  return counted;
}

CardVector SumCards(const AggregateNode& aggregate, const CardVector& cards, size_t points) {
  CardVector sums;
  sums.divisor = cards.divisor;
  for (const auto& [labels, members] : GroupsOf(aggregate, cards.series)) {
    CardSeries series{labels, std::vector<std::optional<CardSum>>(points)};
    for (size_t member : members) {
      for (size_t i = 0; i < points; ++i) {
        const auto& card = cards.series[member].points[i];
        if (!card) continue;
        if (!series.points[i]) series.points[i].emplace();
        series.points[i]->Add(*card);
      }
    }
    sums.series.push_back(std::move(series));
  }
  return sums;
}

Vector CountCards(const CardVector& cards) {
  Vector ones;
  for (const CardSeries& series : cards.series) {
    Series one{series.labels, std::vector<Point>(series.points.size())};
    for (size_t i = 0; i < series.points.size(); ++i) {
      if (series.points[i]) one.points[i] = 1;
    }
    ones.push_back(std::move(one));
  }
  return ones;
}

}  // namespace

Result<Value> Aggregate(const AggregateNode& aggregate, const AggregateParameter& parameter,
                        Value value, size_t points) {
  if (const auto* cards = std::get_if<CardVector>(&value)) {
    if (aggregate.how == Aggregation::kSum) return Value(SumCards(aggregate, *cards, points));
    if (aggregate.how == Aggregation::kCount || aggregate.how == Aggregation::kGroup) {
      return Value(FoldGroups(aggregate, parameter, CountCards(*cards), points));
    }
  }
  BELLROCK_ASSIGN(const Vector vector, NumbersOf(std::move(value), "an aggregation"));
  switch (aggregate.how) {
    case Aggregation::kTopk:
    case Aggregation::kBottomk:
      return Value(Pick(aggregate, parameter.numbers, vector, points));
    case Aggregation::kCountValues:
      return Value(CountValues(aggregate, parameter.label, vector, points));
    default:
      return Value(FoldGroups(aggregate, parameter, vector, points));
  }
}

}  // namespace bellrock::metrics::query::promql
