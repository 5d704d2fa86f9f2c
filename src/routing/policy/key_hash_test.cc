// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "routing/policy/key_hash.h"

#include <gtest/gtest.h>

#include <cmath>
#include <string>

namespace bellrock::routing::policy {
namespace {

// XXH3's own vector for no bytes: callers of all releases must agree on the hash.
TEST(KeyHash, IsXxh3) {
  EXPECT_EQ(KeyHash(""), 0x2d06800538d394c2U);
  EXPECT_NE(KeyHash("1"), KeyHash("2"));
}

TEST(Preference, SharesKeysByWeight) {
  size_t heavy = 0;
  constexpr size_t kKeys = 20'000;
  for (size_t k = 0; k < kKeys; ++k) {
    const uint64_t key = KeyHash(std::to_string(k));
    const double of_heavy = Preference(key, KeyHash("a"), 300);
    EXPECT_TRUE(std::isfinite(of_heavy) && of_heavy > 0);
    if (of_heavy > Preference(key, KeyHash("b"), 100)) ++heavy;
  }
  EXPECT_NEAR(static_cast<double>(heavy) / kKeys, 0.75, 0.01);
}

}  // namespace
}  // namespace bellrock::routing::policy
