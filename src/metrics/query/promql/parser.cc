// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/query/promql/parser.h"

#include <fmt/format.h>

#include <array>
#include <optional>
#include <utility>

#include "metrics/query/promql/bounds.h"
#include "metrics/query/promql/selector_parser.h"
#include "metrics/query/promql/token_reader.h"
#include "metrics/query/promql/type_check.h"

namespace bellrock::metrics::query::promql {
namespace {

constexpr std::array<std::pair<std::string_view, Aggregation>, 12> kAggregations = {{
    {"sum", Aggregation::kSum},
    {"avg", Aggregation::kAvg},
    {"min", Aggregation::kMin},
    {"max", Aggregation::kMax},
    {"count", Aggregation::kCount},
    {"group", Aggregation::kGroup},
    {"stddev", Aggregation::kStddev},
    {"stdvar", Aggregation::kStdvar},
    {"topk", Aggregation::kTopk},
    {"bottomk", Aggregation::kBottomk},
    {"quantile", Aggregation::kQuantile},
    {"count_values", Aggregation::kCountValues},
}};

struct OperatorSpec {
  std::string_view text;
  Operator op;
  int precedence;
};
constexpr int kUnaryPrecedence = 5;
constexpr int kPowerPrecedence = 6;
constexpr std::array<OperatorSpec, 16> kOperators = {{
    {"or", Operator::kOr, 1},
    {"and", Operator::kAnd, 2},
    {"unless", Operator::kUnless, 2},
    {"==", Operator::kEqual, 3},
    {"!=", Operator::kNotEqual, 3},
    {"<", Operator::kLess, 3},
    {"<=", Operator::kLessEqual, 3},
    {">", Operator::kGreater, 3},
    {">=", Operator::kGreaterEqual, 3},
    {"+", Operator::kAdd, 4},
    {"-", Operator::kSubtract, 4},
    {"*", Operator::kMultiply, kUnaryPrecedence},
    {"/", Operator::kDivide, kUnaryPrecedence},
    {"%", Operator::kModulo, kUnaryPrecedence},
    {"atan2", Operator::kAtan2, kUnaryPrecedence},
    {"^", Operator::kPower, kPowerPrecedence},
}};

// Words that are part of the grammar and so no names of series.
constexpr std::array<std::string_view, 6> kReserved = {"atan2",    "bool",       "on",
                                                       "ignoring", "group_left", "group_right"};

NodePtr MakeNode(decltype(Node::kind) kind, ValueType type, size_t position) {
  auto node = std::make_unique<Node>();
  node->kind = std::move(kind);
  node->type = type;
  node->position = position;
  return node;
}

// Recursive descent, one token ahead (two to tell sum(x) from a series called sum).
class Parser {
 public:
  explicit Parser(TokenReader& reader) : reader_(reader) {}

  Result<NodePtr> Run() {
    BELLROCK_ASSIGN(NodePtr node, Binary(1));
    if (!reader_.at_end()) return reader_.Unexpected("the expression", "an operator or the end");
    return node;
  }

 private:
  struct Depth {
    explicit Depth(int& value) : depth(value) { ++depth; }
    ~Depth() { --depth; }
    int& depth;
  };

  const OperatorSpec* OperatorAhead() const {
    for (const OperatorSpec& spec : kOperators) {
      if (reader_.IsSymbol(spec.text) || reader_.IsWord(spec.text)) return &spec;
    }
    return nullptr;
  }

  Result<NodePtr> Binary(int precedence_min) {
    const Depth depth(depth_);
    if (depth_ > kExpressionDepthMax) {
      return reader_.ErrorAt(
          reader_.peek().position,
          fmt::format("more than {} levels; split the expression", kExpressionDepthMax));
    }
    BELLROCK_ASSIGN(NodePtr left, Unary());
    for (const OperatorSpec* spec = OperatorAhead();
         spec != nullptr && spec->precedence >= precedence_min; spec = OperatorAhead()) {
      const size_t position = reader_.Take().position;
      BinaryNode binary;
      binary.op = spec->op;
      const auto modifiers = ReadModifiers(binary);
      if (!modifiers.ok()) return modifiers.status();
      const bool right_first = spec->op == Operator::kPower;
      BELLROCK_ASSIGN(binary.right, Binary(spec->precedence + (right_first ? 0 : 1)));
      binary.left = std::move(left);
      const size_t begin = binary.left->position;
      BELLROCK_ASSIGN(const ValueType type, TypeOfBinary(reader_, position, binary, *modifiers));
      left = MakeNode(std::move(binary), type, begin);
    }
    return left;
  }

  // Whether on() or ignoring() was written.
  Result<bool> ReadModifiers(BinaryNode& binary) {
    if (reader_.IsWord("bool")) {
      if (!IsComparison(binary.op)) {
        return reader_.ErrorAt(reader_.peek().position,
                               "bool modifier can only be used on comparison operators");
      }
      reader_.Take();
      binary.returns_bool = true;
    }
    const bool on = reader_.IsWord("on");
    if (!on && !reader_.IsWord("ignoring")) return false;
    reader_.Take();
    VectorMatching& matching = binary.matching;
    matching.on = on;
    BELLROCK_ASSIGN(matching.labels, ReadLabelList(reader_, on ? "on" : "ignoring"));
    const bool left = reader_.IsWord("group_left");
    if (!left && !reader_.IsWord("group_right")) return true;
    reader_.Take();
    matching.many = left ? VectorMatching::Many::kLeft : VectorMatching::Many::kRight;
    if (reader_.IsSymbol("(")) {
      BELLROCK_ASSIGN(matching.include, ReadLabelList(reader_, "group modifier"));
    }
    return true;
  }

  Result<NodePtr> Unary() {
    const size_t position = reader_.peek().position;
    const bool minus = reader_.IsSymbol("-");
    if (!minus && !reader_.IsSymbol("+")) return Postfix();
    reader_.Take();
    BELLROCK_ASSIGN(NodePtr operand, Binary(kPowerPrecedence));
    if (operand->type != ValueType::kScalar && operand->type != ValueType::kVector) {
      return reader_.ErrorAt(
          position, fmt::format("unary expression only allowed on expressions of type scalar or "
                                "instant vector, got \"{}\"",
                                ValueTypeName(operand->type)));
    }
    const ValueType type = operand->type;
    if (auto* number = std::get_if<NumberNode>(&operand->kind)) {
      if (minus) number->value = -number->value;
      return operand;
    }
    if (!minus) return operand;
    return MakeNode(NegateNode{std::move(operand)}, type, position);
  }

  Result<NodePtr> Postfix() {
    BELLROCK_ASSIGN(NodePtr node, Primary());
    for (;;) {
      if (reader_.IsSymbol("[")) {
        BELLROCK_ASSIGN(node, Range(std::move(node)));
      } else if (reader_.IsWord("offset") || reader_.IsSymbol("@")) {
        const bool offset = reader_.IsWord("offset");
        const size_t position = reader_.Take().position;
        TimeShift* shift = ShiftOf(*node);
        if (shift == nullptr) {
          return reader_.ErrorAt(position,
                                 fmt::format("{} modifier must be preceded by a selector or a "
                                             "subquery; put it inside of the parentheses",
                                             offset ? "offset" : "@"));
        }
        BELLROCK_TRY(offset ? ReadOffset(reader_, *shift) : ReadAt(reader_, *shift));
      } else {
        return node;
      }
    }
  }

  static TimeShift* ShiftOf(Node& node) {
    if (node.parenthesised) return nullptr;
    if (auto* selector = std::get_if<SelectorNode>(&node.kind)) return &selector->shift;
    if (auto* subquery = std::get_if<SubqueryNode>(&node.kind)) return &subquery->shift;
    return nullptr;
  }

  Result<NodePtr> Range(NodePtr node) {
    const size_t position = reader_.Take().position;
    BELLROCK_ASSIGN(const int64_t range_ms, ReadDurationMs(reader_, "a range"));
    if (reader_.TakeSymbol(":")) return Subquery(std::move(node), range_ms, position);
    BELLROCK_TRY(reader_.Expect("]", "a range"));
    auto* selector = std::get_if<SelectorNode>(&node->kind);
    if (selector == nullptr || node->parenthesised || selector->range_ms != 0) {
      return reader_.ErrorAt(position,
                             "ranges only allowed for vector selectors; write [5m:1m] for a "
                             "subquery over another expression");
    }
    if (selector->shift.has_offset || selector->shift.at != TimeShift::At::kStep) {
      return reader_.ErrorAt(position, "no offset and @ modifiers allowed before range");
    }
    selector->range_ms = range_ms;
    node->type = ValueType::kMatrix;
    return node;
  }

  Result<NodePtr> Subquery(NodePtr node, int64_t range_ms, size_t position) {
    SubqueryNode subquery;
    subquery.range_ms = range_ms;
    if (!reader_.IsSymbol("]")) {
      BELLROCK_ASSIGN(subquery.step_ms, ReadDurationMs(reader_, "a subquery"));
    }
    BELLROCK_TRY(reader_.Expect("]", "a subquery"));
    if (node->type != ValueType::kVector) {
      return reader_.ErrorAt(
          position, fmt::format("subquery is only allowed on instant vector, got {} instead",
                                ValueTypeName(node->type)));
    }
    const size_t begin = node->position;
    subquery.expression = std::move(node);
    return MakeNode(std::move(subquery), ValueType::kMatrix, begin);
  }

  Result<NodePtr> Primary() {
    const Token& token = reader_.peek();
    const size_t position = token.position;
    switch (token.kind) {
      case Token::Kind::kNumber:
        return MakeNode(NumberNode{NumberOf(reader_.Take().text)}, ValueType::kScalar, position);
      case Token::Kind::kString:
        return MakeNode(StringNode{reader_.Take().text}, ValueType::kString, position);
      case Token::Kind::kName:
        return Name();
      case Token::Kind::kSymbol:
        if (reader_.IsSymbol("{")) return Selector();
        if (reader_.TakeSymbol("(")) return Parentheses();
        break;
      case Token::Kind::kDuration:
        return reader_.ErrorAt(position,
                               fmt::format("unexpected duration \"{}\"; a duration goes into "
                                           "brackets or after offset, here write seconds",
                                           token.text));
      case Token::Kind::kEnd:
        if (position == 0) return reader_.ErrorAt(0, "no expression found in input");
        break;
    }
    return reader_.Unexpected("the expression", "a number, a string, a series or a function");
  }

  Result<NodePtr> Parentheses() {
    BELLROCK_ASSIGN(NodePtr inner, Binary(1));
    BELLROCK_TRY(reader_.Expect(")", "an expression in parentheses"));
    inner->parenthesised = true;
    return inner;
  }

  Result<NodePtr> Name() {
    const Token token = reader_.peek();
    for (const auto& [word, how] : kAggregations) {
      if (!reader_.IsWord(word)) continue;
      if (reader_.IsSymbol("(", 1) || reader_.IsWord("by", 1) || reader_.IsWord("without", 1)) {
        reader_.Take();
        return Aggregate(how, token);
      }
    }
    if (reader_.IsSymbol("(", 1)) return Call();
    if (reader_.IsWord("inf") || reader_.IsWord("nan")) {
      return MakeNode(NumberNode{NumberOf(reader_.Take().text)}, ValueType::kScalar,
                      token.position);
    }
    for (std::string_view word : kReserved) {
      if (reader_.IsWord(word)) {
        return reader_.Unexpected("the expression", "a number, a string, a series or a function");
      }
    }
    return Selector();
  }

  Result<NodePtr> Selector() {
    const size_t position = reader_.peek().position;
    BELLROCK_ASSIGN(SelectorNode selector, ReadSelector(reader_));
    return MakeNode(std::move(selector), ValueType::kVector, position);
  }

  Result<std::vector<NodePtr>> Arguments(std::string_view of) {
    BELLROCK_TRY(reader_.Expect("(", of));
    std::vector<NodePtr> arguments;
    if (reader_.TakeSymbol(")")) return arguments;
    for (;;) {
      BELLROCK_ASSIGN(NodePtr argument, Binary(1));
      arguments.push_back(std::move(argument));
      if (reader_.TakeSymbol(")")) return arguments;
      if (!reader_.TakeSymbol(",")) {
        return reader_.Unexpected(fmt::format("the arguments of {}", of), "\",\" or \")\"");
      }
    }
  }

  Result<NodePtr> Call() {
    const Token name = reader_.Take();
    const FunctionSpec* function = FindFunction(name.text);
    if (function == nullptr) {
      return reader_.ErrorAt(
          name.position, fmt::format("unknown function with name \"{}\"; near it: {}", name.text,
                                     FunctionsNear(name.text)));
    }
    CallNode call;
    call.function = function;
    BELLROCK_ASSIGN(call.arguments, Arguments(name.text));
    BELLROCK_TRY(CheckCall(reader_, name.position, call));
    return MakeNode(std::move(call), function->result, name.position);
  }

  // by (a) or without (a), before the arguments or after them. False if neither is there.
  Result<bool> ReadGrouping(AggregateNode& aggregate) {
    const bool by = reader_.IsWord("by");
    if (!by && !reader_.IsWord("without")) return false;
    reader_.Take();
    aggregate.without = !by;
    BELLROCK_ASSIGN(aggregate.labels, ReadLabelList(reader_, "grouping opts"));
    return true;
  }

  Result<NodePtr> Aggregate(Aggregation how, const Token& name) {
    AggregateNode aggregate;
    aggregate.how = how;
    BELLROCK_ASSIGN(const bool grouped, ReadGrouping(aggregate));
    BELLROCK_ASSIGN(std::vector<NodePtr> arguments, Arguments(name.text));
    if (!grouped) {
      BELLROCK_ASSIGN(const bool later, ReadGrouping(aggregate));
      static_cast<void>(later);
    }
    BELLROCK_TRY(CheckAggregate(reader_, name, std::move(arguments), aggregate));
    return MakeNode(std::move(aggregate), ValueType::kVector, name.position);
  }

  TokenReader& reader_;
  int depth_ = 0;
};

Result<TokenReader> ReaderOf(std::string_view expression) {
  if (expression.size() > kExpressionBytesMax) {
    return InvalidArgumentError(fmt::format("query: {} bytes, at most {}; split the expression",
                                            expression.size(), kExpressionBytesMax));
  }
  BELLROCK_ASSIGN(auto tokens, Tokenize(expression));
  return TokenReader(expression, std::move(tokens));
}

}  // namespace

Result<NodePtr> Parse(std::string_view expression) {
  BELLROCK_ASSIGN(TokenReader reader, ReaderOf(expression));
  return Parser(reader).Run();
}

Result<std::vector<LabelMatch>> ParseSelector(std::string_view expression) {
  BELLROCK_ASSIGN(NodePtr node, Parse(expression));
  auto* selector = std::get_if<SelectorNode>(&node->kind);
  if (selector != nullptr && node->type == ValueType::kVector) return std::move(selector->matches);
  return ParseErrorAt(expression, 0, "expected a selector of series such as name{label=\"value\"}");
}

}  // namespace bellrock::metrics::query::promql
