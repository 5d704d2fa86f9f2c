// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/client/meter.h"

#include <gmock/gmock.h>

#include <map>
#include <string>
#include <thread>
#include <vector>

#include "metrics/bounds.h"
#include "metrics/card.h"

namespace bellrock::metrics::client {
namespace {

using ::testing::HasSubstr;

// What was told: (method, attributes) -> card.
using Told = std::map<std::pair<std::string, std::string>, Card>;

Told Collect(Meter& meter, bool last = false) {
  v1::PushRequest push;
  meter.Collect(7, last, push);
  Told told;
  for (const v1::Card& card : push.cards()) {
    EXPECT_EQ(card.second(), 7);
    const v1::Dimensions& of = card.dimensions();
    EXPECT_EQ(of.callee(), "custom:shop/cart");
    EXPECT_EQ(of.instance(), "/sz/d/shop/cart/default/1");
    told[{of.method(), of.caller()}].Merge(*Card::Decode(card));
  }
  return told;
}

class MeterTest : public ::testing::Test {
 protected:
  MeterTest() { Name(meter_); }
  static void Name(Meter& meter) { meter.SetIdentity("shop/cart", "/sz/d/shop/cart/default/1"); }
  Meter meter_;
};

TEST_F(MeterTest, EachCountIsToldOnceUnderItsAttributes) {
  Metric& logins = meter_.Declare(MetricKind::kCounter, "logins", {"vip", "level"});
  Counter::Series& vip28 = logins.Find({"yes", "28"}).counter;
  vip28.Add();
  vip28.Add(4);
  logins.Find({"no", "1"}).counter.Add(7);
  Told told = Collect(meter_);
  EXPECT_EQ(told.size(), 2u);
  EXPECT_EQ((told[{"logins", "level=28,vip=yes"}].calls()), 5u);
  EXPECT_EQ((told[{"logins", "level=1,vip=no"}].calls()), 7u);
  EXPECT_TRUE(Collect(meter_).empty());  // nothing came since
  vip28.Add();
  EXPECT_EQ((Collect(meter_, true)[{"logins", "level=28,vip=yes"}].calls()), 1u);
}

TEST_F(MeterTest, CountsOfAllThreadsAddUpAlsoOfThoseThatEnded) {
  constexpr int kThreads = 8;
  constexpr uint64_t kEach = 100'000;
  Counter::Series& all = meter_.Declare(MetricKind::kCounter, "all", {}).Find({}).counter;
  uint64_t sum = 0;
  for (int round = 0; round < 3; ++round) {
    std::vector<std::thread> threads;
    for (int i = 0; i < kThreads; ++i) {
      threads.emplace_back([&all] {
        for (uint64_t n = 0; n < kEach; ++n) all.Add();
      });
    }
    sum += Collect(meter_)[{"all", ""}].calls();  // while they count
    for (std::thread& thread : threads) thread.join();
  }
  sum += Collect(meter_)[{"all", ""}].calls();
  EXPECT_EQ(sum, 3 * kThreads * kEach);
}

TEST_F(MeterTest, AGaugeIsSampledFromWhenItIsSetUntilItIsGone) {
  Metric& queue = meter_.Declare(MetricKind::kGauge, "queue", {"of"});
  queue.Retain(nullptr);
  Gauge::Series& mail = queue.Find({"mail"}).gauge;
  EXPECT_TRUE(Collect(meter_).empty());
  mail.Set(3);
  EXPECT_EQ((Collect(meter_)[{"queue", "of=mail"}].max_us()), 3u);
  EXPECT_EQ((Collect(meter_)[{"queue", "of=mail"}].max_us()), 3u);
  mail.Set(0);
  EXPECT_EQ((Collect(meter_)[{"queue", "of=mail"}].calls()), 1u);
  EXPECT_TRUE(Collect(meter_, true).empty());
  queue.Release();
  EXPECT_TRUE(Collect(meter_).empty());
}

TEST_F(MeterTest, ACallbackIsAskedForEachSample) {
  Metric& depth = meter_.Declare(MetricKind::kGauge, "depth", {});
  uint64_t value = 5;
  depth.Retain([&value] { return value++; });
  EXPECT_EQ((Collect(meter_)[{"depth", ""}].max_us()), 5u);
  EXPECT_EQ((Collect(meter_)[{"depth", ""}].max_us()), 6u);
  depth.Release();
  EXPECT_TRUE(Collect(meter_).empty());
  EXPECT_EQ(value, 7u);
}

TEST_F(MeterTest, ADistributionKeepsEachValue) {
  Distribution::Series& bytes =
      meter_.Declare(MetricKind::kDistribution, "reply_bytes", {}).Find({}).distribution;
  for (const uint64_t value : {10, 20, 20, 30}) bytes.Record(value);
  bytes.Record(uint64_t{1} << 40);
  const Card card = Collect(meter_)[{"reply_bytes", ""}];
  EXPECT_EQ(card.calls(), 5u);
  EXPECT_EQ(card.PercentileUs(Quantile::kTp50), 20u);
  EXPECT_EQ(card.max_us(), UINT32_MAX);
  EXPECT_TRUE(Collect(meter_).empty());
}

TEST_F(MeterTest, TheSameNameAndAttributesAreTheSameMetric) {
  Metric& one = meter_.Declare(MetricKind::kCounter, "logins", {"vip"});
  EXPECT_EQ(&one, &meter_.Declare(MetricKind::kCounter, "logins", {"vip"}));
  EXPECT_NE(&one, &meter_.Declare(MetricKind::kCounter, "logins", {"level"}));
  EXPECT_EQ(&one.Find({"yes"}), &one.Find({"yes"}));
}

TEST_F(MeterTest, BeyondTheBoundsCountsStandUnderMore) {
  Meter meter({.metrics_max = 2, .series_per_metric_max = 3});
  Name(meter);
  Metric& logins = meter.Declare(MetricKind::kCounter, "logins", {"user"});
  for (const char* user : {"a", "b", "c", "d", "e", "d"}) logins.Find({user}).counter.Add();
  Told told = Collect(meter);
  EXPECT_EQ((told[{"logins", "user=a"}].calls()), 1u);
  EXPECT_EQ((told[{"logins", kOverflowName}].calls()), 3u);
  (void)meter.Declare(MetricKind::kCounter, "second", {});
  Metric& third = meter.Declare(MetricKind::kCounter, "third", {});
  EXPECT_EQ(third.status().code(), StatusCode::kResourceExhausted);
  EXPECT_THAT(third.status().message(), HasSubstr("\"third\""));
}

TEST_F(MeterTest, ABadMetricSaysSoAndCountsNothing) {
  Metric& bad = meter_.Declare(MetricKind::kCounter, "no good", {});
  EXPECT_THAT(bad.status().message(), HasSubstr("\"no good\""));
  bad.Find({}).counter.Add();
  Metric& keys = meter_.Declare(MetricKind::kDistribution, "logins", {"a b"});
  EXPECT_THAT(keys.status().message(), HasSubstr("attributes[0]: \"a b\""));
  keys.Find({"x"}).distribution.Record(1);
  EXPECT_TRUE(Collect(meter_).empty());
}

TEST_F(MeterTest, ValuesThatDoNotFitTheAttributesCountUnderMore) {
  Metric& logins = meter_.Declare(MetricKind::kCounter, "logins", {"level", "vip"});
  logins.Find({"28"}).counter.Add(2);
  EXPECT_EQ((Collect(meter_)[{"logins", kOverflowName}].calls()), 2u);
}

}  // namespace
}  // namespace bellrock::metrics::client
