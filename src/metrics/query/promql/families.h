// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "metrics/query/source.h"

// The series that there are, and how each is read from cards.
namespace bellrock::metrics::query::promql {

// What of the cards a series shows.
enum class Measure : uint8_t {
  kCalls,         // counter: how many
  kLatencySum,    // counter: the sum of their latencies, seconds
  kBuckets,       // counters by "le": those not slower
  kCards,         // counter of cards
  kQuantiles,     // gauges by "quantile": of the last minute, seconds
  kCompleteness,  // gauge: calls counted / calls expected
  kMean,          // gauge: mean of the last minute's samples
};
constexpr bool IsCounter(Measure measure) {
  return measure <= Measure::kCards;
}

// A label that shows a dimension.
struct Column {
  std::string_view label;
  Dimension dimension;
  bool by_default = true;    // there also when the query does not name it
  bool status_code = false;  // shows a result as OpenTelemetry spells it
  // What all values begin with, and is not shown: "host:" (series_kind.h).
  std::string_view prefix = {};
};

// A part of a family's calls, each call in at most one part.
struct Branch {
  std::vector<Match> where;
  std::vector<Column> columns;
  std::vector<std::pair<std::string_view, std::string_view>> constants;
};

struct Family {
  std::string_view name;
  Measure measure;
  std::string_view base;  // as metadata names it: without _bucket, _sum, _count
  std::string_view type;  // "counter", "gauge", "histogram", "summary": of the base
  std::string_view help;
  std::vector<Branch> branches;
  double units = 1e6;  // of what cards hold, in one of what is shown: microseconds in a second
};

const std::vector<Family>& Families();
// "rpc_calls_total, ...": names near to one that is not there.
std::string FamiliesNear(std::string_view name);

// Upper bounds of the buckets that histograms are shown in, ascending; the last is +Inf.
struct BucketBound {
  uint64_t latency_us;
  std::string_view le;
};
std::span<const BucketBound> BucketBounds();

// The quantiles that a summary shows when the query names none.
std::span<const std::string_view> ShownQuantiles();

// How traces_spanmetrics_* spell a result.
inline constexpr std::string_view kStatusUnset = "STATUS_CODE_UNSET";
inline constexpr std::string_view kStatusError = "STATUS_CODE_ERROR";

}  // namespace bellrock::metrics::query::promql
