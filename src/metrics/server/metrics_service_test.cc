// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/server/metrics_service.h"

#include <gtest/gtest.h>

#include "bellrock/testing.h"

namespace bellrock::metrics::server {
namespace {

class HandClock final : public fiber::Clock {
 public:
  Time Now() override { return Time(wall.time_since_epoch()); }
  WallTime WallNow() override { return wall; }
  WallTime wall{std::chrono::seconds(1'800'000'000)};
};

v1::PushRequest PushOf(uint64_t sequence, int64_t second) {
  v1::PushRequest push;
  push.set_source("h:1");
  push.set_sequence(sequence);
  push.set_calls_total(sequence);
  v1::Card& card = *push.add_cards();
  card.mutable_dimensions()->set_callee("music/storage");
  card.set_second(second);
  card.add_latency_us_delta(250);
  card.add_count(1);
  return push;
}

TEST(MetricsService, ShowsACallTwoSecondsAfterItsSecondBegan) {
  HandClock clock;
  MetricsService service(clock);
  TestContext context;
  ASSERT_TRUE(service.Push(context, PushOf(1, 1'800'000'000)).ok());
  v1::TableRequest request;
  request.add_group_by("callee");
  clock.wall += std::chrono::milliseconds(1999);
  EXPECT_EQ(service.Table(context, request)->rows_size(), 0);
  clock.wall += std::chrono::milliseconds(1);
  ASSERT_EQ(service.Table(context, request)->rows_size(), 1);
  EXPECT_EQ(service.Table(context, request)->rows(0).tp9999_us(), 250);
}

TEST(MetricsService, AnswersOfOneSecondAreSharedAndThenRenewed) {
  HandClock clock;
  MetricsService service(clock);
  TestContext context;
  const auto calls = [&] {
    return service.Series(context, {})->lines(0).points(kSeriesSecondsDefault - 10).calls();
  };
  EXPECT_EQ(calls(), 0);
  ASSERT_TRUE(service.Push(context, PushOf(1, 1'800'000'000 - 11 + 1)).ok());
  EXPECT_EQ(calls(), 0);
  clock.wall += std::chrono::seconds(1);
  EXPECT_EQ(calls(), 1);
}

TEST(MetricsService, SaysDuplicateAndRefusesBadInput) {
  HandClock clock;
  MetricsService service(clock);
  TestContext context;
  EXPECT_FALSE(service.Push(context, PushOf(1, 1'800'000'000))->duplicate());
  EXPECT_TRUE(service.Push(context, PushOf(1, 1'800'000'000))->duplicate());
  EXPECT_EQ(service.Push(context, {}).status().code(), StatusCode::kInvalidArgument);
  EXPECT_EQ(service.Stats(context, {})->duplicates(), 1u);
  EXPECT_EQ(service.Stats(context, {})->calls_counted(), 1u);
}

}  // namespace
}  // namespace bellrock::metrics::server
