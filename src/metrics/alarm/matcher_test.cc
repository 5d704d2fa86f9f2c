// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/alarm/matcher.h"

#include <gtest/gtest.h>

#include "metrics/alarm/scene_for_test.h"

namespace bellrock::metrics::alarm {
namespace {

TEST(AlarmMatcher, StarsStandForAnyText) {
  EXPECT_TRUE(PatternMatches("music/*", "music/catalog"));
  EXPECT_TRUE(PatternMatches("*", ""));
  EXPECT_TRUE(PatternMatches("m*c/c*g", "music/catalog"));
  EXPECT_TRUE(PatternMatches("a*ab", "aaab"));
  EXPECT_FALSE(PatternMatches("music/*", "radio/music/x"));
  EXPECT_FALSE(PatternMatches("music", "music/catalog"));
  EXPECT_FALSE(PatternMatches("*b", "abc"));
}

TEST(AlarmMatcher, APatternAsARegexTakesDotsAsTheyAre) {
  EXPECT_EQ(PatternToRegex("music.v1/*"), "music\\.v1/.*");
  EXPECT_EQ(PatternToRegex("a(b)"), "a\\(b\\)");
}

TEST(AlarmMatcher, ALabelThatIsNotThereIsEmpty) {
  v1::AlarmSilence silence;
  *silence.add_matchers() = Matcher("site", "");
  *silence.add_matchers() = Matcher("service", "radio/*", true);
  Labels labels;
  labels["service"] = "music/catalog";
  EXPECT_TRUE(LabelsMatch(silence.matchers(), labels));
  labels["site"] = "gz";
  EXPECT_FALSE(LabelsMatch(silence.matchers(), labels));
  labels.erase("site");
  labels["service"] = "radio/x";
  EXPECT_FALSE(LabelsMatch(silence.matchers(), labels));
}

}  // namespace
}  // namespace bellrock::metrics::alarm
