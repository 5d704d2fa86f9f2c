// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "rpc/protect/quota_table.h"

#include <gtest/gtest.h>

#include <random>

namespace bellrock::rpc::protect {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr MethodId kRead = 0;
constexpr MethodId kWrite = 1;
constexpr MethodId kList = 2;
const std::vector<std::string> kMethods = {"music.v1.Storage/Read", "music.v1.Storage/Write",
                                           "music.v1.Catalog/List"};

class QuotaTableTest : public ::testing::Test {
 protected:
  void Set(std::vector<QuotaRule> rules, size_t consumers_max = 1000) {
    table_.SetOptions(
        now_, {.rules = std::move(rules), .classes = {}, .consumers_max = consumers_max}, kMethods);
  }
  bool Call(std::string_view consumer, MethodId method) {
    const QuotaTable::Consumer id = table_.Find(now_, consumer);
    last_ = table_.Check(now_, id, method);
    if (last_.reason != Reason::kNone) return false;
    taken_.push_back({table_.Take(id, method), method});
    return true;
  }
  int Calls(std::string_view consumer, MethodId method, int count) {
    int admitted = 0;
    for (int i = 0; i < count; ++i) admitted += Call(consumer, method) ? 1 : 0;
    return admitted;
  }
  void EndAll() {
    for (const auto& [taken, method] : taken_) table_.Give(taken, method);
    taken_.clear();
  }

  QuotaTable table_;
  Time now_{seconds(1000)};
  QuotaTable::Shortage last_;
  std::vector<std::pair<QuotaTable::Taken, MethodId>> taken_;
};

TEST_F(QuotaTableTest, GrantsExactlyTheRateOverAnyPeriod) {
  std::mt19937_64 random(1);
  for (const double rate : {3.0, 70.0, 999.0, 12345.6}) {
    Set({{.consumer = "*", .calls_per_second = rate, .burst = 10}});
    const std::string consumer = "web/" + std::to_string(rate);
    std::uniform_real_distribution<double> gap(0, 0.6 / rate);  // nobody misses a token
    const Time begin = now_;
    int admitted = Call(consumer, kRead) ? 1 : 0;
    while (now_ - begin < seconds(10)) {
      now_ += Duration(static_cast<int64_t>(gap(random) * 1e9));
      admitted += Call(consumer, kRead) ? 1 : 0;
    }
    const double period = static_cast<double>((now_ - begin).count()) / 1e9;
    EXPECT_NEAR(admitted, 10 + rate * period, 1) << rate;
  }
}

TEST_F(QuotaTableTest, SaysWhenTheNextCallIsDue) {
  Set({{.consumer = "*", .calls_per_second = 300, .burst = 1}});
  EXPECT_TRUE(Call("a/b", kRead));
  for (int i = 0; i < 1000; ++i) {
    ASSERT_FALSE(Call("a/b", kRead));
    EXPECT_EQ(last_.reason, Reason::kRateQuota);
    now_ += last_.retry_after;
    ASSERT_TRUE(Call("a/b", kRead)) << i;
  }
}

TEST_F(QuotaTableTest, ABurstIsGrantedOnceAfterAPause) {
  Set({{.consumer = "*", .calls_per_second = 10, .burst = 5}});
  EXPECT_EQ(Calls("a/b", kRead, 20), 5);
  now_ += seconds(60);
  EXPECT_EQ(Calls("a/b", kRead, 20), 5);
}

TEST_F(QuotaTableTest, EachConsumerOfAPatternHasItsOwnQuota) {
  Set({{.consumer = "*", .calls_per_second = 10, .burst = 2}});
  EXPECT_EQ(Calls("a/b", kRead, 5), 2);
  EXPECT_EQ(Calls("c/d", kRead, 5), 2);
  EXPECT_EQ(Calls("", kRead, 5), 2) << "foreign clients without a name";
}

TEST_F(QuotaTableTest, TheMostExactPatternDecides) {
  Set({{.consumer = "*", .concurrency = 1},
       {.consumer = "web/*", .concurrency = 2},
       {.consumer = "web/gateway*", .concurrency = 3},
       {.consumer = "web/gateway", .concurrency = 4}});
  EXPECT_EQ(Calls("job/report", kRead, 9), 1);
  EXPECT_EQ(Calls("web/mobile", kRead, 9), 2);
  EXPECT_EQ(Calls("web/gateway2", kRead, 9), 3);
  EXPECT_EQ(Calls("web/gateway", kRead, 9), 4);
}

TEST_F(QuotaTableTest, TargetsAreIndependentAndAllMustAllow) {
  Set({{.consumer = "*", .concurrency = 5},
       {.consumer = "*", .target = "music.v1.Storage", .concurrency = 3},
       {.consumer = "*", .target = "music.v1.Storage/Write", .concurrency = 1}});
  EXPECT_EQ(Calls("a/b", kWrite, 9), 1);
  EXPECT_EQ(Calls("a/b", kRead, 9), 2);
  EXPECT_EQ(last_.rule->target, "music.v1.Storage");
  EXPECT_EQ(Calls("a/b", kList, 9), 2);
  EXPECT_EQ(last_.rule->target, "");
}

TEST_F(QuotaTableTest, ARefusedCallTakesNothing) {
  Set({{.consumer = "*", .calls_per_second = 1, .burst = 4},
       {.consumer = "*", .target = "music.v1.Storage/Write", .concurrency = 1}});
  EXPECT_EQ(Calls("a/b", kWrite, 50), 1);
  EXPECT_EQ(Calls("a/b", kRead, 50), 3);
}

TEST_F(QuotaTableTest, EndedCallsFreeConcurrency) {
  Set({{.consumer = "*", .concurrency = 2}});
  for (int round = 0; round < 3; ++round) {
    EXPECT_EQ(Calls("a/b", kRead, 9), 2);
    EXPECT_EQ(last_.reason, Reason::kConcurrencyQuota);
    EndAll();
  }
  EXPECT_EQ(table_.in_flight(table_.Find(now_, "a/b")), 0U);
}

TEST_F(QuotaTableTest, RemembersSoManyAndForgetsOnlyWhoLosesNothing) {
  Set({{.consumer = "*", .calls_per_second = 10, .burst = 1}}, 3);
  for (const char* name : {"a", "b", "c"}) EXPECT_TRUE(Call(name, kRead));
  EndAll();
  // All three have spent their burst: forgetting one would give it a new one.
  EXPECT_TRUE(Call("d", kRead)) << "by the shared entry";
  EXPECT_FALSE(Call("e", kRead)) << "the shared entry is spent";
  EXPECT_FALSE(Call("a", kRead));
  now_ += seconds(1);
  EndAll();
  EXPECT_TRUE(Call("d", kRead)) << "in place of the one seen longest ago";
  EXPECT_TRUE(Call("e", kRead));
  EXPECT_EQ(table_.tracked(), 3U);
}

TEST_F(QuotaTableTest, NeverForgetsWhoHasCallsInFlight) {
  Set({{.consumer = "*", .concurrency = 1}}, 1);
  EXPECT_TRUE(Call("a", kRead));
  EXPECT_TRUE(Call("b", kRead));
  EXPECT_FALSE(Call("c", kRead)) << "shares with b";
  EXPECT_FALSE(Call("a", kRead));
}

TEST_F(QuotaTableTest, NewRulesKeepTheLevelOfWhatStays) {
  Set({{.consumer = "*", .calls_per_second = 1, .burst = 10}});
  EXPECT_EQ(Calls("a/b", kRead, 20), 10);
  Set({{.consumer = "*", .calls_per_second = 2, .burst = 100},
       {.consumer = "*", .target = "music.v1.Storage", .concurrency = 100}});
  EXPECT_EQ(Calls("a/b", kRead, 20), 0);
  EndAll();
  now_ += seconds(1);
  EXPECT_EQ(Calls("a/b", kRead, 20), 2);
}

TEST_F(QuotaTableTest, CallsThatBeganUnderOldRulesEndQuietly) {
  Set({{.consumer = "*", .concurrency = 2}});
  EXPECT_EQ(Calls("a/b", kRead, 9), 2);
  Set({{.consumer = "*", .concurrency = 3}});
  EndAll();
  EXPECT_EQ(Calls("a/b", kRead, 9), 3);
  EndAll();
  EXPECT_EQ(Calls("a/b", kRead, 9), 3);
}

TEST_F(QuotaTableTest, WithoutClassesACallIsWhatItClaims) {
  const QuotaTable::Consumer consumer = table_.Find(now_, "web/gateway");
  EXPECT_EQ(table_.ClassFor(consumer, Qos::kCritical), Qos::kCritical);
  EXPECT_EQ(table_.ClassFor(consumer, Qos::kNormal), Qos::kNormal);
}

TEST_F(QuotaTableTest, KnowsEachConsumersClass) {
  table_.SetOptions(now_,
                    {.rules = {},
                     .classes = {{.consumer = "pay/*", .qos = Qos::kCritical},
                                 {.consumer = "pay/report", .qos = Qos::kBackground}},
                     .consumers_max = 10},
                    kMethods);
  const auto class_for = [&](std::string_view consumer, Qos claimed) {
    return table_.ClassFor(table_.Find(now_, consumer), claimed);
  };
  EXPECT_EQ(class_for("pay/till", Qos::kNormal), Qos::kCritical);
  EXPECT_EQ(class_for("pay/till", Qos::kBackground), Qos::kBackground);
  EXPECT_EQ(class_for("pay/report", Qos::kCritical), Qos::kBackground);
  EXPECT_EQ(class_for("web/gateway", Qos::kCritical), Qos::kNormal);
}

TEST(TargetCovers, WholeNamesOnly) {
  EXPECT_TRUE(TargetCovers("", "a.B/C"));
  EXPECT_TRUE(TargetCovers("a.B", "a.B/C"));
  EXPECT_TRUE(TargetCovers("a.B/C", "a.B/C"));
  EXPECT_FALSE(TargetCovers("a.B/C", "a.B/CD"));
  EXPECT_FALSE(TargetCovers("a.", "a.B/C"));
}

}  // namespace
}  // namespace bellrock::rpc::protect
