// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "routing/quota.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <numeric>
#include <vector>

namespace bellrock::routing {
namespace {

size_t Sum(const std::vector<uint32_t>& quotas) {
  return std::accumulate(quotas.begin(), quotas.end(), size_t{0});
}

// The longest wait for element k when the sequence is walked round and round.
size_t LongestWait(const std::vector<uint16_t>& sequence, uint16_t k) {
  size_t longest = 0;
  size_t wait = 0;
  for (size_t turn = 0; turn < 2 * sequence.size(); ++turn) {
    wait = sequence[turn % sequence.size()] == k ? 0 : wait + 1;
    longest = std::max(longest, wait);
  }
  return longest;
}

TEST(Quota, SplitsInProportionToWeight) {
  const std::vector<double> weights = {1, 2, 5};
  EXPECT_EQ(AllotQuota(weights, 256), (std::vector<uint32_t>{32, 64, 160}));
}

TEST(Quota, TheSumIsExactWhateverTheRemainders) {
  for (size_t instances : {1, 3, 7, 10, 100, 999, 1000, 5000}) {
    std::vector<double> weights;
    for (size_t k = 0; k < instances; ++k) weights.push_back(1 + (k * 37) % 91);
    const size_t length = SequenceLength(instances);
    EXPECT_EQ(Sum(AllotQuota(weights, length)), length) << instances;
  }
}

TEST(Quota, EveryPositiveWeightGetsAtLeastOneAndZeroGetsNone) {
  const std::vector<double> weights = {1000, 0.0001, 0, 1000};
  const auto quotas = AllotQuota(weights, 256);
  EXPECT_EQ(quotas[1], 1u);
  EXPECT_EQ(quotas[2], 0u);
  EXPECT_EQ(Sum(quotas), 256u);
}

TEST(Quota, NobodyWithAWeightMeansAnEmptySequence) {
  EXPECT_EQ(Sum(AllotQuota(std::vector<double>{0, 0}, 256)), 0u);
  EXPECT_TRUE(Interleave(std::vector<uint32_t>{0, 0}).empty());
  EXPECT_EQ(SequenceLength(0), 0u);
}

TEST(Quota, LengthIsAPowerOfTwoWithRoomForEveryone) {
  for (size_t instances : {1, 31, 32, 33, 1000, 4097, 65536}) {
    const size_t length = SequenceLength(instances);
    EXPECT_TRUE(std::has_single_bit(length));
    EXPECT_GE(length, 2 * instances);
    EXPECT_GE(length, kSequenceMin);
    EXPECT_LE(length, kSequenceMax);
  }
  EXPECT_EQ(SequenceLength(1000), 8192u);
}

TEST(Quota, EqualWeightsTakeTurns) {
  const auto sequence = Interleave(std::vector<uint32_t>{64, 64, 64, 64});
  for (size_t at = 0; at < sequence.size(); at += 4) {
    std::vector<uint16_t> four(sequence.begin() + at, sequence.begin() + at + 4);
    std::sort(four.begin(), four.end());
    ASSERT_EQ(four, (std::vector<uint16_t>{0, 1, 2, 3}));
  }
}

TEST(Quota, HandsOutInterleavedNeverInBursts) {
  std::vector<double> weights;
  for (size_t k = 0; k < 20; ++k) weights.push_back(k % 5 == 0 ? 10 : 1);
  const size_t length = SequenceLength(weights.size());
  const auto quotas = AllotQuota(weights, length);
  const auto sequence = Interleave(quotas);
  ASSERT_EQ(sequence.size(), length);
  for (uint16_t k = 0; k < weights.size(); ++k) {
    EXPECT_EQ(std::count(sequence.begin(), sequence.end(), k), quotas[k]);
    EXPECT_LE(LongestWait(sequence, k), 2 * length / quotas[k] + weights.size()) << k;
  }
}

TEST(Quota, ASmallShareIsNotRoundedUpToAnElementOfAShortSequence) {
  const std::vector<double> shares = {0.4996, 0.5, 0.0004};
  const auto quotas = AllotByPlace(shares, std::vector<uint16_t>{0, 0, 0}, 7);
  const uint32_t length = quotas[0] + quotas[1] + quotas[2];
  EXPECT_TRUE(std::has_single_bit(length));
  EXPECT_NEAR(quotas[2] / static_cast<double>(length), 0.0004, 0.0002);
}

TEST(Quota, APlaceGetsItsPartHoweverManyAreThere) {
  std::vector<double> shares = {0.98};
  std::vector<uint16_t> places = {0};
  for (int k = 0; k < 4000; ++k) {
    shares.push_back(0.02 / 4000);
    places.push_back(1);
  }
  const auto one = AllotByPlace(shares, places, 7);
  const auto other = AllotByPlace(shares, places, 8);
  const uint32_t length = std::accumulate(one.begin(), one.end(), 0u);
  EXPECT_NEAR(one[0] / static_cast<double>(length), 0.98, 0.001);
  EXPECT_NE(one, other) << "each caller draws others of those who get an element";
}

}  // namespace
}  // namespace bellrock::routing
