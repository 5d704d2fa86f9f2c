// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/server/engine_set.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <functional>
#include <string>

#include "fiber/loop.h"
#include "metrics/bounds.h"

namespace bellrock::metrics::server {
namespace {

using ::testing::HasSubstr;

// Embedded engines in a folder that goes with the test.
class EngineSetTest : public ::testing::Test {
 protected:
  EngineSetTest() { std::filesystem::remove_all(folder_); }
  ~EngineSetTest() override { std::filesystem::remove_all(folder_); }

  Result<std::unique_ptr<EngineSet>> Open(uint32_t partitions) {
    EngineOptions options;
    options.directory = folder_;
    options.partitions = partitions;
    return EngineSet::Open(fiber::RealEnvironment(), options);
  }
  void Run(const std::function<void()>& body) {
    fiber::LoopGroup loops(1);
    ASSERT_TRUE(fiber::RunOn(loops.loop(0), body).ok());
  }

 private:
  const std::string folder_ =
      ::testing::TempDir() + "bellrock_engine_set_" + std::to_string(::getpid());
};

TEST_F(EngineSetTest, ANewDataCentreHasTheDefaultOfPartitions) {
  Run([this] { EXPECT_EQ((*Open(0))->partitions(), kPartitionsDefault); });
}

TEST_F(EngineSetTest, ADataCentreKeepsTheNumberOfPartitionsItWasMadeWith) {
  Run([this] {
    const std::string made = (*Open(24))->Identity().value();
    auto again = Open(0);
    ASSERT_TRUE(again.ok()) << again.status().ToString();
    EXPECT_EQ((*again)->partitions(), 24u);
    EXPECT_EQ((*again)->Identity().value(), made);
  });
}

TEST_F(EngineSetTest, AnotherNumberOfPartitionsIsRefusedWithTheOneThatHolds) {
  Run([this] {
    ASSERT_TRUE((*Open(24))->Identity().ok());
    const Status refused = Open(8).status();
    EXPECT_EQ(refused.code(), StatusCode::kFailedPrecondition);
    EXPECT_THAT(std::string(refused.message()),
                HasSubstr("--metrics-partitions 8: this data centre was made with 24"));
  });
}

TEST_F(EngineSetTest, AStoreOfBeforeHasTheDefaultOfPartitions) {
  Run([this] {
    ASSERT_TRUE((*Open(0))->store().Put("centre/identity", "0123456789abcdef").ok());
    EXPECT_EQ((*Open(0))->Identity().value(), "0123456789abcdef");
    EXPECT_EQ(Open(16).status().code(), StatusCode::kFailedPrecondition);
  });
}

TEST_F(EngineSetTest, WhatIsNoIdentityIsToldAsDamage) {
  Run([this] {
    ASSERT_TRUE((*Open(0))->store().Put("centre/identity", "0123456789abcdef many").ok());
    EXPECT_EQ(Open(0).status().code(), StatusCode::kDataLoss);
  });
}

}  // namespace
}  // namespace bellrock::metrics::server
