// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/query/promql/type_check.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace bellrock::metrics::query::promql {
namespace {

bool IsNumeric(const Node& node) {
  return node.type == ValueType::kScalar || node.type == ValueType::kVector;
}

ValueType TypeOfLetter(char letter) {
  switch (letter) {
    case 's':
      return ValueType::kScalar;
    case 'v':
      return ValueType::kVector;
    case 'm':
      return ValueType::kMatrix;
    default:
      return ValueType::kString;
  }
}

Status CheckType(const TokenReader& reader, const Node& node, ValueType wanted,
                 std::string_view where) {
  if (node.type == wanted) return Status::Ok();
  std::string_view remedy;
  if (wanted == ValueType::kMatrix) remedy = "; write a range such as x[5m]";
  if (wanted == ValueType::kVector && node.type == ValueType::kMatrix) {
    remedy = "; leave out the range, or take rate(x[5m])";
  }
  return reader.ErrorAt(
      node.position, fmt::format("expected type {} in {}, got {}{}", ValueTypeName(wanted), where,
                                 ValueTypeName(node.type), remedy));
}

Status CheckCounts(const TokenReader& reader, size_t position, const CallNode& call) {
  const FunctionSpec& function = *call.function;
  const size_t most = function.arguments.size();
  const size_t optional = function.variadic < 0 ? 1 : static_cast<size_t>(function.variadic);
  const size_t given = call.arguments.size();
  if (given < most - optional) {
    return reader.ErrorAt(position, fmt::format("expected {}{} argument(s) in call to \"{}\", got "
                                                "{}",
                                                optional > 0 ? "at least " : "", most - optional,
                                                function.name, given));
  }
  if (given > most && function.variadic >= 0) {
    return reader.ErrorAt(position,
                          fmt::format("expected {}{} argument(s) in call to \"{}\", got "
                                      "{}",
                                      optional > 0 ? "at most " : "", most, function.name, given));
  }
  return Status::Ok();
}

Status CheckSets(const TokenReader& reader, size_t position, const BinaryNode& binary) {
  if (binary.left->type == ValueType::kScalar || binary.right->type == ValueType::kScalar) {
    return reader.ErrorAt(position, "set operator not allowed in binary scalar expression");
  }
  if (binary.matching.many != VectorMatching::Many::kOneToOne) {
    return reader.ErrorAt(position, "no grouping allowed for set operation");
  }
  return Status::Ok();
}

Status CheckMatching(const TokenReader& reader, size_t position, const VectorMatching& matching) {
  if (!matching.on) return Status::Ok();
  for (const std::string& label : matching.include) {
    if (std::find(matching.labels.begin(), matching.labels.end(), label) != matching.labels.end()) {
      return reader.ErrorAt(
          position,
          fmt::format("label \"{}\" must not occur in ON and GROUP clause at once", label));
    }
  }
  return Status::Ok();
}

bool TakesParameter(Aggregation how) {
  return how == Aggregation::kTopk || how == Aggregation::kBottomk ||
         how == Aggregation::kQuantile || how == Aggregation::kCountValues;
}

}  // namespace

Result<ValueType> TypeOfBinary(const TokenReader& reader, size_t position, const BinaryNode& binary,
                               bool matched) {
  for (const NodePtr* side : {&binary.left, &binary.right}) {
    if (!IsNumeric(**side)) {
      return reader.ErrorAt((*side)->position,
                            fmt::format("binary expression must contain only scalar and instant "
                                        "vector types, got {}",
                                        ValueTypeName((*side)->type)));
    }
  }
  if (IsSetOperator(binary.op)) BELLROCK_TRY(CheckSets(reader, position, binary));
  const bool scalars =
      binary.left->type == ValueType::kScalar && binary.right->type == ValueType::kScalar;
  if (scalars && IsComparison(binary.op) && !binary.returns_bool) {
    return reader.ErrorAt(position,
                          "comparisons between scalars must use BOOL modifier; write == bool");
  }
  const bool vectors =
      binary.left->type == ValueType::kVector && binary.right->type == ValueType::kVector;
  if (matched && !binary.matching.labels.empty() && !vectors) {
    return reader.ErrorAt(position, "vector matching only allowed between instant vectors");
  }
  BELLROCK_TRY(CheckMatching(reader, position, binary.matching));
  return scalars ? ValueType::kScalar : ValueType::kVector;
}

Status CheckCall(const TokenReader& reader, size_t position, const CallNode& call) {
  BELLROCK_TRY(CheckCounts(reader, position, call));
  const std::string_view letters = call.function->arguments;
  for (size_t i = 0; i < call.arguments.size(); ++i) {
    const char letter = letters[std::min(i, letters.size() - 1)];
    BELLROCK_TRY(CheckType(reader, *call.arguments[i], TypeOfLetter(letter),
                           fmt::format("call to function \"{}\"", call.function->name)));
  }
  return Status::Ok();
}

Status CheckAggregate(const TokenReader& reader, const Token& name, std::vector<NodePtr> arguments,
                      AggregateNode& aggregate) {
  const bool parameter = TakesParameter(aggregate.how);
  const size_t wanted = parameter ? 2 : 1;
  if (arguments.size() != wanted) {
    return reader.ErrorAt(
        name.position,
        fmt::format("wrong number of arguments for aggregate expression provided, expected {}, "
                    "got {}",
                    wanted, arguments.size()));
  }
  const std::string where = "aggregation expression";
  BELLROCK_TRY(CheckType(reader, *arguments.back(), ValueType::kVector, where));
  if (parameter) {
    const bool text = aggregate.how == Aggregation::kCountValues;
    BELLROCK_TRY(CheckType(reader, *arguments.front(),
                           text ? ValueType::kString : ValueType::kScalar,
                           "aggregation parameter"));
    aggregate.parameter = std::move(arguments.front());
  }
  aggregate.expression = std::move(arguments.back());
  return Status::Ok();
}

}  // namespace bellrock::metrics::query::promql
