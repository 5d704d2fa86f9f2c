// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/query/promql/evaluator.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "metrics/query/promql/aggregate.h"
#include "metrics/query/promql/binary.h"
#include "metrics/query/promql/bounds.h"
#include "metrics/query/promql/card_functions.h"
#include "metrics/query/promql/families.h"
#include "metrics/query/promql/label_functions.h"
#include "metrics/query/promql/math_functions.h"
#include "metrics/query/promql/range_functions.h"
#include "metrics/query/promql/shape_functions.h"

namespace bellrock::metrics::query::promql {
namespace {

constexpr int64_t kSubqueryStepMs = 60'000;

const SelectorNode* SelectorOf(const Node& node) {
  return std::get_if<SelectorNode>(&node.kind);
}

// One point, as a fixed time has it, at each point of a grid.
template <typename Points>
void Repeat(size_t count, Points& points) {
  points.assign(count, Points(points)[0]);
}

Value Repeated(Value value, size_t count) {
  if (auto* vector = std::get_if<Vector>(&value)) {
    for (Series& series : *vector) Repeat(count, series.points);
  } else if (auto* cards = std::get_if<CardVector>(&value)) {
    for (CardSeries& series : cards->series) Repeat(count, series.points);
  }
  return value;
}

// What of a histogram can be read as cards: its buckets, their rates, and sums of these, as long as
// nothing picks some of the buckets.
bool ReadsWholeBuckets(const Node& node) {
  if (const SelectorNode* selector = SelectorOf(node)) {
    bool buckets = false;
    for (const Family* family : FamiliesOf(selector->matches)) {
      buckets |= family->measure == Measure::kBuckets;
    }
    const bool picks = std::any_of(selector->matches.begin(), selector->matches.end(),
                                   [](const LabelMatch& match) { return match.label == kLeLabel; });
    return buckets && !picks;
  }
  if (const auto* aggregate = std::get_if<AggregateNode>(&node.kind)) {
    const auto le = std::find(aggregate->labels.begin(), aggregate->labels.end(), kLeLabel);
    const bool kept = (le != aggregate->labels.end()) != aggregate->without;
    return aggregate->how == Aggregation::kSum && kept && ReadsWholeBuckets(*aggregate->expression);
  }
  if (const auto* call = std::get_if<CallNode>(&node.kind)) {
    return call->function->family == FunctionFamily::kCounterRange &&
           SelectorOf(*call->arguments[0]) != nullptr && ReadsWholeBuckets(*call->arguments[0]);
  }
  return false;
}

bool AllCounters(const std::vector<const Family*>& families) {
  return std::all_of(families.begin(), families.end(),
                     [](const Family* family) { return IsCounter(family->measure); });
}

Reading ReadingOf(std::string_view function) {
  if (function == "rate") return Reading::kRate;
  if (function == "irate") return Reading::kLastRate;
  if (function == "idelta") return Reading::kLast;
  return Reading::kIncrease;
}

}  // namespace

Evaluator::Evaluator(const Node& root, Source& source, int64_t start_ms, int64_t end_ms,
                     QueryNotes& notes)
    : source_(source),
      start_ms_(start_ms),
      end_ms_(end_ms),
      notes_(notes),
      demands_(DemandsOf(root)) {}

Result<Value> Evaluator::Evaluate(const Node& node, const TimeGrid& grid, bool as_cards) {
  if (const auto* number = std::get_if<NumberNode>(&node.kind)) {
    return Value(Scalars{std::vector<double>(grid.count, number->value)});
  }
  if (const auto* text = std::get_if<StringNode>(&node.kind)) return Value(text->value);
  if (const SelectorNode* selector = SelectorOf(node)) {
    return EvaluateSelector(*selector, grid, Reading::kValue, as_cards);
  }
  if (const auto* call = std::get_if<CallNode>(&node.kind)) {
    return EvaluateCall(*call, grid, as_cards);
  }
  if (const auto* aggregate = std::get_if<AggregateNode>(&node.kind)) {
    return EvaluateAggregate(*aggregate, grid, as_cards);
  }
  if (const auto* binary = std::get_if<BinaryNode>(&node.kind)) {
    return EvaluateBinary(*binary, grid);
  }
  if (const auto* negate = std::get_if<NegateNode>(&node.kind)) {
    return EvaluateNegate(*negate, grid);
  }
  return InternalError("a subquery stands where no range belongs");
}

TimeGrid Evaluator::Shifted(const TimeShift& shift, const TimeGrid& grid) const {
  TimeGrid shifted = grid;
  if (shift.at != TimeShift::At::kStep) {
    shifted.count = 1;
    shifted.start_ms = shift.at == TimeShift::At::kTime    ? shift.at_ms
                       : shift.at == TimeShift::At::kStart ? start_ms_
                                                           : end_ms_;
  }
  shifted.start_ms -= shift.offset_ms;
  return shifted;
}

Result<Value> Evaluator::EvaluateSelector(const SelectorNode& selector, const TimeGrid& grid,
                                          Reading reading, bool as_cards) {
  const std::vector<const Family*> families = FamiliesOf(selector.matches);
  for (const LabelMatch& match : selector.matches) {
    if (families.empty() && match.label == kNameLabel) {
      notes_.Inform(fmt::format("no series is called \"{}\"; near it: {}", match.matcher.value(),
                                FamiliesNear(match.matcher.value())));
    }
  }
  const TimeGrid shifted = Shifted(selector.shift, grid);
  BELLROCK_ASSIGN(Value value, ReadSelectorSeries(source_,
                                                  {.selector = &selector,
                                                   .grid = shifted,
                                                   .reading = reading,
                                                   .as_cards = as_cards,
                                                   .demand = demands_[&selector]},
                                                  families, notes_));
  if (shifted.count == grid.count) return value;
  return Repeated(std::move(value), grid.count);
}

Result<Value> Evaluator::EvaluateCall(const CallNode& call, const TimeGrid& grid, bool as_cards) {
  switch (call.function->family) {
    case FunctionFamily::kCounterRange:
      return EvaluateCounterRange(call, grid, as_cards);
    case FunctionFamily::kOverTime:
      return EvaluateOverTime(call, grid);
    case FunctionFamily::kMath:
      return EvaluateMath(call, grid);
    case FunctionFamily::kCards:
      return EvaluateCards(call, grid);
    case FunctionFamily::kLabels:
      return EvaluateLabels(call, grid);
    case FunctionFamily::kShape:
      return EvaluateShape(call, grid);
    case FunctionFamily::kNotServed:
      break;
  }
  return UnimplementedError(fmt::format("{}() is Prometheus' and not served here; near it: {}",
                                        call.function->name, FunctionsNear(call.function->name)));
}

Result<Value> Evaluator::EvaluateCounterRange(const CallNode& call, const TimeGrid& grid,
                                              bool as_cards) {
  const std::string_view function = call.function->name;
  const SelectorNode* selector = SelectorOf(*call.arguments[0]);
  const bool differences = function == "delta" || function == "idelta";
  if (selector != nullptr && AllCounters(FamiliesOf(selector->matches))) {
    return EvaluateSelector(*selector, grid, ReadingOf(function), as_cards);
  }
  if (!differences) {
    return InvalidArgumentError(
        selector == nullptr
            ? fmt::format("{0}() of a subquery is not exact; take {0}(x[5m]) inside of it",
                          function)
            : fmt::format("{}() needs a counter; take delta() of a gauge", function));
  }
  BELLROCK_ASSIGN(RangeVector range, EvaluateRange(*call.arguments[0], grid));
  return Value(Difference(range, function == "idelta"));
}

Result<RangeVector> Evaluator::EvaluateRange(const Node& node, const TimeGrid& grid) {
  const SelectorNode* selector = SelectorOf(node);
  const auto* subquery = std::get_if<SubqueryNode>(&node.kind);
  const int64_t range_ms = selector != nullptr ? selector->range_ms : subquery->range_ms;
  int64_t step_ms = selector != nullptr ? GrainSeconds(std::max<int64_t>(range_ms / 1000, 1)) * 1000
                                        : subquery->step_ms;
  if (step_ms == 0) step_ms = kSubqueryStepMs;
  const TimeGrid outer = Shifted(selector != nullptr ? selector->shift : subquery->shift, grid);
  RangeVector range;
  range.grid = InnerGrid(outer, range_ms, step_ms);
  if (range.grid.count > kSubqueryStepsMax) {
    return ResourceExhaustedError(
        fmt::format("the range has {} points in all, at most {}; make its step longer",
                    range.grid.count, kSubqueryStepsMax));
  }
  range.parts = PartsOf(outer, range.grid, range_ms);
  range.parts.resize(grid.count, range.parts.back());
  if (range.grid.count == 0) return range;
  if (selector != nullptr) {
    SelectorNode instant = *selector;
    instant.shift = {};
    demands_[&instant] = demands_[selector];
    auto value = EvaluateSelector(instant, range.grid, Reading::kValue, false);
    demands_.erase(&instant);
    if (!value.ok()) return value.status();
    BELLROCK_ASSIGN(range.series, NumbersOf(std::move(*value), "a range"));
  } else {
    BELLROCK_ASSIGN(range.series, EvaluateVector(*subquery->expression, range.grid, "a subquery"));
  }
  return range;
}

Result<Value> Evaluator::EvaluateOverTime(const CallNode& call, const TimeGrid& grid) {
  const std::string_view function = call.function->name;
  const Node& ranged = *call.arguments.back();
  if (function == "avg_over_time" || function == "sum_over_time" ||
      function == "quantile_over_time") {
    WarnOfPercentiles(ranged, function);
  }
  std::vector<double> parameter;
  if (call.arguments.size() > 1) {
    BELLROCK_ASSIGN(parameter, EvaluateScalar(*call.arguments[0], grid));
  }
  BELLROCK_ASSIGN(RangeVector range, EvaluateRange(ranged, grid));
  if (function == "absent_over_time") {
    const SelectorNode* selector = SelectorOf(ranged);
    return Value(Absent(PresenceOverTime(range), grid.count,
                        selector != nullptr ? LabelsOfAbsent(selector->matches) : Labels()));
  }
  return Value(OverTime(function, range, parameter));
}

Result<Value> Evaluator::EvaluateMath(const CallNode& call, const TimeGrid& grid) {
  BELLROCK_ASSIGN(Vector vector, EvaluateVector(*call.arguments[0], grid, call.function->name));
  std::vector<std::vector<double>> parameters;
  for (size_t i = 1; i < call.arguments.size(); ++i) {
    BELLROCK_ASSIGN(parameters.emplace_back(), EvaluateScalar(*call.arguments[i], grid));
  }
  return Value(ApplyMath(call.function->name, std::move(vector), parameters, grid));
}

Result<Value> Evaluator::EvaluateCards(const CallNode& call, const TimeGrid& grid) {
  std::vector<std::vector<double>> parameters;
  for (size_t i = 0; i + 1 < call.arguments.size(); ++i) {
    BELLROCK_ASSIGN(parameters.emplace_back(), EvaluateScalar(*call.arguments[i], grid));
  }
  const Node& histogram = *call.arguments.back();
  BELLROCK_ASSIGN(Value value, Evaluate(histogram, grid, ReadsWholeBuckets(histogram)));
  if (const auto* cards = std::get_if<CardVector>(&value)) {
    return Value(ApplyToCards(call.function->name, *cards, parameters));
  }
  if (call.function->name != "histogram_quantile") {
    return InvalidArgumentError(
        fmt::format("{}() needs cards; take it of increase(rpc_latency_"
                    "card[5m])",
                    call.function->name));
  }
  Vector& buckets = std::get<Vector>(value);
  if (!buckets.empty()) {
    notes_.Inform(
        "histogram_quantile interpolates in buckets here; it is exact over rpc_latency_card, or "
        "over sum by (le, ...) (rate(..._bucket[5m])) with nothing between");
  }
  return Value(QuantileOfBuckets(parameters[0], buckets));
}

Result<Value> Evaluator::EvaluateLabels(const CallNode& call, const TimeGrid& grid) {
  std::vector<std::string> texts;
  for (size_t i = 1; i < call.arguments.size(); ++i) {
    const auto* text = std::get_if<StringNode>(&call.arguments[i]->kind);
    texts.push_back(text == nullptr ? "" : text->value);
  }
  BELLROCK_ASSIGN(Value value, Evaluate(*call.arguments[0], grid, false));
  return ChangeLabels(call.function->name, texts, std::move(value));
}

Result<Value> Evaluator::EvaluateShape(const CallNode& call, const TimeGrid& grid) {
  const std::string_view function = call.function->name;
  if (function == "time") return Value(TimesOf(grid));
  if (function == "pi") return Value(Scalars{std::vector<double>(grid.count, kPi)});
  if (function == "vector") {
    BELLROCK_ASSIGN(auto values, EvaluateScalar(*call.arguments[0], grid));
    return Value(VectorOf(values));
  }
  if (function == "absent") {
    BELLROCK_ASSIGN(Value value, Evaluate(*call.arguments[0], grid, false));
    const SelectorNode* selector = SelectorOf(*call.arguments[0]);
    return Value(Absent(PresenceOf(value), grid.count,
                        selector != nullptr ? LabelsOfAbsent(selector->matches) : Labels()));
  }
  BELLROCK_ASSIGN(Vector vector, EvaluateVector(*call.arguments[0], grid, function));
  if (function == "scalar") return Value(ScalarOf(vector, grid.count));
  return Value(Sorted(std::move(vector), function == "sort_desc"));
}

Result<Value> Evaluator::EvaluateAggregate(const AggregateNode& aggregate, const TimeGrid& grid,
                                           bool as_cards) {
  if (aggregate.how == Aggregation::kSum || aggregate.how == Aggregation::kAvg) {
    WarnOfPercentiles(*aggregate.expression, aggregate.how == Aggregation::kSum ? "sum" : "avg");
  }
  AggregateParameter parameter;
  if (aggregate.parameter != nullptr) {
    if (const auto* text = std::get_if<StringNode>(&aggregate.parameter->kind)) {
      parameter.label = text->value;
    } else {
      BELLROCK_ASSIGN(parameter.numbers, EvaluateScalar(*aggregate.parameter, grid));
    }
  }
  BELLROCK_ASSIGN(Value value, Evaluate(*aggregate.expression, grid, as_cards));
  return Aggregate(aggregate, parameter, std::move(value), grid.count);
}

Result<Value> Evaluator::EvaluateBinary(const BinaryNode& binary, const TimeGrid& grid) {
  BELLROCK_ASSIGN(Value left, Evaluate(*binary.left, grid, false));
  BELLROCK_ASSIGN(Value right, Evaluate(*binary.right, grid, false));
  return ApplyBinary(binary, std::move(left), std::move(right));
}

Result<Value> Evaluator::EvaluateNegate(const NegateNode& negate, const TimeGrid& grid) {
  BELLROCK_ASSIGN(Value value, Evaluate(*negate.expression, grid, false));
  if (auto* scalars = std::get_if<Scalars>(&value)) {
    for (double& number : scalars->values) number = -number;
    return value;
  }
  BELLROCK_ASSIGN(Vector vector, NumbersOf(std::move(value), "the unary minus"));
  for (Series& series : vector) {
    series.labels.Erase(kNameLabel);
    for (Point& point : series.points) {
      if (point) point = -*point;
    }
  }
  return Value(std::move(vector));
}

Result<Vector> Evaluator::EvaluateVector(const Node& node, const TimeGrid& grid,
                                         std::string_view by) {
  BELLROCK_ASSIGN(Value value, Evaluate(node, grid, false));
  return NumbersOf(std::move(value), by);
}

Result<std::vector<double>> Evaluator::EvaluateScalar(const Node& node, const TimeGrid& grid) {
  BELLROCK_ASSIGN(Value value, Evaluate(node, grid, false));
  if (auto* scalars = std::get_if<Scalars>(&value)) return std::move(scalars->values);
  return InternalError("the types of the expression were checked, and yet here is no scalar");
}

void Evaluator::WarnOfPercentiles(const Node& node, std::string_view function) {
  const SelectorNode* selector = SelectorOf(node);
  if (selector == nullptr) return;
  for (const Family* family : FamiliesOf(selector->matches)) {
    if (family->measure != Measure::kQuantiles) continue;
    notes_.Warn(fmt::format(
        "{0}() of {1} is the {0} of percentiles, which is no percentile of anything; take "
        "histogram_quantile(q, sum by (...) (increase(rpc_latency_card[5m]))), which is exact",
        function, family->name));
  }
}

}  // namespace bellrock::metrics::query::promql
