// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/compute/assignment.h"

#include <gmock/gmock.h>

#include <algorithm>

namespace bellrock::metrics::compute {
namespace {

using Nodes = std::vector<std::string>;

std::vector<std::string> OwnersOf(const Nodes& nodes, uint32_t partitions) {
  std::vector<std::string> owners(partitions);
  for (const std::string& node : nodes) {
    for (const uint32_t partition : PartitionsOf(node, nodes, partitions)) {
      EXPECT_EQ(owners[partition], "") << "two owners of " << partition;
      owners[partition] = node;
    }
  }
  return owners;
}

TEST(AssignmentTest, EveryPartitionHasOneOwnerAndNobodyMoreThanAShare) {
  const Nodes nodes{"a", "b", "c", "d", "e", "f"};
  const auto owners = OwnersOf(nodes, 64);
  for (const std::string& node : nodes) {
    const auto held = std::count(owners.begin(), owners.end(), node);
    EXPECT_GE(held, 1) << node;
    EXPECT_LE(held, 11) << node;
  }
  EXPECT_THAT(owners, testing::Each(testing::Ne("")));
}

TEST(AssignmentTest, TheOrderOfTheListDoesNotMatter) {
  EXPECT_EQ(PartitionsOf("b", {"a", "b", "c"}, 32), PartitionsOf("b", {"c", "b", "a", "b"}, 32));
}

TEST(AssignmentTest, WhenANodeLeavesMostOfTheOthersPartitionsStay) {
  const auto before = OwnersOf({"a", "b", "c", "d", "e", "f"}, 64);
  const auto after = OwnersOf({"a", "b", "c", "d", "e"}, 64);
  int moved = 0;
  for (size_t i = 0; i < before.size(); ++i) moved += before[i] != "f" && before[i] != after[i];
  EXPECT_LE(moved, 13);  // a fifth
}

TEST(AssignmentTest, AStrangerHasNothing) {
  EXPECT_THAT(PartitionsOf("x", {"a", "b"}, 8), testing::IsEmpty());
  EXPECT_THAT(PartitionsOf("x", {}, 8), testing::IsEmpty());
}

}  // namespace
}  // namespace bellrock::metrics::compute
