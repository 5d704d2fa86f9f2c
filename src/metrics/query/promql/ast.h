// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "metrics/query/promql/functions.h"
#include "metrics/query/value_matcher.h"

// An expression as a tree. Made by Parse(), never changed after it.
namespace bellrock::metrics::query::promql {

struct Node;
using NodePtr = std::unique_ptr<Node>;

// When a selector or subquery looks: `@` fixes the time, `offset` goes back from there.
struct TimeShift {
  enum class At : uint8_t { kStep, kTime, kStart, kEnd };
  At at = At::kStep;
  int64_t at_ms = 0;
  int64_t offset_ms = 0;
  bool has_offset = false;
};

struct LabelMatch {
  std::string label;
  ValueMatcher matcher;
};

struct NumberNode {
  double value = 0;
};
struct StringNode {
  std::string value;
};
struct SelectorNode {
  std::vector<LabelMatch> matches;  // the name is the match of __name__
  int64_t range_ms = 0;             // 0: an instant
  TimeShift shift;
};
struct SubqueryNode {
  NodePtr expression;
  int64_t range_ms = 0;
  int64_t step_ms = 0;  // 0: a minute
  TimeShift shift;
};
struct CallNode {
  const FunctionSpec* function = nullptr;
  std::vector<NodePtr> arguments;
};

enum class Aggregation : uint8_t {
  kSum,
  kAvg,
  kMin,
  kMax,
  kCount,
  kGroup,
  kStddev,
  kStdvar,
  kTopk,
  kBottomk,
  kQuantile,
  kCountValues,
};
struct AggregateNode {
  Aggregation how = Aggregation::kSum;
  NodePtr parameter;  // of topk, bottomk, quantile, count_values
  NodePtr expression;
  std::vector<std::string> labels;
  bool without = false;
};

enum class Operator : uint8_t {
  kOr,
  kAnd,
  kUnless,
  kEqual,
  kNotEqual,
  kLess,
  kLessEqual,
  kGreater,
  kGreaterEqual,
  kAdd,
  kSubtract,
  kMultiply,
  kDivide,
  kModulo,
  kAtan2,
  kPower,
};
constexpr bool IsSetOperator(Operator op) {
  return op <= Operator::kUnless;
}
constexpr bool IsComparison(Operator op) {
  return op >= Operator::kEqual && op <= Operator::kGreaterEqual;
}

struct VectorMatching {
  enum class Many : uint8_t { kOneToOne, kLeft, kRight };
  bool on = false;  // else: ignoring
  std::vector<std::string> labels;
  Many many = Many::kOneToOne;  // which side has several for one of the other
  std::vector<std::string> include;
};
struct BinaryNode {
  Operator op = Operator::kAdd;
  NodePtr left;
  NodePtr right;
  bool returns_bool = false;
  VectorMatching matching;
};
struct NegateNode {
  NodePtr expression;
};

struct Node {
  std::variant<NumberNode, StringNode, SelectorNode, SubqueryNode, CallNode, AggregateNode,
               BinaryNode, NegateNode>
      kind;
  ValueType type = ValueType::kScalar;
  size_t position = 0;         // of its first byte
  bool parenthesised = false;  // "(x)": no range and no offset can be put on it
};

}  // namespace bellrock::metrics::query::promql
