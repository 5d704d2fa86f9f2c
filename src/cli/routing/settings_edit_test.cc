// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "cli/routing/settings_edit.h"

#include <gtest/gtest.h>

#include <string>

namespace bellrock::cli {
namespace {

namespace v1 = routing::v1;

v1::RatioMove Move(const std::string& from, const std::string& to, double share) {
  v1::RatioMove move;
  move.set_from_site(from);
  move.set_to_site(to);
  move.set_share(share);
  return move;
}

TEST(SettingsEdit, WhatIsNamedTakesThePlaceOfTheWholeFieldAndTheRestStays) {
  v1::RouteSettings settings = *ParseSettings(
      R"({"policy":"ring","rules":[{"name":"a"},{"name":"b"}],"shield":{"failure_run":5}})");
  ASSERT_TRUE(
      MergeSettings(R"({"rules":[{"name":"c"}],"warmUp":{"duration_ms":"9"}})", settings).ok());
  EXPECT_EQ(settings.policy(), "ring");
  ASSERT_EQ(settings.rules_size(), 1);
  EXPECT_EQ(settings.rules(0).name(), "c");
  EXPECT_EQ(settings.shield().failure_run(), 5u);
  EXPECT_EQ(settings.warm_up().duration_ms(), 9);
}

TEST(SettingsEdit, ANamedFieldCanGoBackToItsDefault) {
  v1::RouteSettings settings = *ParseSettings(R"({"policy":"ring","rules":[{"name":"a"}]})");
  ASSERT_TRUE(MergeSettings(R"({"policy":"","rules":[]})", settings).ok());
  EXPECT_EQ(settings.ByteSizeLong(), 0u);
}

TEST(SettingsEdit, WhatIsNoSettingIsRefusedAndNothingChanges) {
  v1::RouteSettings settings = *ParseSettings(R"({"policy":"ring"})");
  for (const char* bad : {"{", "[]", R"({"polcy":"p2c"})", R"({"rules":1})"}) {
    EXPECT_EQ(MergeSettings(bad, settings).code(), StatusCode::kInvalidArgument) << bad;
  }
  EXPECT_EQ(settings.policy(), "ring");
}

TEST(SettingsEdit, PrintsWhatItReadsBack) {
  const v1::RouteSettings settings =
      *ParseSettings(R"({"policy":"ring","site_capacity":{"sz":9}})");
  const std::string text = *SettingsText(settings);
  EXPECT_NE(text.find("\"site_capacity\""), std::string::npos) << text;
  EXPECT_EQ(text.find("rules"), std::string::npos) << text;
  EXPECT_EQ(ParseSettings(text)->SerializeAsString(), settings.SerializeAsString());
}

TEST(SettingsEdit, SharesAreReadAsPercentOrAsPart) {
  EXPECT_DOUBLE_EQ(*ParseShare("--share", "30%"), 0.3);
  EXPECT_DOUBLE_EQ(*ParseShare("--share", "0.3"), 0.3);
  EXPECT_DOUBLE_EQ(*ParseShare("--share", "100%"), 1);
  for (const char* bad : {"", "%", "0", "101%", "30", "-1%", "nan", "30%%", "a"}) {
    EXPECT_EQ(ParseShare("--share", bad).status().code(), StatusCode::kInvalidArgument) << bad;
  }
}

TEST(SettingsEdit, OneMoveForTwoSitesAndMovesAreTakenBackBySite) {
  v1::RouteSettings settings;
  PutMove(Move("sz", "sh", 0.1), settings);
  PutMove(Move("sz", "bj", 0.2), settings);
  PutMove(Move("bj", "sh", 0.3), settings);
  PutMove(Move("sz", "sh", 0.5), settings);
  ASSERT_EQ(settings.ratio_moves_size(), 3);
  EXPECT_DOUBLE_EQ(settings.ratio_moves(0).share(), 0.5);
  EXPECT_EQ(TakeMovesBack("sz", settings), 2);
  ASSERT_EQ(settings.ratio_moves_size(), 1);
  EXPECT_EQ(settings.ratio_moves(0).from_site(), "bj");
  EXPECT_EQ(TakeMovesBack("sz", settings), 0);
  EXPECT_EQ(TakeMovesBack("", settings), 1);
}

}  // namespace
}  // namespace bellrock::cli
