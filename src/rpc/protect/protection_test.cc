// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "rpc/protect/protection.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "bellrock/rpc/v1/protection.pb.h"

namespace bellrock::rpc::protect {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::HasSubstr;

constexpr MethodId kRead = 0;
constexpr MethodId kWrite = 1;

class ProtectionTest : public ::testing::Test {
 protected:
  void Set(std::string_view json) {
    const Result<Policy> policy = PolicyFromJson(json);
    ASSERT_TRUE(policy.ok()) << policy.status().ToString();
    const Status set = protection_.SetPolicy(now_, *policy, wakes_);
    ASSERT_TRUE(set.ok()) << set.ToString();
    Note();
  }
  Decision Admit(std::string_view consumer = "web/gateway", MethodId method = kRead,
                 Time deadline = kNever) {
    Decision decision = protection_.Admit(
        now_,
        {.method = method, .consumer = consumer, .arrived = now_ - late_, .deadline = deadline},
        wakes_);
    Note();
    return decision;
  }
  void Finish(const Decision& decision, StatusCode code = StatusCode::kOk) {
    protection_.OnFinished(now_, decision.token, code, wakes_);
    Note();
  }
  void Pass(Duration duration) {
    now_ += duration;
    protection_.OnTime(now_, wakes_);
    Note();
  }
  void Note() {
    for (Wake& wake : wakes_) ended_[wake.ticket] = std::move(wake.decision);
    wakes_.clear();
  }
  v1::ProtectionState Shown(const std::string& name) {
    const v1::ProtectionStatus status = protection_.Snapshot(now_);
    for (const v1::ProtectionState& state : status.protections()) {
      if (state.name() == name) return state;
    }
    ADD_FAILURE() << "no protection " << name << " in " << status.ShortDebugString();
    return {};
  }

  Time now_{seconds(1000)};
  Duration late_{0};
  Protection protection_{{"a.B/Read", "a.B/Write"}};
  std::vector<Wake> wakes_;
  std::map<uint64_t, Decision> ended_;
};

TEST_F(ProtectionTest, AdmitsAllWithoutAPolicy) {
  for (int i = 0; i < 10'000; ++i) EXPECT_EQ(Admit().verdict, Verdict::kAdmit);
  EXPECT_EQ(protection_.in_flight(), 0) << "nothing is counted that nobody bounds";
}

TEST_F(ProtectionTest, RefusesBeyondTheLimitWithItsReasonAndWhenToComeBack) {
  Set(R"({"concurrency": {"mode": "PROTECTION_ON", "fixed": 2}})");
  const Decision first = Admit();
  EXPECT_EQ(Admit().verdict, Verdict::kAdmit);
  const Decision refused = Admit();
  EXPECT_EQ(refused.verdict, Verdict::kRefuse);
  EXPECT_EQ(refused.reason, Reason::kConcurrency);
  EXPECT_EQ(refused.status().code(), StatusCode::kResourceExhausted);
  EXPECT_THAT(refused.text, HasSubstr("2 calls are in flight"));
  EXPECT_GT(refused.retry_after, milliseconds(0));
  EXPECT_TRUE(refused.episode_begins);
  EXPECT_FALSE(Admit().episode_begins);
  Finish(first);
  EXPECT_EQ(Admit().verdict, Verdict::kAdmit);
}

TEST_F(ProtectionTest, AWaitingCallTakesThePlaceOfOneThatEnds) {
  Set(R"({"concurrency": {"mode": "PROTECTION_ON", "fixed": 1},
          "queue": {"mode": "PROTECTION_ON"}})");
  const Decision first = Admit();
  const Decision second = Admit();
  ASSERT_EQ(second.verdict, Verdict::kWait);
  const Decision third = Admit();
  Pass(milliseconds(10));
  EXPECT_TRUE(ended_.empty());
  Finish(first);
  ASSERT_EQ(ended_.size(), 1U);
  EXPECT_EQ(ended_.at(second.ticket).verdict, Verdict::kAdmit);
  EXPECT_EQ(ended_.at(second.ticket).token.began, now_) << "waiting is no service";
  Finish(ended_.at(second.ticket));
  EXPECT_EQ(ended_.at(third.ticket).verdict, Verdict::kAdmit);
}

TEST_F(ProtectionTest, AWaitEndsByAgeAndByDeadline) {
  Set(R"({"concurrency": {"mode": "PROTECTION_ON", "fixed": 1},
          "queue": {"mode": "PROTECTION_ON", "age_max_ms": 80}})");
  (void)Admit();
  const Decision patient = Admit();
  const Decision hasty = Admit("web/gateway", kRead, now_ + milliseconds(30));
  Pass(milliseconds(30));
  EXPECT_EQ(ended_.at(hasty.ticket).status().code(), StatusCode::kDeadlineExceeded);
  EXPECT_THAT(ended_.at(hasty.ticket).text, HasSubstr("waited 30 ms"));
  Pass(milliseconds(50));
  EXPECT_EQ(ended_.at(patient.ticket).status().code(), StatusCode::kResourceExhausted);
  EXPECT_THAT(ended_.at(patient.ticket).text, HasSubstr("waited 80 ms"));
  EXPECT_EQ(protection_.waiting(), 0U);
}

TEST_F(ProtectionTest, AFullQueueTakesNoMore) {
  Set(R"({"concurrency": {"mode": "PROTECTION_ON", "fixed": 1},
          "queue": {"mode": "PROTECTION_ON", "calls_max": 2}})");
  for (int i = 0; i < 3; ++i) EXPECT_NE(Admit().verdict, Verdict::kRefuse);
  EXPECT_EQ(Admit().reason, Reason::kQueueFull);
}

TEST_F(ProtectionTest, ACallThatComesLateIsNotBegun) {
  Set(R"({"queue": {"mode": "PROTECTION_ON", "age_max_ms": 80}})");
  late_ = milliseconds(79);
  EXPECT_EQ(Admit().verdict, Verdict::kAdmit);
  late_ = milliseconds(80);
  EXPECT_EQ(Admit().reason, Reason::kQueueAge);
  late_ = milliseconds(0);
  EXPECT_EQ(Admit("web/gateway", kRead, now_).reason, Reason::kDeadline);
}

TEST_F(ProtectionTest, CallsThatAlwaysComeLateMayBeLessLateUntilItIsOver) {
  Set(R"({"queue": {"mode": "PROTECTION_ON"}})");
  late_ = milliseconds(20);
  int refused = 0;
  for (int i = 0; i < 1000; ++i) {
    Pass(milliseconds(1));
    const Decision decision = Admit();
    if (decision.verdict == Verdict::kRefuse) {
      ++refused;
    } else {
      Finish(decision);
    }
  }
  EXPECT_GT(refused, 850);
  EXPECT_GT(Shown("queue").refusals(0).refusing_for_us(), 800'000U);
  late_ = milliseconds(0);
  for (int i = 0; i < 150; ++i) {
    Pass(milliseconds(1));
    EXPECT_EQ(Admit().verdict, Verdict::kAdmit);
  }
  late_ = milliseconds(20);
  EXPECT_EQ(Admit().verdict, Verdict::kAdmit) << "a single late one is a burst again";
  Pass(seconds(2));
  EXPECT_EQ(Shown("queue").refusals(0).refusing_for_us(), 0U);
}

TEST_F(ProtectionTest, TheMoreImportantClassGoesFirst) {
  Set(R"({"concurrency": {"mode": "PROTECTION_ON", "fixed": 1},
          "queue": {"mode": "PROTECTION_ON", "calls_max": 3},
          "consumers": [{"consumer": "pay/*", "qos": "QOS_CRITICAL"},
                        {"consumer": "job/*", "qos": "QOS_BACKGROUND"}]})");
  const Decision running = Admit("job/report");
  const Decision background = Admit("job/report");
  const Decision displaced = Admit("job/report");
  const Decision normal = Admit("web/gateway");
  const Decision critical = Admit("pay/till");
  EXPECT_EQ(ended_.at(displaced.ticket).reason, Reason::kDisplaced);
  Finish(running);
  EXPECT_EQ(ended_.at(critical.ticket).verdict, Verdict::kAdmit);
  Finish(ended_.at(critical.ticket));
  EXPECT_EQ(ended_.at(normal.ticket).verdict, Verdict::kAdmit);
  Finish(ended_.at(normal.ticket));
  EXPECT_EQ(ended_.at(background.ticket).verdict, Verdict::kAdmit);
}

TEST_F(ProtectionTest, SharesKeepPlacesFree) {
  Set(R"({"concurrency": {"mode": "PROTECTION_ON", "fixed": 10},
          "shares": {"critical": 0.2, "background": 0.1},
          "consumers": [{"consumer": "pay/*", "qos": "QOS_CRITICAL"},
                        {"consumer": "job/*", "qos": "QOS_BACKGROUND"}]})");
  const auto admitted = [&](std::string_view consumer) {
    int count = 0;
    while (Admit(consumer).verdict == Verdict::kAdmit) ++count;
    return count;
  };
  EXPECT_EQ(admitted("web/gateway"), 7);
  EXPECT_EQ(admitted("job/report"), 1);
  EXPECT_EQ(admitted("pay/till"), 2);
}

TEST_F(ProtectionTest, QuotasRefuseBeforeAnythingElseIsTaken) {
  Set(R"({"concurrency": {"mode": "PROTECTION_ON", "fixed": 10},
          "quotas": {"mode": "PROTECTION_ON", "quotas": [
            {"consumer": "*", "target": "a.B/Write", "calls_per_second": 10, "burst": 1}]}})");
  const Decision first = Admit("web/gateway", kWrite);
  EXPECT_EQ(first.verdict, Verdict::kAdmit);
  const Decision refused = Admit("web/gateway", kWrite);
  EXPECT_EQ(refused.reason, Reason::kRateQuota);
  EXPECT_EQ(refused.retry_after, milliseconds(100));
  EXPECT_THAT(refused.text, HasSubstr("\"web/gateway\" has used up its quota of 10 calls/s for "
                                      "a.B/Write (rule \"*\")"));
  EXPECT_EQ(protection_.in_flight(), 1);
  EXPECT_EQ(Admit("web/gateway", kRead).verdict, Verdict::kAdmit);
}

TEST_F(ProtectionTest, AMethodsLimitIsItsOwn) {
  Set(R"({"methods": [{"method": "a.B/Write",
                       "concurrency": {"mode": "PROTECTION_ON", "fixed": 1}}]})");
  const Decision write = Admit("web/gateway", kWrite);
  const Decision refused = Admit("web/gateway", kWrite);
  EXPECT_EQ(refused.reason, Reason::kMethodConcurrency);
  EXPECT_THAT(refused.text, HasSubstr("1 calls of a.B/Write are in flight"));
  EXPECT_EQ(Admit("web/gateway", kRead).verdict, Verdict::kAdmit);
  Finish(write);
  EXPECT_EQ(Admit("web/gateway", kWrite).verdict, Verdict::kAdmit);
  EXPECT_EQ(Shown("method a.B/Write").refusals(0).refused(), 1U);
}

TEST_F(ProtectionTest, StreamsAreNoPartOfTheServersLimitButOfTheirMethods) {
  Set(R"({"concurrency": {"mode": "PROTECTION_ON", "fixed": 1},
          "methods": [{"method": "a.B/Read",
                       "concurrency": {"mode": "PROTECTION_ON", "fixed": 2}}]})");
  const auto open = [&] {
    return protection_.Admit(now_, {.consumer = "web/gateway", .stream = true, .arrived = now_},
                             wakes_);
  };
  const Decision first = open();
  EXPECT_EQ(open().verdict, Verdict::kAdmit);
  EXPECT_EQ(open().reason, Reason::kMethodConcurrency);
  EXPECT_EQ(protection_.in_flight(), 0);
  Finish(first);
  EXPECT_EQ(open().verdict, Verdict::kAdmit);
}

TEST_F(ProtectionTest, ADryRunRefusesNothingAndCountsWhatItWould) {
  Set(R"({"concurrency": {"mode": "PROTECTION_DRY_RUN", "fixed": 2},
          "queue": {"mode": "PROTECTION_DRY_RUN"},
          "quotas": {"mode": "PROTECTION_DRY_RUN", "quotas": [
            {"consumer": "job/*", "concurrency": 1}]}})");
  std::vector<Decision> all;
  for (int i = 0; i < 5; ++i) all.push_back(Admit("web/gateway"));
  for (int i = 0; i < 3; ++i) all.push_back(Admit("job/report"));
  late_ = seconds(1);
  all.push_back(Admit("web/gateway", kRead, now_));
  for (const Decision& decision : all) EXPECT_EQ(decision.verdict, Verdict::kAdmit);
  EXPECT_EQ(protection_.in_flight(), 2) << "what would be refused holds nothing";
  EXPECT_EQ(Shown("concurrency").refusals(0).would_refuse(), 7U);
  EXPECT_EQ(Shown("concurrency").refusals(0).refused(), 0U);
  EXPECT_EQ(Shown("quota").refusals(0).would_refuse(), 2U);
  EXPECT_EQ(Shown("queue").refusals(0).would_refuse(), 1U);
  for (const Decision& decision : all) Finish(decision);
  EXPECT_EQ(protection_.in_flight(), 0);
}

TEST_F(ProtectionTest, ADryRunOfTheQueueCountsLateOnesAndLetsThemWait) {
  Set(R"({"concurrency": {"mode": "PROTECTION_ON", "fixed": 1},
          "queue": {"mode": "PROTECTION_DRY_RUN", "age_max_ms": 50}})");
  const Decision first = Admit();
  const Decision second = Admit();
  Pass(seconds(5));
  EXPECT_TRUE(ended_.empty());
  Finish(first);
  EXPECT_EQ(ended_.at(second.ticket).verdict, Verdict::kAdmit);
  EXPECT_EQ(Shown("queue").refusals(0).would_refuse(), 1U);
}

TEST_F(ProtectionTest, WithoutALimitAnyMoreNobodyWaits) {
  Set(R"({"concurrency": {"mode": "PROTECTION_ON", "fixed": 1},
          "queue": {"mode": "PROTECTION_ON"}})");
  const Decision first = Admit();
  const Decision second = Admit();
  Set("{}");
  EXPECT_EQ(ended_.at(second.ticket).verdict, Verdict::kAdmit);
  Finish(first);
  Finish(ended_.at(second.ticket));
  EXPECT_EQ(protection_.in_flight(), 0);
}

TEST_F(ProtectionTest, AHigherLimitAdmitsThoseWhoWait) {
  Set(R"({"concurrency": {"mode": "PROTECTION_ON", "fixed": 1},
          "queue": {"mode": "PROTECTION_ON"}})");
  (void)Admit();
  const Decision second = Admit();
  const Decision third = Admit();
  Set(R"({"concurrency": {"mode": "PROTECTION_ON", "fixed": 2},
          "queue": {"mode": "PROTECTION_ON"}})");
  EXPECT_EQ(ended_.count(second.ticket), 1U);
  EXPECT_EQ(ended_.count(third.ticket), 0U);
}

TEST_F(ProtectionTest, APolicyForOtherMethodsChangesNothing) {
  Set(R"({"concurrency": {"mode": "PROTECTION_ON", "fixed": 1}})");
  const Policy other = *PolicyFromJson(R"({"methods": [{"method": "x.Y/Z"}]})");
  EXPECT_EQ(protection_.SetPolicy(now_, other, wakes_).code(), StatusCode::kInvalidArgument);
  EXPECT_EQ(protection_.policy().concurrency.mode, Mode::kOn);
}

TEST_F(ProtectionTest, ACallerWhoGoesGivesItsPlaceInTheQueueBack) {
  Set(R"({"concurrency": {"mode": "PROTECTION_ON", "fixed": 1},
          "queue": {"mode": "PROTECTION_ON"},
          "quotas": {"mode": "PROTECTION_ON", "quotas": [{"consumer": "*", "concurrency": 2}]}})");
  const Decision first = Admit();
  const Decision second = Admit();
  EXPECT_EQ(Admit().reason, Reason::kConcurrencyQuota);
  EXPECT_TRUE(protection_.Abandon(now_, second.ticket, wakes_));
  EXPECT_FALSE(protection_.Abandon(now_, second.ticket, wakes_));
  EXPECT_EQ(Admit().verdict, Verdict::kWait);
  Finish(first);
  EXPECT_EQ(ended_.size(), 1U);
}

TEST_F(ProtectionTest, ShowsWhatItDoesNow) {
  Set(R"({"concurrency": {"mode": "PROTECTION_ON", "fixed": 1},
          "queue": {"mode": "PROTECTION_ON", "calls_max": 1}})");
  (void)Admit();
  (void)Admit();
  (void)Admit();
  Pass(milliseconds(40));
  const v1::ProtectionState queue = Shown("queue");
  EXPECT_EQ(queue.mode(), v1::PROTECTION_ON);
  EXPECT_EQ(queue.waiting(), 1U);
  EXPECT_EQ(queue.oldest_wait_us(), 40'000U);
  EXPECT_EQ(queue.refusals(0).reason(), "queue_full");
  EXPECT_EQ(queue.refusals(0).refusing_for_us(), 40'000U);
  EXPECT_THAT(queue.refusals(0).last(), HasSubstr("1 calls are in flight and 1 wait"));
  EXPECT_EQ(Shown("concurrency").in_flight(), 1U);
  EXPECT_EQ(Shown("concurrency").limit(), 1U);
  const v1::ProtectionStatus status = protection_.Snapshot(now_);
  EXPECT_EQ(status.classes(1).qos(), v1::QOS_NORMAL);
  EXPECT_EQ(status.classes(1).admitted(), 1U);
  EXPECT_EQ(status.classes(1).refused(), 1U);
}

}  // namespace
}  // namespace bellrock::rpc::protect
