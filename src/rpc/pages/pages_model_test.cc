// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
// What the built-in pages remember: latencies, counts, calls worth a look.
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "rpc/pages/call_journal.h"
#include "rpc/pages/method_stats.h"

namespace bellrock::rpc {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr Time kStart{std::chrono::hours(1)};

TEST(LatencyCounts, QuantilesEqualAFullSort) {
  std::mt19937 random(7);
  std::vector<uint64_t> all;
  LatencyCounts parts[3];
  for (int i = 0; i < 20'000; ++i) {
    const uint64_t us = random() % (i % 50 == 0 ? 2'000'000 : 900);
    all.push_back(us);
    parts[i % 3].Add(us);
  }
  LatencyCounts merged;
  for (const LatencyCounts& part : parts) merged.Merge(part);
  std::sort(all.begin(), all.end());
  for (const double share : {0.5, 0.9, 0.99, 0.999, 0.9999, 1.0}) {
    const auto rank = static_cast<size_t>(std::ceil(share * 20'000 - 1e-9));
    EXPECT_EQ(merged.Quantile(share), all[rank - 1]) << share;
  }
  EXPECT_EQ(merged.max(), all.back());
  EXPECT_EQ(merged.inexact(), 0U);
}

TEST(LatencyCounts, BeyondItsBoundItCountsAndSaysSo) {
  LatencyCounts counts;
  const uint64_t first = LatencyCounts::kDirectUs;
  for (uint64_t i = 0; i < LatencyCounts::kLongMax + 5; ++i) counts.Add(first + 2 * i);
  EXPECT_EQ(counts.total(), LatencyCounts::kLongMax + 5);
  EXPECT_EQ(counts.inexact(), 5U);
}

TEST(MethodStats, KeepsAllLatenciesInBucketsSinceTheStart) {
  MethodStats stats;
  MethodStats other;
  stats.Add(kStart, StatusCode::kOk, milliseconds(1));
  stats.Add(kStart + seconds(11), StatusCode::kOk, std::chrono::microseconds(1001));
  stats.Add(kStart + seconds(200), StatusCode::kOk, seconds(61));
  other.Add(kStart, StatusCode::kOk, Duration(0));
  stats.Merge(other);
  const LatencyHistogram all = stats.SinceStart();
  LatencyHistogram wanted;
  wanted.counts[0] = 1;  // up to 100 us
  wanted.counts[3] = 1;  // up to 1 ms
  wanted.counts[4] = 1;  // up to 2.5 ms
  wanted.counts.back() = 1;
  EXPECT_EQ(all.counts, wanted.counts);
  EXPECT_EQ(all.sum_us, 61'002'001U);
}

TEST(MethodStats, ShowsTheLastTenToTwentySeconds) {
  MethodStats stats;
  stats.Add(kStart, StatusCode::kOk, milliseconds(1));
  stats.Add(kStart + seconds(11), StatusCode::kNotFound, milliseconds(2));
  EXPECT_EQ(stats.Recent().total(), 2U);
  EXPECT_EQ(stats.Recent().max(), 2000U);
  stats.Advance(kStart + seconds(22));
  EXPECT_EQ(stats.Recent().total(), 1U);
  stats.Advance(kStart + seconds(60));
  EXPECT_EQ(stats.Recent().total(), 0U);
  EXPECT_EQ(stats.calls(), 2U);
  EXPECT_EQ(stats.calls(StatusCode::kNotFound), 1U);
}

TEST(MethodStats, RateIsOverTheTimeCovered) {
  MethodStats stats;
  for (int i = 0; i < 1000; ++i) {
    stats.Add(kStart + milliseconds(i * 10), StatusCode::kOk, milliseconds(1));
  }
  EXPECT_NEAR(stats.Rate(kStart + seconds(10)), 100, 1);
}

CallRecord Took(Duration latency, StatusCode code = StatusCode::kOk) {
  CallRecord record;
  record.service = "a.v1.A";
  record.method = "Get";
  record.latency = latency;
  record.code = code;
  return record;
}

TEST(CallJournal, KeepsTheLastFailures) {
  CallJournal journal;
  for (int i = 0; i < 150; ++i) {
    journal.Add(kStart + seconds(i), Took(milliseconds(i), StatusCode::kInternal));
  }
  const auto failed = journal.Failed();
  ASSERT_EQ(failed.size(), CallJournal::kFailedMax);
  EXPECT_EQ(failed[0].latency, milliseconds(149));
  EXPECT_EQ(failed[0].method, "a.v1.A/Get");
}

TEST(CallJournal, KeepsTheSlowestOfTheLastMinute) {
  CallJournal journal;
  for (int i = 1; i <= 1000; ++i) journal.Add(kStart, Took(milliseconds(i)));
  auto slow = journal.Slow(kStart);
  ASSERT_EQ(slow.size(), CallJournal::kSlowMax);
  EXPECT_EQ(slow.front().latency, milliseconds(1000));
  EXPECT_EQ(slow.back().latency, milliseconds(901));
  journal.Add(kStart + seconds(61), Took(milliseconds(3)));
  slow = journal.Slow(kStart + seconds(61));
  ASSERT_EQ(slow.size(), 1U);
  EXPECT_EQ(slow[0].latency, milliseconds(3));
}

TEST(CallJournal, LoopsMergeIntoOneView) {
  CallJournal a;
  CallJournal b;
  a.Add(kStart, Took(milliseconds(1), StatusCode::kInternal));
  b.Add(kStart + seconds(1), Took(milliseconds(2), StatusCode::kAborted));
  a.Merge(b, kStart + seconds(2));
  ASSERT_EQ(a.Failed().size(), 2U);
  EXPECT_EQ(a.Failed()[0].code, StatusCode::kAborted);
  EXPECT_EQ(a.Slow(kStart + seconds(2))[0].latency, milliseconds(2));
}

}  // namespace
}  // namespace bellrock::rpc
