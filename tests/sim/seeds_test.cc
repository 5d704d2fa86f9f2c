// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "seeds.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace bellrock {
namespace {

Status Read(std::vector<std::string> texts, Seeds& seeds, bool* trace = nullptr) {
  std::vector<char*> words;
  for (std::string& text : texts) words.push_back(text.data());
  return ReadSeeds(words, seeds, trace);
}

std::string ErrorOf(std::vector<std::string> texts) {
  Seeds seeds;
  return std::string(Read(std::move(texts), seeds).message());
}

TEST(Seeds, AreOneOrARangeOrTheSuite) {
  Seeds seeds;
  ASSERT_TRUE(Read({}, seeds).ok());
  EXPECT_EQ(seeds.count(), 200u);
  bool trace = false;
  ASSERT_TRUE(Read({"--seed", "17", "--trace"}, seeds, &trace).ok());
  EXPECT_EQ(seeds.first, 17u);
  EXPECT_EQ(seeds.count(), 1u);
  EXPECT_TRUE(trace);
  ASSERT_TRUE(Read({"--seeds", "1000", "5999"}, seeds).ok());
  EXPECT_EQ(seeds.first, 1000u);
  EXPECT_EQ(seeds.count(), 5000u);
}

TEST(Seeds, WhatIsNoFlagOrNoNumberIsRefused) {
  EXPECT_EQ(ErrorOf({"--seed"}), "--seed: a number is missing after it");
  EXPECT_EQ(ErrorOf({"--seeds", "3"}), "--seeds: a number is missing after it");
  EXPECT_EQ(ErrorOf({"--seed", "1x"}), "--seed 1x: not a number from 0");
  EXPECT_EQ(ErrorOf({"--seed", "-1"}), "--seed -1: not a number from 0");
  EXPECT_EQ(ErrorOf({"--seeds", "5", "1"}), "--seeds 5 1: the first is beyond the last");
  EXPECT_EQ(ErrorOf({"--from", "1"}), "--from: unknown; use --seed N or --seeds FIRST LAST");
  EXPECT_EQ(ErrorOf({"--trace"}), "--trace: unknown; use --seed N or --seeds FIRST LAST");
}

}  // namespace
}  // namespace bellrock
