// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/query/movers.h"

#include <gmock/gmock.h>

#include "metrics/query/memory_source.h"
#include "metrics/query/movement.h"

namespace bellrock::metrics::query {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

// Knows no sites.
class SourceWithoutSites final : public Source {
 public:
  explicit SourceWithoutSites(Source& source) : source_(source) {}
  Result<Answer> Ask(const Question& question) override {
    if (question.group_by.front() == Dimension::kCalleeSite) {
      return InvalidArgumentError("no set tells callee_site");
    }
    return source_.Ask(question);
  }

 private:
  Source& source_;
};

class MoversTest : public ::testing::Test {
 protected:
  // Before is [0, 100), now is [100, 200).
  void Calls(int64_t second, int count, const std::string& callee, const std::string& method,
             uint32_t latency = 100, const std::string& result = "OK") {
    for (int i = 0; i < count; ++i) {
      source_.AddCall(second, {callee, method, "", "", "", "", "", result, "caller"}, latency);
    }
  }
  v1::MoversRequest Request(const std::string& by, const std::string& callee = "") {
    v1::MoversRequest request;
    request.set_from(100);
    request.set_to(200);
    request.set_by(by);
    if (callee.empty()) return request;
    request.add_where()->set_dimension("callee");
    request.mutable_where(0)->set_value(callee);
    return request;
  }
  static std::vector<std::string> Values(const v1::MoversReply::Dimension& dimension) {
    std::vector<std::string> values;
    for (const auto& part : dimension.parts()) values.push_back(part.value());
    return values;
  }
  MemorySource source_;
};

TEST_F(MoversTest, ServicesThatGainOrLoseTheMostCallsComeFirst) {
  Calls(0, 10, "a/steady", "M");
  Calls(100, 11, "a/steady", "M");
  Calls(0, 5, "a/gone", "M");
  Calls(100, 3, "a/new", "M");
  Calls(100, 50, "host:sh", "cpu_permille");
  const auto reply = MoversOf(source_, Request("calls"));
  ASSERT_TRUE(reply.ok()) << reply.status().ToString();
  ASSERT_EQ(reply->dimensions_size(), 1);
  const auto& services = reply->dimensions(0);
  EXPECT_EQ(services.dimension(), "callee");
  EXPECT_THAT(Values(services), ElementsAre("a/gone", "a/new", "a/steady"));
  EXPECT_DOUBLE_EQ(services.change(), -1);
  EXPECT_DOUBLE_EQ(services.parts(0).change(), -5);
  EXPECT_DOUBLE_EQ(services.parts(0).share(), 5);
  EXPECT_EQ(services.parts(0).past().calls(), 5u);
  EXPECT_EQ(services.parts(0).now().calls(), 0u);
  EXPECT_DOUBLE_EQ(services.parts(2).calls_share(), 11.0 / 14);
}

TEST_F(MoversTest, FailuresAreHeldAgainstTheSuccessRateOfBefore) {
  Calls(0, 90, "a/b", "grows");
  Calls(0, 10, "a/b", "grows", 100, "INTERNAL");
  Calls(100, 180, "a/b", "grows");
  Calls(100, 20, "a/b", "grows", 100, "INTERNAL");
  Calls(0, 50, "a/b", "breaks");
  Calls(100, 45, "a/b", "breaks");
  Calls(100, 5, "a/b", "breaks", 100, "UNAVAILABLE");
  const auto reply = *MoversOf(source_, Request("failures", "a/b"));
  const auto& methods = reply.dimensions(0);
  EXPECT_EQ(methods.dimension(), "method");
  EXPECT_THAT(Values(methods), ElementsAre("breaks", "grows"));
  EXPECT_DOUBLE_EQ(methods.parts(0).change(), 5);
  EXPECT_DOUBLE_EQ(methods.parts(1).change(), 0);
  EXPECT_DOUBLE_EQ(methods.parts(0).share(), 1);
  EXPECT_DOUBLE_EQ(methods.parts(0).now().success_rate(), 0.9);
}

TEST_F(MoversTest, SlowerIsWhatTakesLongerThanItsOwnTp99OfBefore) {
  Calls(0, 100, "a/b", "slow", 9000);
  Calls(100, 100, "a/b", "slow", 9000);
  Calls(0, 100, "a/b", "slower", 10);
  Calls(100, 80, "a/b", "slower", 10);
  Calls(100, 20, "a/b", "slower", 30);
  const auto reply = *MoversOf(source_, Request("slow", "a/b"));
  const auto& methods = reply.dimensions(0);
  EXPECT_THAT(Values(methods), ElementsAre("slower", "slow"));
  EXPECT_DOUBLE_EQ(methods.parts(0).change(), 20);
  EXPECT_THAT(methods.parts(0).now().quantiles_us(), ElementsAre(10, 30));
}

TEST_F(MoversTest, TheOtherWindowMayBeAnyTimeBefore) {
  Calls(20, 7, "a/b", "M");
  Calls(100, 1, "a/b", "M");
  v1::MoversRequest request = Request("calls");
  request.set_to(110);
  request.set_against(80);
  EXPECT_DOUBLE_EQ(MoversOf(source_, request)->dimensions(0).change(), -6);
}

TEST_F(MoversTest, WhatIsLeftOutIsTold) {
  for (const char* name : {"a/1", "a/2", "a/3"}) Calls(100, 2, name, "M");
  v1::MoversRequest request = Request("calls");
  request.set_limit(2);
  const auto reply = *MoversOf(source_, request);
  EXPECT_THAT(Values(reply.dimensions(0)), ElementsAre("a/1", "a/2"));
  EXPECT_EQ(reply.dimensions(0).more(), 1u);
}

TEST_F(MoversTest, ADimensionThatCannotBeToldSaysWhyAndTheOthersAreTold) {
  Calls(100, 1, "a/b", "M");
  SourceWithoutSites source(source_);
  v1::MoversRequest request = Request("calls", "a/b");
  const auto reply = *MoversOf(source, request);
  ASSERT_EQ(reply.dimensions_size(), 5);
  EXPECT_EQ(reply.dimensions(2).dimension(), "callee_site");
  EXPECT_THAT(reply.dimensions(2).problem(), HasSubstr("no set tells"));
  EXPECT_EQ(reply.dimensions(3).parts_size(), 1);
  request.add_dimensions("callee_site");
  EXPECT_EQ(MoversOf(source, request).status().code(), StatusCode::kInvalidArgument);
}

TEST_F(MoversTest, WhatCannotBeAskedIsRefusedByName) {
  const auto refusal = [this](const v1::MoversRequest& request) {
    const auto reply = MoversOf(source_, request);
    EXPECT_EQ(reply.status().code(), StatusCode::kInvalidArgument);
    return std::string(reply.status().message());
  };
  EXPECT_THAT(refusal(Request("beauty")), HasSubstr("by: 'beauty'"));
  v1::MoversRequest request = Request("calls");
  request.set_to(100);
  EXPECT_THAT(refusal(request), HasSubstr("to: 100"));
  request = Request("calls");
  request.set_against(-1);
  EXPECT_THAT(refusal(request), HasSubstr("against: -1"));
  request = Request("calls");
  request.set_limit(1001);
  EXPECT_THAT(refusal(request), HasSubstr("limit: 1001"));
  request = Request("calls");
  request.add_dimensions("colour");
  EXPECT_THAT(refusal(request), HasSubstr("dimensions"));
}

TEST(MovementTest, SharesOfNoChangeAreNone) {
  const Movement movement = MovementOf({{"a", {1, 3, 1}}, {"b", {-1, 1, 1}}});
  EXPECT_DOUBLE_EQ(movement.change, 0);
  ASSERT_EQ(movement.parts.size(), 2u);
  EXPECT_DOUBLE_EQ(movement.parts[0].share, 0);
  EXPECT_DOUBLE_EQ(movement.parts[0].calls_share, 0.75);
}

}  // namespace
}  // namespace bellrock::metrics::query
