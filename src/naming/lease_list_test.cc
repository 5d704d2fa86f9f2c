// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "naming/lease_list.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <random>
#include <set>
#include <vector>

namespace bellrock::naming {
namespace {

using std::chrono::milliseconds;

Time At(int64_t ms) {
  return Time() + milliseconds(ms);
}

TEST(LeaseTimer, EndsExactlyWhenTheLeaseEnds) {
  LeaseTimer timer;
  LeaseNode node;
  timer.Renew(node, milliseconds(1000), At(500));
  EXPECT_EQ(timer.NextExpiry(), At(1500));
  EXPECT_EQ(timer.PopExpired(At(1499)), nullptr);
  EXPECT_EQ(timer.PopExpired(At(1500)), &node);
  EXPECT_EQ(timer.NextExpiry(), kNever);
  EXPECT_EQ(timer.size(), 0u);
}

TEST(LeaseTimer, AClockThatGoesBackKeepsTheOrder) {
  LeaseTimer timer;
  LeaseNode a, b;
  timer.Renew(a, milliseconds(1000), At(1000));
  timer.Renew(b, milliseconds(1000), At(0));
  EXPECT_EQ(b.lease_expires, At(2000));
  EXPECT_EQ(timer.PopExpired(At(2000)), &a);
}

TEST(LeaseTimer, BeyondTheBoundTheNextLongerLengthIsGranted) {
  LeaseTimer timer;
  std::vector<std::unique_ptr<LeaseNode>> nodes;
  for (size_t i = 0; i < LeaseTimer::kLengthsMax; ++i) {
    nodes.push_back(std::make_unique<LeaseNode>());
    timer.Renew(*nodes.back(), milliseconds(1000 + 10 * i), At(0));
  }
  EXPECT_EQ(timer.Grant(milliseconds(1001)), milliseconds(1010));
  EXPECT_EQ(timer.Grant(milliseconds(1010)), milliseconds(1010));
  EXPECT_EQ(timer.Grant(milliseconds(100'000)), LeaseTimer::kLeaseLongest);
}

// Against the obvious model: a set of (expiry, node).
TEST(LeaseTimer, AgreesWithANaiveTimer) {
  std::mt19937_64 random(20261121);
  constexpr size_t kNodes = 300;
  std::vector<LeaseNode> nodes(kNodes);
  std::vector<std::optional<Time>> naive(kNodes);
  LeaseTimer timer;
  int64_t now = 0;
  for (int step = 0; step < 30'000; ++step) {
    now += static_cast<int64_t>(random() % 5);
    const size_t i = random() % kNodes;
    const auto length = milliseconds(100 * (1 + random() % 7));
    const uint64_t dice = random() % 100;
    if (dice < 80) {
      timer.Renew(nodes[i], length, At(now));
      naive[i] = At(now) + length;
    } else if (dice < 85) {
      timer.Cancel(nodes[i]);
      naive[i].reset();
    } else {
      std::set<size_t> ended, expected;
      while (LeaseNode* node = timer.PopExpired(At(now))) {
        ended.insert(static_cast<size_t>(node - nodes.data()));
      }
      for (size_t k = 0; k < kNodes; ++k) {
        if (naive[k] && *naive[k] <= At(now)) {
          expected.insert(k);
          naive[k].reset();
        }
      }
      ASSERT_EQ(ended, expected) << "step " << step;
    }
    Time next = kNever;
    for (const auto& expiry : naive) next = std::min(next, expiry.value_or(kNever));
    ASSERT_EQ(timer.NextExpiry(), next) << "step " << step;
  }
}

}  // namespace
}  // namespace bellrock::naming
