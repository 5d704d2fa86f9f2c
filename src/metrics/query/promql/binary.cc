// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/query/promql/binary.h"

#include <cmath>
#include <utility>

#include "metrics/query/promql/shape_functions.h"
#include "metrics/query/promql/vector_matching.h"

namespace bellrock::metrics::query::promql {
namespace {

bool Compare(Operator op, double left, double right) {
  switch (op) {
    case Operator::kEqual:
      return left == right;
    case Operator::kNotEqual:
      return left != right;
    case Operator::kLess:
      return left < right;
    case Operator::kLessEqual:
      return left <= right;
    case Operator::kGreater:
      return left > right;
    default:
      return left >= right;
  }
}

double Calculate(Operator op, double left, double right) {
  switch (op) {
    case Operator::kAdd:
      return left + right;
    case Operator::kSubtract:
      return left - right;
    case Operator::kMultiply:
      return left * right;
    case Operator::kDivide:
      return left / right;
    case Operator::kModulo:
      return std::fmod(left, right);
    case Operator::kAtan2:
      return std::atan2(left, right);
    default:
      return std::pow(left, right);
  }
}

Value OfScalars(const BinaryNode& binary, const Scalars& left, const Scalars& right) {
  Scalars made;
  for (size_t i = 0; i < left.values.size(); ++i) {
    made.values.push_back(
        Operate(binary.op, left.values[i], right.values[i], binary.returns_bool).value_or(0));
  }
  return made;
}

// A comparison keeps the value of the vector, on whichever side it stands.
Value OfVectorAndScalar(const BinaryNode& binary, Vector vector, const Scalars& scalars,
                        bool vector_left) {
  const bool keeps_value = IsComparison(binary.op) && !binary.returns_bool;
  for (Series& series : vector) {
    if (!keeps_value) series.labels.Erase(kNameLabel);
    for (size_t i = 0; i < series.points.size(); ++i) {
      Point& point = series.points[i];
      if (!point) continue;
      const double scalar = scalars.values[i];
      const Point made = vector_left ? Operate(binary.op, *point, scalar, binary.returns_bool)
                                     : Operate(binary.op, scalar, *point, binary.returns_bool);
      if (!keeps_value || !made) point = made;
    }
  }
  return vector;
}

}  // namespace

Point Operate(Operator op, double left, double right, bool returns_bool) {
  if (!IsComparison(op)) return Calculate(op, left, right);
  const bool met = Compare(op, left, right);
  if (returns_bool) return met ? 1 : 0;
  return met ? Point(left) : std::nullopt;
}

Result<Value> ApplyBinary(const BinaryNode& binary, Value left, Value right) {
  const auto* left_scalars = std::get_if<Scalars>(&left);
  const auto* right_scalars = std::get_if<Scalars>(&right);
  if (left_scalars != nullptr && right_scalars != nullptr) {
    return OfScalars(binary, *left_scalars, *right_scalars);
  }
  constexpr std::string_view kBy = "an operator";
  if (right_scalars != nullptr) {
    BELLROCK_ASSIGN(Vector vector, NumbersOf(std::move(left), kBy));
    return OfVectorAndScalar(binary, std::move(vector), *right_scalars, true);
  }
  if (left_scalars != nullptr) {
    BELLROCK_ASSIGN(Vector vector, NumbersOf(std::move(right), kBy));
    return OfVectorAndScalar(binary, std::move(vector), *left_scalars, false);
  }
  BELLROCK_ASSIGN(Vector a, NumbersOf(std::move(left), kBy));
  BELLROCK_ASSIGN(Vector b, NumbersOf(std::move(right), kBy));
  if (IsSetOperator(binary.op)) return Value(ApplySet(binary, std::move(a), std::move(b)));
  BELLROCK_ASSIGN(Vector matched, ApplyMatched(binary, std::move(a), std::move(b)));
  return Value(std::move(matched));
}

}  // namespace bellrock::metrics::query::promql
