// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/compute/owner.h"

#include <gtest/gtest.h>

#include "fiber/fiber.h"
#include "metrics/queue/memory_queue.h"
#include "metrics/store/memory_store.h"
#include "testing/world.h"

namespace bellrock::metrics::compute {
namespace {

constexpr uint32_t kPartition = 3;
constexpr Duration kWhile = std::chrono::seconds(kCutLogReadSeconds);

class OwnerTest : public ::testing::Test {
 protected:
  Owner OwnerOn(const std::string& node) {
    return Owner(environment_, queue_, store_,
                 {.partition = kPartition, .node = node, .sets = DefaultDimensionSets()});
  }
  void Append() {
    v1::CardMessage message;
    message.mutable_marker()->set_collector("c");
    ASSERT_TRUE(queue_.Append(kCardsTopic, kPartition, {message.SerializeAsString()}).ok());
  }
  std::vector<v1::CutRecord> Cuts() {
    std::vector<v1::CutRecord> cuts;
    const auto records = queue_.Read(kCutsTopic, kPartition, 0, {});
    for (const queue::Record& record : *records) {
      v1::CutRecord cut;
      EXPECT_TRUE(cut.ParseFromString(record.value));
      if (cut.number() > 0) cuts.push_back(std::move(cut));
    }
    return cuts;
  }

  testing::World world_{1};
  fiber::Environment environment_ = world_.Host("a");
  queue::MemoryQueue queue_{environment_.clock};
  store::MemoryStore store_;
};

TEST_F(OwnerTest, FindsThatAnotherTookOverLongBeforeItsNextCut) {
  world_.Run([this] {
    Owner first = OwnerOn("n1");
    ASSERT_TRUE(first.TakeOver().ok());
    Append();
    ASSERT_TRUE(first.Step(Duration(0)).ok());
    Owner second = OwnerOn("n2");
    ASSERT_TRUE(second.TakeOver().ok());
    ASSERT_TRUE(fiber::SleepFor(kWhile).ok());
    const Status status = first.Step(Duration(0));
    EXPECT_EQ(status.code(), StatusCode::kAborted);
    EXPECT_NE(status.message().find("n2"), std::string_view::npos);
  });
}

TEST_F(OwnerTest, ThatKnowsItIsReplacedCutsNothingInTheOthersName) {
  world_.Run([this] {
    Owner first = OwnerOn("n1");
    ASSERT_TRUE(first.TakeOver().ok());
    Append();
    ASSERT_TRUE(first.Step(Duration(0)).ok());
    const size_t cuts = Cuts().size();
    Owner second = OwnerOn("n2");
    ASSERT_TRUE(second.TakeOver().ok());
    Append();
    // It reads what came before it finds out, as one that leaves a partition at that moment.
    ASSERT_TRUE(first.Step(Duration(0)).ok());
    ASSERT_TRUE(fiber::SleepFor(kWhile).ok());
    EXPECT_EQ(first.Step(Duration(0)).code(), StatusCode::kAborted);
    EXPECT_EQ(first.CutNow().code(), StatusCode::kAborted);
    EXPECT_EQ(Cuts().size(), cuts);
  });
}

}  // namespace
}  // namespace bellrock::metrics::compute
