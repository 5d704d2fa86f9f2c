// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "naming/server/override_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "naming/server/protection_words.h"

namespace bellrock::naming::server {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using ::testing::HasSubstr;
using ::testing::SizeIs;

constexpr int64_t kHourMs = 3'600'000;
constexpr int64_t kWall = 1000 * kHourMs;

Moment At(int64_t minute) {
  return {Time() + minutes(minute), kWall + 60'000 * minute};
}
// Another life, whose monotonic clock began anew.
Moment Later(int64_t minute) {
  return {Time() + hours(77) + minutes(minute), kWall + 60'000 * minute};
}

void SayAll(protect::Protection& protection) {
  protection.freeze().override_slot().Set(true, "ann: switch works\nand more", hours(1), At(0).now);
  protection.push_pause().override_slot().Set(false, "bob: tests", minutes(10), At(0).now);
  ASSERT_TRUE(
      protection.threshold().SetPercent("music/catalog", 30, "ann: sale", hours(2), At(0).now));
  ASSERT_TRUE(
      protection.threshold().SetPercent("music/lyrics", 0, "ann: drill", hours(2), At(0).now));
}

TEST(OverrideFile, WordsHoldAgainUntilTheirTimeIsOver) {
  protect::Protection before;
  SayAll(before);
  const auto read = DecodeOverrides(EncodeOverrides(OverridesToKeep(before, At(5))));
  ASSERT_TRUE(read.ok()) << read.status().ToString();
  EXPECT_EQ(*read, OverridesToKeep(before, At(5)));
  protect::Protection after;
  RestoreOverrides(*read, Later(20), after);
  EXPECT_EQ(OverridesToKeep(after, Later(20)), OverridesToKeep(before, At(20)))
      << "the one of ten minutes is over, the others are as they were";
  EXPECT_THAT(OverridesToKeep(after, Later(20)), SizeIs(3));
  EXPECT_TRUE(after.freeze().At(Later(59).now).on);
  EXPECT_FALSE(after.freeze().At(Later(60).now).on);
}

TEST(OverrideFile, AClockThatWentBackMakesNoWordLongerThanADay) {
  protect::Protection before;
  SayAll(before);
  const Moment wrong{Time(), 1};
  protect::Protection after;
  RestoreOverrides(OverridesToKeep(before, At(0)), wrong, after);
  EXPECT_TRUE(after.freeze().At(wrong.now).on);
  EXPECT_FALSE(after.freeze().At(wrong.now + protect::OverrideSlot::kLongest).on);
}

TEST(OverrideFile, DamageIsNamed) {
  protect::Protection protection;
  SayAll(protection);
  const std::string bytes = EncodeOverrides(OverridesToKeep(protection, At(0)));
  EXPECT_EQ(DecodeOverrides(bytes.substr(0, bytes.size() - 1)).status().code(),
            StatusCode::kDataLoss);
  EXPECT_EQ(DecodeOverrides(bytes + "x").status().code(), StatusCode::kDataLoss);
  EXPECT_THAT(DecodeOverrides("x").status().message(), HasSubstr("format"));
  EXPECT_EQ(DecodeOverrides("").status().code(), StatusCode::kDataLoss);
}

TEST(OverrideFile, MoreWordsThanAreKeptAreRefused) {
  protect::Protection protection;
  v1::OverrideProtectionRequest request;
  request.set_name("threshold");
  request.set_word(v1::OverrideProtectionRequest::WORD_OFF);
  request.set_who_and_why("ann: drill");
  Status said;
  size_t count = 0;
  for (; said.ok(); ++count) {
    request.set_service("music/s" + std::to_string(count));
    said = SayToProtection(protection, request, At(0).now);
  }
  EXPECT_EQ(said.code(), StatusCode::kResourceExhausted);
  EXPECT_EQ(count, kOverridesMax - 1) << "with room for the two other words";
  request.set_service("music/s0");
  EXPECT_TRUE(SayToProtection(protection, request, At(0).now).ok()) << "one said again";
  request.set_service("nonsense");
  EXPECT_THAT(SayToProtection(protection, request, At(0).now).message(),
              HasSubstr("service \"nonsense\": write \"line/service\""));
}

}  // namespace
}  // namespace bellrock::naming::server
