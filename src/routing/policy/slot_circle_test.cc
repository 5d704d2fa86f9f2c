// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "routing/policy/slot_circle.h"

#include <gmock/gmock.h>

namespace bellrock::routing::policy {
namespace {

using ::testing::ElementsAre;

std::vector<uint16_t> Walk(const SlotCircle& circle, size_t from, size_t wanted) {
  std::vector<uint16_t> out(wanted);
  out.resize(circle.Walk(from, out));
  return out;
}

TEST(SlotCircle, GivesDifferentSlotsInOrderAndGoesRound) {
  const SlotCircle circle({7, 7, 3, 7, 5}, {3, 5, 7});
  EXPECT_THAT(Walk(circle, 0, 2), ElementsAre(7, 3));
  EXPECT_THAT(Walk(circle, 2, 8), ElementsAre(3, 7, 5));
  EXPECT_THAT(Walk(circle, 4, 3), ElementsAre(5, 7, 3));
}

TEST(SlotCircle, OfNobodyGivesNothing) {
  EXPECT_THAT(Walk(SlotCircle(), 0, 3), ElementsAre());
}

TEST(SlotCircle, AddsWhoIsNotMetInTimeInRosterOrder) {
  std::vector<uint16_t> slots(SlotCircle::kWalkMax + 2, 1);
  slots[SlotCircle::kWalkMax] = 2;
  slots[SlotCircle::kWalkMax + 1] = 3;
  const SlotCircle circle(slots, {3, 1, 2});
  EXPECT_THAT(Walk(circle, 0, 3), ElementsAre(1, 3, 2));
  EXPECT_THAT(Walk(circle, 1, 3), ElementsAre(1, 2, 3));
}

}  // namespace
}  // namespace bellrock::routing::policy
