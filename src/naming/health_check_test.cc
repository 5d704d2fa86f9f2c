// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "naming/health_check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>

#include "naming/spec_check.h"
#include "naming/traits_pool.h"

namespace bellrock::naming {
namespace {

using Kind = HealthCheck::Kind;
using ::testing::HasSubstr;

std::string Complaint(HealthCheck health) {
  return std::string(CheckHealth(health).message());
}

Spec Saying(HealthCheck health, int32_t lease_ms = 0) {
  Spec spec;
  spec.path = "/sz/im/music/catalog/default/1";
  spec.address = "10.0.0.1:8080";
  spec.lease_ms = lease_ms;
  auto traits = std::make_shared<Traits>();
  traits->health = std::move(health);
  spec.traits = std::move(traits);
  return spec;
}

TEST(HealthCheck, GetsDefaultsAndALeaseOfTwoProbes) {
  Spec spec = Saying({.kind = Kind::kTcp});
  const TraitsPtr said = spec.traits;
  ASSERT_TRUE(CheckSpec(spec).ok());
  EXPECT_EQ(spec.traits->health.interval_ms, 5000);
  EXPECT_EQ(spec.traits->health.timeout_ms, 1000);
  EXPECT_EQ(spec.lease_ms, 11'000);
  EXPECT_EQ(said->health.interval_ms, 0) << "shared with others";
}

TEST(HealthCheck, OfNoneChangesNothing) {
  Spec spec = Saying({});
  ASSERT_TRUE(CheckSpec(spec).ok());
  EXPECT_EQ(spec.lease_ms, kLeaseMsDefault);
  EXPECT_EQ(spec.traits->health, HealthCheck{});
}

TEST(HealthCheck, NeedsALeaseOfTwoProbes) {
  Spec spec = Saying({.kind = Kind::kTcp, .interval_ms = 3000}, 5999);
  EXPECT_THAT(CheckSpec(spec).message(), HasSubstr("lease_ms 5999 is less than two probes"));
  spec.lease_ms = 6000;
  EXPECT_TRUE(CheckSpec(spec).ok());
}

TEST(HealthCheck, NamesFieldValueAndRemedy) {
  EXPECT_THAT(Complaint({.kind = Kind::kHttp, .path = "health"}), HasSubstr("begins with '/'"));
  EXPECT_THAT(Complaint({.kind = Kind::kHttp}), HasSubstr("begins with '/'"));
  EXPECT_THAT(Complaint({.kind = Kind::kHttp, .path = "/a b"}), HasSubstr("%XX"));
  EXPECT_THAT(Complaint({.kind = Kind::kHttp, .path = "/a\r\nX: y"}), HasSubstr("%XX"));
  EXPECT_THAT(Complaint({.kind = Kind::kHttp, .path = "/" + std::string(255, 'a')}),
              HasSubstr("256 bytes long: use at most 255"));
  EXPECT_THAT(Complaint({.kind = Kind::kTcp, .path = "/a"}), HasSubstr("leave it empty"));
  EXPECT_THAT(Complaint({.kind = Kind::kTcp, .interval_ms = 999}),
              HasSubstr("interval_ms 999: use 1000..1800000"));
  EXPECT_THAT(Complaint({.kind = Kind::kTcp, .interval_ms = 1000, .timeout_ms = 1001}),
              HasSubstr("timeout_ms 1001: use 1..1000"));
  EXPECT_THAT(Complaint({.kind = Kind::kTcp, .timeout_ms = -1}), HasSubstr("timeout_ms -1"));
  EXPECT_THAT(Complaint({.kind = Kind::kStatic, .interval_ms = 1000}), HasSubstr("never probed"));
  EXPECT_THAT(Complaint({.path = "/health"}), HasSubstr("kind is missing"));
  EXPECT_THAT(Complaint({.kind = static_cast<Kind>(5)}), HasSubstr("kind 5: use NONE"));
}

TEST(HealthCheck, KeepsTraitsApart) {
  TraitsPool pool;
  const TraitsPtr none = pool.Intern(Saying({}).traits);
  const TraitsPtr tcp = pool.Intern(Saying({.kind = Kind::kTcp}).traits);
  EXPECT_NE(none, tcp);
  EXPECT_EQ(pool.Intern(Saying({.kind = Kind::kTcp}).traits), tcp);
}

TEST(TraitsPool, IsNotFooledByBytesThatLookLikeAnotherLabel) {
  TraitsPool pool;
  auto one = std::make_shared<Traits>();
  one->labels["a"] = std::string("b\0c\0d", 5);
  auto two = std::make_shared<Traits>();
  two->labels = {{"a", "b"}, {"c", "d"}};
  EXPECT_NE(*pool.Intern(one), *pool.Intern(two));
}

}  // namespace
}  // namespace bellrock::naming
