// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/query/promql/parser.h"

#include <gmock/gmock.h>

#include <string>

namespace bellrock::metrics::query::promql {
namespace {

using ::testing::HasSubstr;

std::string ErrorOf(const std::string& expression) {
  const auto parsed = Parse(expression);
  return parsed.ok() ? "" : std::string(parsed.status().message());
}

template <typename Kind>
const Kind& As(const Node& node) {
  return std::get<Kind>(node.kind);
}

TEST(PromqlParser, PowerBindsFirstAndToTheRight) {
  const NodePtr node = Parse("-2 ^ 3 ^ x * 4").value();
  const auto& product = As<BinaryNode>(*node);
  EXPECT_EQ(product.op, Operator::kMultiply);
  const auto& power = As<BinaryNode>(*As<NegateNode>(*product.left).expression);
  EXPECT_EQ(power.op, Operator::kPower);
  EXPECT_EQ(As<NumberNode>(*power.left).value, 2);
  EXPECT_EQ(As<BinaryNode>(*power.right).op, Operator::kPower);
}

TEST(PromqlParser, ComparisonsBindBeforeSets) {
  const NodePtr node = Parse("a or b > 1 and c").value();
  const auto& either = As<BinaryNode>(*node);
  EXPECT_EQ(either.op, Operator::kOr);
  const auto& both = As<BinaryNode>(*either.right);
  EXPECT_EQ(both.op, Operator::kAnd);
  EXPECT_EQ(As<BinaryNode>(*both.left).op, Operator::kGreater);
}

TEST(PromqlParser, ReadsSelectorsWithRangeOffsetAndTime) {
  const NodePtr node = Parse(R"(x{a="b",c!~"d.*"}[1h30m] offset -5m @ 12.5)").value();
  EXPECT_EQ(node->type, ValueType::kMatrix);
  const auto& selector = As<SelectorNode>(*node);
  ASSERT_EQ(selector.matches.size(), 3u);
  EXPECT_EQ(selector.matches[2].matcher.how(), Match::How::kNotRegex);
  EXPECT_EQ(selector.range_ms, 5'400'000);
  EXPECT_EQ(selector.shift.offset_ms, -300'000);
  EXPECT_EQ(selector.shift.at_ms, 12'500);
}

TEST(PromqlParser, ReadsMatchingOfVectors) {
  const NodePtr node = Parse("a / on (x) group_left (y, z) b").value();
  const auto& matching = As<BinaryNode>(*node).matching;
  EXPECT_TRUE(matching.on);
  EXPECT_EQ(matching.many, VectorMatching::Many::kLeft);
  EXPECT_EQ(matching.include, (std::vector<std::string>{"y", "z"}));
}

TEST(PromqlParser, ReadsEscapesInStrings) {
  EXPECT_EQ(As<StringNode>(*Parse(R"("\x41\u00e9\101\n")").value()).value,
            "A\xc3\xa9"
            "A\n");
  EXPECT_EQ(As<StringNode>(*Parse(R"(`\x41`)").value()).value, R"(\x41)");
}

TEST(PromqlParser, ErrorsSayWhereAndWhatToWrite) {
  EXPECT_EQ(ErrorOf("sum(rate(x))"),
            "1:10: parse error: expected type range vector in call to function \"rate\", got "
            "instant vector; write a range such as x[5m]");
  EXPECT_THAT(ErrorOf("1 +\n  ratee(x[5m])"),
              HasSubstr("2:3: parse error: unknown function with name \"ratee\"; near it: rate"));
  EXPECT_THAT(ErrorOf("x{a=\"b\" c=\"d\"}"), HasSubstr("1:9: parse error: unexpected \"c\""));
  EXPECT_THAT(ErrorOf("x{a=~\"(?=b)\"}"), HasSubstr("no look-around"));
  EXPECT_THAT(ErrorOf("x[5]"), HasSubstr("a duration such as 5m"));
  EXPECT_THAT(ErrorOf("(x)[5m]"), HasSubstr("[5m:1m]"));
  EXPECT_THAT(ErrorOf("1 == 1"), HasSubstr("== bool"));
}

TEST(PromqlParser, BoundsDepthAndLength) {
  EXPECT_THAT(ErrorOf(std::string(5000, '(') + "1"), HasSubstr("more than 100 levels"));
  EXPECT_THAT(ErrorOf(std::string(5000, '-') + "1"), HasSubstr("more than 100 levels"));
  EXPECT_THAT(ErrorOf("2" + std::string(100'000, ' ')), HasSubstr("at most 65536"));
}

TEST(PromqlParser, SelectorsOfMatchesAreNothingElse) {
  EXPECT_EQ(ParseSelector("x{a=\"b\"}")->size(), 2u);
  EXPECT_FALSE(ParseSelector("x[5m]").ok());
  EXPECT_FALSE(ParseSelector("x + y").ok());
}

}  // namespace
}  // namespace bellrock::metrics::query::promql
