// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/range_coder.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

namespace bellrock::metrics {
namespace {

std::string Written(const std::vector<uint64_t>& numbers) {
  RangeWriter to;
  NumberModel model;
  for (const uint64_t number : numbers) model.Write(number, to);
  return to.Finish();
}

std::vector<uint64_t> Read(const std::string& bytes, size_t count, bool* finished = nullptr) {
  RangeReader from(bytes);
  NumberModel model;
  std::vector<uint64_t> numbers;
  for (size_t i = 0; i < count; ++i) numbers.push_back(model.Read(from));
  if (finished != nullptr) *finished = from.finished();
  return numbers;
}

TEST(RangeCoder, ReadsWhatWasWrittenAndKnowsItsEnd) {
  for (uint64_t seed = 0; seed < 60; ++seed) {
    std::mt19937_64 random(seed);
    std::vector<uint64_t> numbers(seed * seed % 777);
    const uint64_t least = 1 + random() % 62;
    for (uint64_t& number : numbers) number = random() >> (1 + random() % least);
    const std::string bytes = Written(numbers);
    bool finished = false;
    EXPECT_EQ(Read(bytes, numbers.size(), &finished), numbers) << seed;
    EXPECT_TRUE(finished) << seed;
    (void)Read(bytes + "x", numbers.size(), &finished);
    EXPECT_FALSE(finished) << seed;
  }
}

TEST(RangeCoder, TakesTheSmallestAndTheGreatestNumber) {
  const std::vector<uint64_t> numbers = {0, ~uint64_t{0} >> 1, 0, 1, ~uint64_t{0} >> 1};
  EXPECT_EQ(Read(Written(numbers), numbers.size()), numbers);
}

TEST(RangeCoder, TakesLittleMoreRoomThanTheNumbersAreUnlikely) {
  std::mt19937_64 random(1);
  std::vector<uint64_t> numbers(10'000);
  for (uint64_t& number : numbers) number = 1024 + random() % 1024;  // ten bits each
  const double bytes = 10'000.0 * 10 / 8;
  EXPECT_NEAR(static_cast<double>(Written(numbers).size()), bytes, bytes / 100);
}

// Readers refuse what asks for more room than its bytes can mean: kPerByteMax of tables.
TEST(RangeCoder, TwoNumbersTakeAMeasurablePartOfAByteAtLeast) {
  const std::vector<uint64_t> numbers(2'000'000);
  EXPECT_GT(Written(numbers).size(), numbers.size() / 2 / 8192);
}

// 255s wait for what comes in below them.
TEST(RangeCoder, CarriesThroughAnyNumberOfBytes) {
  for (uint64_t last = 0; last < 100; ++last) {
    std::vector<uint64_t> numbers(60, ~uint64_t{0} >> 1);
    numbers.push_back(last);
    EXPECT_EQ(Read(Written(numbers), numbers.size()), numbers) << last;
  }
}

TEST(RangeCoder, WhatIsReadBehindTheEndIsCutOff) {
  RangeReader from("");
  NumberModel model;
  EXPECT_FALSE(from.finished());
  for (int i = 0; i < 100'000 && !from.cut_off(); ++i) (void)model.Read(from);
  EXPECT_TRUE(from.cut_off());
}

}  // namespace
}  // namespace bellrock::metrics
