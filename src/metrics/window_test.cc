// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/window.h"

#include <gmock/gmock.h>

#include <string>
#include <vector>

namespace bellrock::metrics {
namespace {

using ::testing::HasSubstr;

constexpr int64_t kNow = 1'800'000'000;

// Pushes of one source, each with its own sequence and running total.
class Source {
 public:
  v1::PushRequest Push(int64_t second, std::vector<uint32_t> latencies,
                       const std::string& instance = "i") {
    v1::PushRequest push;
    push.set_source("host:1");
    push.set_epoch(1);
    push.set_sequence(++sequence_);
    push.set_calls_total(total_ += latencies.size());
    v1::Card& card = *push.add_cards();
    card.mutable_dimensions()->set_callee("music/storage");
    card.mutable_dimensions()->set_instance(instance);
    card.set_second(second);
    Card::FromLatencies(latencies).Encode(card);
    return push;
  }

 private:
  uint64_t sequence_ = 0;
  uint64_t total_ = 0;
};

uint64_t CallsAt(const Window& window, int64_t second) {
  uint64_t calls = 0;
  for (const auto& [set, card] : window.at(second)) calls += card.calls();
  return calls;
}

TEST(Window, NewestCompleteSecondEndedASecondAgo) {
  Window window;
  window.Advance(kNow);
  EXPECT_EQ(window.now_second(), kNow - 2);
  window.Advance(kNow - 50);  // the clock went back
  EXPECT_EQ(window.now_second(), kNow - 2);
}

TEST(Window, MetricsAreShownWhileThereIsRoomAndAreNoCalls) {
  Window window({.metric_sets_max = 2});
  Source source;
  const auto apply = [&](const char* callee, int64_t second) {
    v1::PushRequest push = source.Push(second, {5, 7});
    push.mutable_cards(0)->mutable_dimensions()->set_callee(callee);
    ASSERT_TRUE(window.Apply(push, second + 100).ok());
  };
  for (const char* callee : {"music/storage", "host:a", "host:b", "host:c", "host:a"}) {
    apply(callee, kNow);
  }
  EXPECT_EQ(window.Stats().calls_counted(), 2u);
  EXPECT_EQ(CallsAt(window, kNow), 8u);  // there was no room for c
  apply("host:c", kNow + 1000);          // the others have gone
  EXPECT_EQ(CallsAt(window, kNow + 1000), 2u);
}

TEST(Window, MergesCardsForASecondAlreadyShown) {
  Window window;
  Source source;
  ASSERT_TRUE(window.Apply(source.Push(kNow - 100, {5, 7}), kNow).ok());
  ASSERT_TRUE(window.Apply(source.Push(kNow - 100, {6}), kNow).ok());
  ASSERT_EQ(window.at(kNow - 100).size(), 1u);
  std::vector<uint32_t> all = {5, 6, 7};
  EXPECT_EQ(window.at(kNow - 100).begin()->second, Card::FromLatencies(all));
}

TEST(Window, CountsAPushSentTwiceOnce) {
  Window window;
  Source source;
  const v1::PushRequest push = source.Push(kNow - 3, {5, 7});
  EXPECT_FALSE(window.Apply(push, kNow)->duplicate);
  EXPECT_TRUE(window.Apply(push, kNow + 1)->duplicate);
  EXPECT_EQ(CallsAt(window, kNow - 3), 2u);
  EXPECT_EQ(window.Stats().duplicates(), 1u);
  EXPECT_EQ(window.Stats().calls_counted(), 2u);
  EXPECT_EQ(window.Stats().calls_expected(), 2u);
}

TEST(Window, HoldsExactly600CompleteSeconds) {
  Window window;
  Source source;
  const int64_t oldest = kNow - 2 - 599;
  EXPECT_EQ(window.Apply(source.Push(oldest, {1}), kNow)->late_cards, 0u);
  EXPECT_EQ(window.Apply(source.Push(oldest - 1, {1}), kNow)->late_cards, 1u);
  EXPECT_EQ(CallsAt(window, oldest), 1u);
  window.Advance(kNow + 1);
  EXPECT_EQ(CallsAt(window, oldest), 0u);
  EXPECT_EQ(window.sets().live(), 0u);
  EXPECT_EQ(window.bytes(), 0u);
}

TEST(Window, CountsLateCardsWithoutShowingThem) {
  Window window;
  Source source;
  ASSERT_TRUE(window.Apply(source.Push(kNow - 700, {1, 2, 3}), kNow).ok());
  ASSERT_TRUE(window.Apply(source.Push(kNow + kAheadSeconds + 1, {1}), kNow).ok());
  EXPECT_EQ(window.Apply(source.Push(kNow + kAheadSeconds, {1}), kNow)->late_cards, 0u);
  const v1::StatsReply stats = window.Stats();
  EXPECT_EQ(stats.late(), 2u);
  EXPECT_EQ(stats.calls_counted(), 5u);
  EXPECT_EQ(stats.calls_expected(), 5u);
  EXPECT_EQ(stats.cards(), 3u);
  EXPECT_EQ(stats.sources(), 1u);
}

TEST(Window, EverySecondOfALongRunIsShownAndThenGone) {
  Window window;
  Source source;
  for (int64_t t = 0; t < 1500; ++t) {
    ASSERT_TRUE(window.Apply(source.Push(kNow + t - 1, {static_cast<uint32_t>(t)}), kNow + t).ok());
    EXPECT_EQ(CallsAt(window, kNow + t - 1), 1u);
    EXPECT_EQ(CallsAt(window, kNow + t - 602), 0u);
    EXPECT_EQ(CallsAt(window, kNow + t - 601), t >= 600 ? 1u : 0u);
  }
}

TEST(Window, BeyondItsDimensionSetsItCountsUnderMore) {
  Window window({.dimension_sets_max = 2});
  Source source;
  for (const char* instance : {"a", "b", "c", "d"}) {
    ASSERT_TRUE(window.Apply(source.Push(kNow - 3, {1, 2}, instance), kNow).ok());
  }
  EXPECT_EQ(CallsAt(window, kNow - 3), 8u);
  EXPECT_EQ(window.sets().live(), 2u);
  EXPECT_EQ(window.at(kNow - 3).at(0).calls(), 4u);
  EXPECT_EQ(window.sets().at(0)->instance, kOverflowName);
  window.Advance(kNow + 700);  // and is free for others later
  ASSERT_TRUE(window.Apply(source.Push(kNow + 699, {1}, "e"), kNow + 700).ok());
  EXPECT_EQ(window.at(kNow + 699).count(0), 0u);
}

TEST(Window, BeyondItsBytesTheOldestSecondsGoFirst) {
  Window window({.bytes_max = 2000});
  Source source;
  uint64_t shed = 0;
  for (int64_t t = 0; t < 100; ++t) {
    shed += window.Apply(source.Push(kNow - 200 + t, {1, 2, 3}), kNow)->seconds_shed;
    EXPECT_LE(window.bytes(), 2000u);
  }
  EXPECT_GT(shed, 0u);
  EXPECT_EQ(CallsAt(window, kNow - 101), 3u);
  EXPECT_EQ(CallsAt(window, kNow - 200), 0u);
  EXPECT_EQ(window.Stats().calls_counted(), 300u);
}

TEST(Window, RefusesABadPushAsAWhole) {
  Window window;
  Source source;
  v1::PushRequest push = source.Push(kNow - 3, {1});
  push.add_cards()->add_count(1);
  const Status status = window.Apply(push, kNow).status();
  EXPECT_EQ(status.code(), StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(status.message()), HasSubstr("cards[1]: card: latency_us_delta has 0"));
  EXPECT_EQ(window.Stats().calls_counted(), 0u);
  push.mutable_cards()->RemoveLast();
  EXPECT_FALSE(window.Apply(push, kNow)->duplicate);  // refused is not remembered
}

TEST(Window, RefusesBadHeadsNamingTheField) {
  Window window;
  const auto message = [&window](const v1::PushRequest& push) {
    return std::string(window.Apply(push, kNow).status().message());
  };
  Source source;
  v1::PushRequest push = source.Push(kNow - 3, {1, 2});
  push.set_calls_total(1);
  EXPECT_THAT(message(push), HasSubstr("calls_total: 1 is less than the 2"));
  push.mutable_cards(0)->set_second(0);
  EXPECT_THAT(message(push), HasSubstr("cards[0].second: 0"));
  push.set_sequence(0);
  EXPECT_THAT(message(push), HasSubstr("sequence: 0"));
  push.clear_source();
  EXPECT_THAT(message(push), HasSubstr("source: 0 bytes"));
}

}  // namespace
}  // namespace bellrock::metrics
