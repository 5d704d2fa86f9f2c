// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "rpc/protect/policy.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace bellrock::rpc::protect {
namespace {

using ::testing::HasSubstr;

TEST(Policy, EmptyTextIsAllOff) {
  const Result<Policy> policy = PolicyFromJson("");
  ASSERT_TRUE(policy.ok());
  EXPECT_FALSE(policy->active());
  EXPECT_EQ(*policy, Policy());
}

TEST(Policy, FillsInDefaults) {
  const Result<Policy> policy = PolicyFromJson(R"({
    "concurrency": {"mode": "PROTECTION_ON"},
    "queue": {"mode": "PROTECTION_DRY_RUN"},
    "quotas": {"mode": "PROTECTION_ON", "quotas": [{"consumer": "*", "calls_per_second": 500}]}})");
  ASSERT_TRUE(policy.ok()) << policy.status().ToString();
  EXPECT_EQ(policy->concurrency.mode, Mode::kOn);
  EXPECT_EQ(policy->concurrency.limiter, LimiterOptions());
  EXPECT_EQ(policy->queue_mode, Mode::kDryRun);
  EXPECT_EQ(policy->queue, AgeQueueOptions());
  EXPECT_EQ(policy->quotas.rules.at(0).burst, 50);
  EXPECT_EQ(policy->quotas.consumers_max, 1000U);
  EXPECT_TRUE(policy->active());
}

TEST(Policy, DefaultsKeepWithinWhatIsGiven) {
  const Result<Policy> low = PolicyFromJson(R"({"concurrency": {"ceiling": 5}})");
  ASSERT_TRUE(low.ok()) << low.status().ToString();
  EXPECT_EQ(low->concurrency.limiter.floor, 5);
  EXPECT_EQ(low->concurrency.limiter.initial, 5);
  const Result<Policy> high = PolicyFromJson(R"({"concurrency": {"floor": 2000}})");
  ASSERT_TRUE(high.ok()) << high.status().ToString();
  EXPECT_EQ(high->concurrency.limiter.ceiling, 2000);
  EXPECT_EQ(high->concurrency.limiter.initial, 2000);
  const Result<Policy> quick = PolicyFromJson(R"({"queue": {"age_max_ms": 3}})");
  ASSERT_TRUE(quick.ok()) << quick.status().ToString();
  EXPECT_EQ(quick->queue.target, std::chrono::milliseconds(3));
}

TEST(Policy, RefusesWhatItCannotMeanWithFieldValueAndRemedy) {
  const struct {
    const char* json;
    const char* field;
    const char* remedy;
  } cases[] = {
      {R"({"concurrency": {"mode": 9}})", "concurrency.mode: 9", "use PROTECTION_OFF"},
      {R"({"concurrency": {"fixed": 200000}})", "concurrency.fixed: 200000", "1..100000"},
      {R"({"concurrency": {"fixed": 5, "floor": 2}})", "concurrency.fixed: 5", "leave out"},
      {R"({"concurrency": {"floor": 9, "ceiling": 3}})", "concurrency.floor: 9", "1..3"},
      {R"({"concurrency": {"initial": 2}})", "concurrency.initial: 2", "8..1000"},
      {R"({"concurrency": {"tolerance": 0.5}})", "concurrency.tolerance: 0.5", "1..10"},
      {R"({"concurrency": {"tolerance": "NaN"}})", "concurrency.tolerance: nan", "1..10"},
      {R"({"methods": [{"method": "a/b"}, {"method": "a/b"}]})", "methods[1].method: \"a/b\"",
       "keep one"},
      {R"({"queue": {"calls_max": 1000000}})", "queue.calls_max: 1000000", "1..100000"},
      {R"({"queue": {"age_max_ms": 70000}})", "queue.age_max_ms: 70000", "1..60000"},
      {R"({"queue": {"age_max_ms": 50, "target_ms": 60}})", "queue.target_ms: 60", "1..50"},
      {R"({"quotas": {"quotas": [{"consumer": "", "concurrency": 1}]}})",
       "quotas.quotas[0].consumer: \"\"", "line/service"},
      {R"({"quotas": {"quotas": [{"consumer": "a*b", "concurrency": 1}]}})",
       "quotas.quotas[0].consumer: \"a*b\"", "at its end"},
      {R"({"quotas": {"quotas": [{"consumer": "*"}]}})", "quotas.quotas[0]",
       "give calls_per_second"},
      {R"({"quotas": {"quotas": [{"consumer": "*", "concurrency": 1, "burst": 3}]}})",
       "quotas.quotas[0].burst: 3", "give that too"},
      {R"({"quotas": {"quotas": [{"consumer": "*", "calls_per_second": -1}]}})",
       "quotas.quotas[0].calls_per_second: -1", "0 is no bound"},
      {R"({"consumers": [{"consumer": "a/b", "qos": 7}]})", "consumers[0].qos: 7", "QOS_NORMAL"},
      {R"({"shares": {"critical": 1.5}})", "shares: 1.5", "0..0.9"},
      {R"({"shares": {"critical": 0.6, "normal": 0.5}})", "shares: together 1.1", "at most 0.9"},
      {R"({"concurency": {}})", "concurency", "with the fields: concurrency"},
  };
  for (const auto& [json, field, remedy] : cases) {
    const Result<Policy> policy = PolicyFromJson(json);
    ASSERT_FALSE(policy.ok()) << json;
    EXPECT_EQ(policy.status().code(), StatusCode::kInvalidArgument);
    EXPECT_THAT(policy.status().message(), HasSubstr(field));
    EXPECT_THAT(policy.status().message(), HasSubstr(remedy));
  }
}

TEST(Policy, SpeaksOnlyOfMethodsThatAreServed) {
  const std::vector<std::string> served = {"a.B/C", "a.B/D"};
  const auto check = [&](const char* json) {
    const Result<Policy> policy = PolicyFromJson(json);
    EXPECT_TRUE(policy.ok()) << policy.status().ToString();
    return CheckMethods(*policy, served);
  };
  EXPECT_TRUE(check(R"({"methods": [{"method": "a.B/C"}]})").ok());
  EXPECT_TRUE(
      check(R"({"quotas": {"quotas": [{"consumer": "*", "target": "a.B", "concurrency": 1}]}})")
          .ok());
  EXPECT_THAT(check(R"({"methods": [{"method": "a.B/X"}]})").message(),
              HasSubstr("methods[0].method: \"a.B/X\" is not served here; served are: a.B/C"));
  EXPECT_THAT(
      check(R"({"quotas": {"quotas": [{"consumer": "*", "target": "a.Q", "concurrency": 1}]}})")
          .message(),
      HasSubstr("quotas.quotas[0].target: \"a.Q\""));
}

}  // namespace
}  // namespace bellrock::rpc::protect
