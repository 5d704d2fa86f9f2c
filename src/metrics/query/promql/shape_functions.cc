// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/query/promql/shape_functions.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>
#include <utility>

namespace bellrock::metrics::query::promql {
namespace {

template <typename AnySeries>
void MarkPresent(const std::vector<AnySeries>& all, std::vector<bool>& presence) {
  for (const AnySeries& series : all) {
    presence.resize(std::max(presence.size(), series.points.size()));
    for (size_t i = 0; i < series.points.size(); ++i) {
      if (series.points[i]) presence[i] = true;
    }
  }
}

template <typename AnySeries>
Status CheckLabels(const std::vector<AnySeries>& all) {
  std::set<Labels> seen;
  for (const AnySeries& series : all) {
    if (seen.insert(series.labels).second) continue;
    return InvalidArgumentError(
        fmt::format("vector cannot contain metrics with the same labelset: {}; name one series, or "
                    "sum by (...)",
                    series.labels.ToString()));
  }
  return Status::Ok();
}

}  // namespace

Result<Vector> NumbersOf(Value value, std::string_view by) {
  if (auto* vector = std::get_if<Vector>(&value)) return std::move(*vector);
  if (std::holds_alternative<CardVector>(value)) {
    return InvalidArgumentError(
        fmt::format("{} needs numbers and got cards; take histogram_quantile(q, ...), "
                    "histogram_count(...) or histogram_sum(...) of them first",
                    by));
  }
  return InternalError("the types of the expression were checked, and yet here is no vector");
}

Scalars TimesOf(const TimeGrid& grid) {
  Scalars times;
  for (size_t i = 0; i < grid.count; ++i) {
    times.values.push_back(static_cast<double>(grid.at(i)) / 1000);
  }
  return times;
}

Vector VectorOf(const std::vector<double>& values) {
  return {Series{{}, std::vector<Point>(values.begin(), values.end())}};
}

Scalars ScalarOf(const Vector& vector, size_t points) {
  Scalars scalars;
  for (size_t i = 0; i < points; ++i) {
    Point only;
    size_t found = 0;
    for (const Series& series : vector) {
      if (!series.points[i]) continue;
      only = series.points[i];
      ++found;
    }
    scalars.values.push_back(found == 1 ? *only : std::numeric_limits<double>::quiet_NaN());
  }
  return scalars;
}

Vector Sorted(Vector vector, bool descending) {
  if (vector.empty() || vector.front().points.size() != 1) return vector;
  // NaN last in either direction.
  std::stable_sort(vector.begin(), vector.end(), [descending](const Series& a, const Series& b) {
    if (!a.points[0] || !b.points[0]) return a.points[0].has_value() && !b.points[0];
    const double x = *a.points[0];
    const double y = *b.points[0];
    if (std::isnan(x) || std::isnan(y)) return !std::isnan(x) && std::isnan(y);
    return descending ? x > y : x < y;
  });
  return vector;
}

std::vector<bool> PresenceOf(const Value& value) {
  std::vector<bool> presence;
  if (const auto* vector = std::get_if<Vector>(&value)) MarkPresent(*vector, presence);
  if (const auto* cards = std::get_if<CardVector>(&value)) MarkPresent(cards->series, presence);
  return presence;
}

Vector Absent(const std::vector<bool>& presence, size_t points, Labels labels) {
  Series series{std::move(labels), std::vector<Point>(points)};
  for (size_t i = 0; i < points; ++i) {
    if (i >= presence.size() || !presence[i]) series.points[i] = 1;
  }
  return {std::move(series)};
}

Labels LabelsOfAbsent(const std::vector<LabelMatch>& matches) {
  Labels labels;
  std::set<std::string> several;
  std::set<std::string> seen;
  for (const LabelMatch& match : matches) {
    if (match.label == kNameLabel) continue;
    if (!seen.insert(match.label).second) several.insert(match.label);
    if (match.matcher.how() == Match::How::kEqual) labels.Set(match.label, match.matcher.value());
  }
  for (const std::string& label : several) labels.Erase(label);
  return labels;
}

Status CheckDistinct(const Value& value) {
  if (const auto* vector = std::get_if<Vector>(&value)) return CheckLabels(*vector);
  if (const auto* cards = std::get_if<CardVector>(&value)) return CheckLabels(cards->series);
  return Status::Ok();
}

}  // namespace bellrock::metrics::query::promql
