// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/server/data_centre.h"

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <utility>

#include "fiber/fiber.h"
#include "fiber/unix_time.h"
#include "metrics/query/figures.h"
#include "testing/world.h"

namespace bellrock::metrics::server {
namespace {

constexpr Duration kWhile = std::chrono::seconds(1);  // for records to be read

class DataCentreTest : public ::testing::Test {
 protected:
  int64_t Now() { return fiber::UnixMs(environment_.clock) / 1000; }

  // One call to each of `methods` of `callee`, 250 us.
  v1::PushRequest PushOf(uint64_t sequence, const std::string& callee = "music/storage",
                         int methods = 1) {
    v1::PushRequest push;
    push.set_source("web-1:77");
    push.set_epoch(1);
    push.set_sequence(sequence);
    push.set_site("bj");
    for (int method = 0; method < methods; ++method) {
      v1::Card& card = *push.add_cards();
      card.mutable_dimensions()->set_caller("web/gateway");
      card.mutable_dimensions()->set_callee(callee);
      card.mutable_dimensions()->set_method("M" + std::to_string(method));
      card.mutable_dimensions()->set_instance("/sh/demo/music/storage/default/1");
      card.set_second(Now());
      card.add_latency_us_delta(250);
      card.add_count(1);
    }
    return push;
  }

  v1::FiguresReply Ask(DataCentre& centre, const std::string& group_by, int64_t step = 0) {
    v1::FiguresRequest request;
    request.set_from(Now() / 60 * 60 - 600);
    request.set_to(Now() / 60 * 60 + 120);
    request.set_step(step);
    if (!group_by.empty()) request.add_group_by(group_by);
    request.set_limit(10'000);
    auto reply = query::FiguresOf(centre.source(), request);
    EXPECT_TRUE(reply.ok()) << reply.status().ToString();
    return reply.ok() ? *reply : v1::FiguresReply();
  }

  uint64_t CallsOf(const v1::FiguresReply& reply) {
    uint64_t calls = 0;
    for (const auto& line : reply.lines()) calls += line.total().calls();
    return calls;
  }

  void Run(const std::function<void(DataCentre&)>& body) {
    world_.Run([&] {
      auto centre = DataCentre::Start(environment_, {.name = "n1"});
      ASSERT_TRUE(centre.ok()) << centre.status().ToString();
      body(**centre);
      (*centre)->Stop(environment_.clock.Now() + std::chrono::seconds(5));
    });
  }

  testing::World world_{1};
  fiber::Environment environment_ = world_.Host("a");
};

TEST_F(DataCentreTest, ACallIsInTheFiguresAMomentAfterItsPush) {
  Run([this](DataCentre& centre) {
    ASSERT_TRUE(centre.Push(PushOf(1)).ok());
    ASSERT_TRUE(fiber::SleepFor(kWhile).ok());
    const auto reply = Ask(centre, "callee");
    ASSERT_EQ(reply.lines_size(), 1);
    EXPECT_EQ(reply.lines(0).key(0), "music/storage");
    EXPECT_EQ(reply.lines(0).total().calls(), 1u);
    EXPECT_EQ(reply.lines(0).total().max_us(), 250u);
  });
}

TEST_F(DataCentreTest, APushThatComesTwiceCountsOnceBeforeAndAfterACut) {
  Run([this](DataCentre& centre) {
    const v1::PushRequest push = PushOf(1);
    ASSERT_TRUE(centre.Push(push).ok());
    ASSERT_TRUE(centre.Push(push).ok());
    ASSERT_TRUE(fiber::SleepFor(std::chrono::seconds(70)).ok());
    ASSERT_TRUE(centre.Push(push).ok());
    ASSERT_TRUE(fiber::SleepFor(kWhile).ok());
    EXPECT_EQ(CallsOf(Ask(centre, "callee")), 1u);
    EXPECT_EQ(centre.Health().duplicates, 2u);
    EXPECT_EQ(centre.Health().calls_counted, 1u);
  });
}

TEST_F(DataCentreTest, EveryDimensionIsToldOnceTheMinuteIsCut) {
  Run([this](DataCentre& centre) {
    ASSERT_TRUE(centre.Push(PushOf(1)).ok());
    ASSERT_TRUE(fiber::SleepFor(std::chrono::seconds(70)).ok());
    const std::vector<std::pair<std::string, std::string>> told = {
        {"callee", "music/storage"},
        {"method", "M0"},
        {"callee_host", "/sh/demo/music/storage/default/1"},
        {"callee_site", "sh"},
        {"caller", "web/gateway"},
        {"caller_host", "web-1"},
        {"result", "OK"},
        {"side", "caller"}};
    for (const auto& [dimension, value] : told) {
      const auto reply = Ask(centre, dimension);
      ASSERT_EQ(reply.lines_size(), 1) << dimension;
      EXPECT_EQ(reply.lines(0).key(0), value);
      EXPECT_EQ(reply.lines(0).total().calls(), 1u) << dimension;
    }
  });
}

TEST_F(DataCentreTest, ACallFailsByItsCodeWhateverItsResultIsCalled) {
  Run([this](DataCentre& centre) {
    v1::PushRequest push = PushOf(1, "music/storage", 5);
    const std::pair<int, const char*> results[] = {
        {0, "FINE"}, {0, ""}, {9, "OUT_OF_STOCK"}, {9, "OK"}, {9, ""}};
    for (int i = 0; i < 5; ++i) {
      push.mutable_cards(i)->mutable_dimensions()->set_code(results[i].first);
      push.mutable_cards(i)->mutable_dimensions()->set_result(results[i].second);
    }
    ASSERT_TRUE(centre.Push(push).ok());
    ASSERT_TRUE(fiber::SleepFor(kWhile).ok());
    const auto all = Ask(centre, "callee");
    EXPECT_EQ(all.lines(0).total().calls(), 5u);
    EXPECT_EQ(all.lines(0).total().failures(), 3u);
    std::map<std::string, uint64_t> failures;
    const auto by_result = Ask(centre, "result");
    for (const auto& line : by_result.lines()) failures[line.key(0)] = line.total().failures();
    EXPECT_EQ(failures, (std::map<std::string, uint64_t>{
                            {"FAILED_PRECONDITION", 2}, {"OK", 0}, {"OUT_OF_STOCK", 1}}));
  });
}

TEST_F(DataCentreTest, FiguresAreExactWhileMinutesAreCutUnderThem) {
  Run([this](DataCentre& centre) {
    for (uint64_t sequence = 1; sequence <= 200; ++sequence) {
      ASSERT_TRUE(centre.Push(PushOf(sequence)).ok());
      ASSERT_TRUE(fiber::SleepFor(kWhile).ok());
      ASSERT_EQ(CallsOf(Ask(centre, "", 60)), sequence);
    }
  });
}

TEST_F(DataCentreTest, APushLargerThanARecordCountsWhole) {
  Run([this](DataCentre& centre) {
    v1::PushRequest push = PushOf(1);
    v1::Card& card = *push.mutable_cards(0);
    for (int i = 0; i < 200'000; ++i) {
      card.add_latency_us_delta(1 + i % 1000);
      card.add_count(1 + static_cast<uint32_t>(i % 7) * 100'000);
    }
    uint64_t calls = 0;
    for (const uint32_t count : card.count()) calls += count;
    ASSERT_TRUE(centre.Push(push).ok());
    ASSERT_TRUE(centre.Push(push).ok());
    ASSERT_TRUE(fiber::SleepFor(kWhile).ok());
    EXPECT_EQ(CallsOf(Ask(centre, "callee")), calls);
  });
}

TEST_F(DataCentreTest, CallsThatASourceDroppedLowerTheCompleteness) {
  Run([this](DataCentre& centre) {
    v1::PushRequest push = PushOf(1, "music/storage", 3);
    v1::LostCalls& lost = *push.add_lost();
    lost.set_callee("music/storage");
    lost.set_second(Now());
    lost.set_calls(1);
    ASSERT_TRUE(centre.Push(push).ok());
    ASSERT_TRUE(fiber::SleepFor(std::chrono::seconds(70)).ok());
    v1::FiguresRequest request;
    request.set_from(Now() / 60 * 60 - 120);
    request.set_to(Now() / 60 * 60 + 60);
    request.set_step(180);
    auto* where = request.add_where();
    where->set_dimension("callee");
    where->set_value("music/storage");
    const auto reply = query::FiguresOf(centre.source(), request);
    ASSERT_TRUE(reply.ok()) << reply.status().ToString();
    EXPECT_DOUBLE_EQ(reply->lines(0).points(0).completeness(), 0.75);
    EXPECT_EQ(centre.Health().calls_lost, 1u);
  });
}

TEST_F(DataCentreTest, APushThatMakesNoSenseIsRefusedByName) {
  Run([this](DataCentre& centre) {
    v1::PushRequest push = PushOf(1);
    push.mutable_cards(0)->set_second(-5);
    const auto reply = centre.Push(push);
    EXPECT_EQ(reply.status().code(), StatusCode::kInvalidArgument);
    EXPECT_NE(reply.status().message().find("cards.second: -5"), std::string_view::npos);
  });
}

TEST_F(DataCentreTest, WhatNoSetTellsIsRefusedWithTheSetsThereAre) {
  Run([this](DataCentre& centre) {
    v1::FiguresRequest request;
    request.set_from(0);
    request.set_to(60);
    for (const char* name : {"method", "callee_host", "caller_host"}) request.add_group_by(name);
    const auto reply = query::FiguresOf(centre.source(), request);
    EXPECT_EQ(reply.status().code(), StatusCode::kInvalidArgument);
    EXPECT_NE(reply.status().message().find("callee,method"), std::string_view::npos);
  });
}

TEST_F(DataCentreTest, AnAnswerSaysUpToWhichSecondItIsComplete) {
  Run([this](DataCentre& centre) {
    const int64_t pushed = Now();
    ASSERT_TRUE(centre.Push(PushOf(1)).ok());
    ASSERT_TRUE(fiber::SleepFor(std::chrono::seconds(10)).ok());
    EXPECT_GT(Ask(centre, "callee").complete_until(), pushed);
    // What only the store tells is complete up to the last cut.
    EXPECT_LE(Ask(centre, "caller_host").complete_until(), Now() / 60 * 60);
    ASSERT_TRUE(fiber::SleepFor(std::chrono::seconds(70)).ok());
    EXPECT_GT(Ask(centre, "caller_host").complete_until(), pushed);
  });
}

TEST_F(DataCentreTest, SecondsThatAreNoLongerKeptAreOutOfRange) {
  Run([this](DataCentre& centre) {
    v1::FiguresRequest request;
    request.set_from(Now() - 7201);
    request.set_to(Now() - 7199);
    const auto reply = query::FiguresOf(centre.source(), request);
    EXPECT_EQ(reply.status().code(), StatusCode::kOutOfRange);
    EXPECT_NE(reply.status().message().find("whole minutes"), std::string_view::npos);
  });
}

}  // namespace
}  // namespace bellrock::metrics::server
