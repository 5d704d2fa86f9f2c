// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/agent/report.h"

#include <gmock/gmock.h>
#include <google/protobuf/util/json_util.h>

#include <map>
#include <string>
#include <vector>

#include "bellrock/testing.h"
#include "metrics/agent/report_receiver.h"
#include "metrics/card.h"
#include "metrics/window.h"
#include "testing/world.h"

namespace bellrock::metrics::agent {
namespace {

using ::testing::HasSubstr;

v1::ReportRequest FromJson(const std::string& json) {
  v1::ReportRequest report;
  const auto status = google::protobuf::util::JsonStringToMessage(json, &report);
  EXPECT_TRUE(status.ok()) << status.ToString();
  return report;
}

std::string ErrorOf(const std::string& json) {
  return std::string(CardsOf(FromJson(json), "sz-7", 7).status().message());
}

TEST(ReportTest, FiguresBecomeCardsOfTheService) {
  const auto push = CardsOf(FromJson(R"({"service": "shop/batch",
      "counters": [{"name": "logins", "attributes": {"vip": "yes", "level": "28"}, "add": 3}],
      "gauges": [{"name": "queue", "value": 0}],
      "values": [{"name": "reply_bytes", "values": [10, 30, 10]}]})"),
                            "sz-7", 7);
  ASSERT_TRUE(push.ok()) << push.status().ToString();
  ASSERT_EQ(push->cards_size(), 3);
  const v1::Dimensions& logins = push->cards(0).dimensions();
  EXPECT_EQ(logins.callee(), "custom:shop/batch");
  EXPECT_EQ(logins.method(), "logins");
  EXPECT_EQ(logins.caller(), "level=28,vip=yes");
  EXPECT_EQ(logins.instance(), "sz-7");
  EXPECT_EQ(logins.result(), "COUNTER");
  EXPECT_EQ(Card::Decode(push->cards(0))->calls(), 3u);
  EXPECT_EQ(push->cards(1).dimensions().result(), "GAUGE");
  EXPECT_EQ(Card::Decode(push->cards(1))->calls(), 1u);
  EXPECT_EQ(Card::Decode(push->cards(2))->max_us(), 30u);
  EXPECT_EQ(Card::Decode(push->cards(2))->calls(), 3u);
  for (const v1::Card& card : push->cards()) EXPECT_EQ(card.second(), 7);
}

TEST(ReportTest, CallsBecomeCallsOfTheServiceOrToIt) {
  const v1::ReportRequest report = FromJson(R"({"service": "shop/batch", "second": 99, "calls": [
      {"callee": "shop/db", "method": "query", "result": "TIMEOUT", "latenciesUs": [5, 6]},
      {"method": "GET /", "served": true, "result": "UNAVAILABLE", "latenciesUs": [9]}]})");
  const auto push = CardsOf(report, "sz-7", 7);
  ASSERT_TRUE(push.ok()) << push.status().ToString();
  EXPECT_EQ(CallsOf(report), 3u);
  ASSERT_EQ(push->cards_size(), 2);
  EXPECT_EQ(push->cards(0).second(), 99);
  EXPECT_EQ(push->cards(0).dimensions().caller(), "shop/batch");
  EXPECT_EQ(push->cards(0).dimensions().result(), "TIMEOUT");
  EXPECT_NE(push->cards(0).dimensions().code(), 0);
  EXPECT_EQ(push->cards(1).dimensions().caller(), "");
  EXPECT_EQ(push->cards(1).dimensions().callee(), "shop/batch");
  EXPECT_EQ(push->cards(1).dimensions().instance(), "sz-7");
  EXPECT_EQ(push->cards(1).dimensions().code(), static_cast<int>(StatusCode::kUnavailable));
  EXPECT_EQ(push->cards(1).dimensions().result(), "");
}

TEST(ReportTest, BadInputIsRefusedByFieldValueAndRemedy) {
  EXPECT_THAT(ErrorOf(R"({})"), HasSubstr("service: \"\"; write line/service"));
  EXPECT_THAT(ErrorOf(R"({"service": "host:x/y"})"), HasSubstr("without a colon"));
  EXPECT_THAT(ErrorOf(R"({"service": "a/b", "second": -1})"), HasSubstr("second: -1"));
  EXPECT_THAT(ErrorOf(R"({"service": "a/b", "counters": [{"name": "ok"}, {"name": "no good"}]})"),
              HasSubstr("counters[1]: name: \"no good\""));
  EXPECT_THAT(ErrorOf(R"({"service": "a/b", "gauges": [{"name": "g", "attributes": {"": "x"}}]})"),
              HasSubstr("gauges[0]: attributes[0]: \"\""));
  EXPECT_THAT(ErrorOf(R"({"service": "a/b", "calls": [{"method": "m"}]})"),
              HasSubstr("calls[0]: callee: \"\""));
  v1::ReportRequest many = FromJson(R"({"service": "a/b"})");
  for (int i = 0; i <= kReportItemsMax; ++i) many.add_counters()->set_name("c");
  EXPECT_THAT(CardsOf(many, "h", 7).status().message(), HasSubstr("push more often"));
}

class WindowSink final : public CardSink {
 public:
  Result<v1::PushReply> Send(const v1::PushRequest& push) override {
    if (down) return UnavailableError("down");
    auto applied = window.Apply(push, second);
    if (!applied.ok()) return applied.status();
    v1::PushReply reply;
    reply.set_duplicate(applied->duplicate);
    return reply;
  }
  Window window;
  int64_t second = 1;
  bool down = false;
};

class ReportReceiverTest : public ::testing::Test {
 protected:
  Result<v1::ReportReply> Push(const std::string& json) {
    return receiver_.Push(context_, FromJson(json));
  }
  uint64_t Counted() {
    uint64_t counted = 0;
    for (const auto& [set, card] : sink_.window.at(1)) counted += card.calls();
    return counted;
  }
  testing::World world_{1};
  WindowSink sink_;
  TestContext context_;
  ReportReceiver receiver_{world_.Host("a"), sink_, "sz-7", "sz-7:1.report"};
};

TEST_F(ReportReceiverTest, EachPushCountsUnlessItsSourceNumbersIt) {
  const std::string plain =
      R"({"service": "a/b", "second": 1, "counters": [{"name": "c", "add": 5}]})";
  EXPECT_TRUE(Push(plain).ok());
  EXPECT_TRUE(Push(plain).ok());
  EXPECT_EQ(Counted(), 10u);
  const std::string numbered = R"({"service": "a/b", "second": 1, "source": "batch", "sequence": 1,
      "counters": [{"name": "c", "add": 5}]})";
  EXPECT_FALSE(Push(numbered)->duplicate());
  EXPECT_TRUE(Push(numbered)->duplicate());
  EXPECT_EQ(Counted(), 15u);
}

TEST_F(ReportReceiverTest, CallsThatWereRefusedAreNotExpected) {
  const std::string calls = R"({"service": "a/b", "second": 1,
      "calls": [{"callee": "a/db", "method": "q", "latenciesUs": [1, 2]}]})";
  sink_.down = true;
  EXPECT_EQ(Push(calls).status().code(), StatusCode::kUnavailable);
  sink_.down = false;
  EXPECT_TRUE(Push(calls).ok());
  EXPECT_EQ(sink_.window.Stats().calls_counted(), 2u);
  EXPECT_EQ(sink_.window.Stats().calls_expected(), 2u);
}

TEST_F(ReportReceiverTest, ASourceThatNumbersItsPushesSaysHow) {
  const auto refused = [this](const std::string& more) {
    return Push(R"({"service": "a/b", "counters": [{"name": "c", "add": 5}], )" + more + "}")
        .status()
        .ToString();
  };
  EXPECT_THAT(refused(R"("sequence": 1)"), HasSubstr("source: \"\""));
  EXPECT_THAT(refused(R"("source": "s")"), HasSubstr("sequence: 0"));
  EXPECT_THAT(refused(R"("source": "a:b", "sequence": 1)"), HasSubstr("without a colon"));
  EXPECT_THAT(refused(R"("source": "s", "sequence": 1, "calls": [{"callee": "a/db", "method": "q",
      "latenciesUs": [1]}])"),
              HasSubstr("calls_total: 0"));
}

}  // namespace
}  // namespace bellrock::metrics::agent
