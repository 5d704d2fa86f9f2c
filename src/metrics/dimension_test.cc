// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/dimension.h"

#include <gmock/gmock.h>

#include <set>
#include <string>

namespace bellrock::metrics {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::string ErrorOf(std::string_view text) {
  const Status status = ParseDimensionSet(text).status();
  EXPECT_EQ(status.code(), StatusCode::kInvalidArgument) << text;
  return std::string(status.message());
}

TEST(Dimension, EveryNameIsReadBack) {
  for (size_t i = 0; i < kDimensionCount; ++i) {
    const auto dimension = static_cast<Dimension>(i);
    EXPECT_EQ(DimensionFromName(DimensionName(dimension)).value(), dimension);
  }
}

TEST(Dimension, AnUnknownNameIsToldWhatWouldDo) {
  EXPECT_THAT(std::string(DimensionFromName("host").status().message()),
              HasSubstr("\"host\" is unknown; use one of callee, method, callee_host"));
}

TEST(DimensionSet, KeepsTheOrderAndEndsWithTheSide) {
  const DimensionSet set = ParseDimensionSet("callee,result,method").value();
  EXPECT_EQ(set.name, "callee,result,method");
  EXPECT_THAT(set.dimensions, ElementsAre(Dimension::kCallee, Dimension::kResult,
                                          Dimension::kMethod, Dimension::kSide));
  EXPECT_FALSE(set.seconds);
}

TEST(DimensionSet, ASuffixAsksForSecondsAndIsNoPartOfTheName) {
  const DimensionSet set = ParseDimensionSet("callee,method/s").value();
  EXPECT_TRUE(set.seconds);
  EXPECT_EQ(set.name, "callee,method");
}

TEST(DimensionSet, WhatDoesNotFitIsNamed) {
  EXPECT_THAT(ErrorOf("callee,hosts"), HasSubstr("\"hosts\" is unknown"));
  EXPECT_THAT(ErrorOf(""), HasSubstr("\"\" is unknown"));
  EXPECT_THAT(ErrorOf("callee,"), HasSubstr("\"\" is unknown"));
  EXPECT_THAT(ErrorOf("method,callee"), HasSubstr("begin with callee"));
  EXPECT_THAT(ErrorOf("callee,method,method"), HasSubstr("\"method\" stands there twice"));
  EXPECT_THAT(ErrorOf("callee,side"), HasSubstr("leave it out"));
}

TEST(DimensionSet, TheDefaultOnesAreTwelveDifferentOnesAndTheCoarseKeepSeconds) {
  std::set<std::string> names;
  size_t seconds = 0;
  for (const DimensionSet& set : DefaultDimensionSets()) {
    names.insert(set.name);
    seconds += set.seconds;
    if (set.seconds) {
      EXPECT_LE(set.dimensions.size(), 4u) << set.name;
    }
  }
  EXPECT_EQ(names.size(), 12u);
  EXPECT_EQ(seconds, 5u);
}

}  // namespace
}  // namespace bellrock::metrics
