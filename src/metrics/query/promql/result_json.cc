// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/query/promql/result_json.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "metrics/query/promql/json_text.h"
#include "metrics/query/promql/number_text.h"

namespace bellrock::metrics::query::promql {
namespace {

constexpr double kMicroseconds = 1e6;

std::string Quoted(double value) {
  return '"' + NumberText(value) + '"';
}

std::string Pair(int64_t ms, const std::string& value) {
  return '[' + SecondsText(ms) + ',' + value + ']';
}

// Both bounds of a bucket are the latency itself, and both belong to it.
constexpr int kClosedBoth = 3;

std::string HistogramJson(const CardSum& card, double divisor) {
  std::string json = fmt::format(
      R"({{"count":{},"sum":{},"buckets":[)", Quoted(static_cast<double>(card.calls()) / divisor),
      Quoted(static_cast<double>(card.sum_us()) / kMicroseconds / divisor));
  for (const CardSum::Count& count : card.counts()) {
    const std::string latency = Quoted(count.latency_us / kMicroseconds);
    if (json.back() != '[') json += ',';
    fmt::format_to(std::back_inserter(json), "[{},{},{},{}]", kClosedBoth, latency, latency,
                   Quoted(static_cast<double>(count.calls) / divisor));
  }
  return json + "]}";
}

Status CheckBuckets(const CardVector& cards) {
  size_t buckets = 0;
  for (const CardSeries& series : cards.series) {
    for (const auto& card : series.points) buckets += card ? card->counts().size() : 0;
  }
  if (buckets <= kCardBucketsShownMax) return Status::Ok();
  return ResourceExhaustedError(
      fmt::format("the cards hold {} latencies, at most {} are shown; take histogram_quantile(q, "
                  "...) of them",
                  buckets, kCardBucketsShownMax));
}

// Texts of a series' points as the value that JSON has for them; "" where there is none.
std::vector<std::string> Texts(const Series& series) {
  std::vector<std::string> texts;
  for (const Point& point : series.points) texts.push_back(point ? Quoted(*point) : "");
  return texts;
}

std::vector<std::string> Texts(const CardSeries& series, double divisor) {
  std::vector<std::string> texts;
  for (const auto& card : series.points) texts.push_back(card ? HistogramJson(*card, divisor) : "");
  return texts;
}

struct SeriesText {
  const Labels* labels;
  std::vector<std::string> points;
  bool card = false;
};

std::vector<SeriesText> AllTexts(const Value& value) {
  std::vector<SeriesText> all;
  if (const auto* vector = std::get_if<Vector>(&value)) {
    for (const Series& series : *vector) all.push_back({&series.labels, Texts(series)});
  } else if (const auto* cards = std::get_if<CardVector>(&value)) {
    for (const CardSeries& series : cards->series) {
      all.push_back({&series.labels, Texts(series, cards->divisor), true});
    }
  }
  std::erase_if(all, [](const SeriesText& series) {
    return std::all_of(series.points.begin(), series.points.end(),
                       [](const std::string& point) { return point.empty(); });
  });
  return all;
}

std::string PointsJson(const SeriesText& series, const TimeGrid& grid) {
  std::string json;
  for (size_t i = 0; i < series.points.size(); ++i) {
    if (series.points[i].empty()) continue;
    if (!json.empty()) json += ',';
    json += Pair(grid.at(i), series.points[i]);
  }
  return json;
}

// `one`: the only point itself instead of a list.
std::string SeriesJson(const std::vector<SeriesText>& all, const TimeGrid& grid, bool one) {
  std::string json = "[";
  for (const SeriesText& series : all) {
    if (json.size() > 1) json += ',';
    json += "{\"metric\":";
    AppendJsonLabels(*series.labels, json);
    const std::string points = PointsJson(series, grid);
    if (one) {
      fmt::format_to(std::back_inserter(json), ",\"{}\":{}}}", series.card ? "histogram" : "value",
                     points);
    } else {
      fmt::format_to(std::back_inserter(json), ",\"{}\":[{}]}}",
                     series.card ? "histograms" : "values", points);
    }
  }
  return json + "]";
}

std::string DataJson(std::string_view type, std::string_view result) {
  return fmt::format(R"({{"resultType":"{}","result":{}}})", type, result);
}

// Only the samples of the range.
std::string MatrixJson(const RangeVector& range) {
  Vector vector = range.series;
  const RangeVector::Part part = range.parts.front();
  for (Series& series : vector) {
    for (size_t i = 0; i < series.points.size(); ++i) {
      if (i < part.begin || i >= part.end) series.points[i].reset();
    }
  }
  return DataJson("matrix", SeriesJson(AllTexts(vector), range.grid, false));
}

}  // namespace

Result<std::string> InstantJson(const QueryResult& result) {
  if (const auto* range = std::get_if<RangeVector>(&result.value)) return MatrixJson(*range);
  const Value& value = std::get<Value>(result.value);
  if (const auto* scalars = std::get_if<Scalars>(&value)) {
    return DataJson("scalar", Pair(result.grid.start_ms, Quoted(scalars->values.front())));
  }
  if (const auto* text = std::get_if<std::string>(&value)) {
    std::string quoted;
    AppendJsonString(*text, quoted);
    return DataJson("string", Pair(result.grid.start_ms, quoted));
  }
  if (const auto* cards = std::get_if<CardVector>(&value)) BELLROCK_TRY(CheckBuckets(*cards));
  return DataJson("vector", SeriesJson(AllTexts(value), result.grid, true));
}

Result<std::string> RangeJson(const QueryResult& result) {
  const Value& value = std::get<Value>(result.value);
  if (const auto* scalars = std::get_if<Scalars>(&value)) {
    const Vector one = {
        Series{{}, std::vector<Point>(scalars->values.begin(), scalars->values.end())}};
    return DataJson("matrix", SeriesJson(AllTexts(one), result.grid, false));
  }
  if (const auto* cards = std::get_if<CardVector>(&value)) BELLROCK_TRY(CheckBuckets(*cards));
  std::vector<SeriesText> all = AllTexts(value);
  std::stable_sort(all.begin(), all.end(),
                   [](const SeriesText& a, const SeriesText& b) { return *a.labels < *b.labels; });
  return DataJson("matrix", SeriesJson(all, result.grid, false));
}

}  // namespace bellrock::metrics::query::promql
