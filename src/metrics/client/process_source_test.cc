// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/client/process_source.h"

#include <gtest/gtest.h>

#include <map>
#include <string>

#include "fiber/fiber.h"
#include "testing/world.h"

namespace bellrock::metrics::client {
namespace {

class ProcessSourceTest : public ::testing::Test {
 protected:
  ProcessSourceOptions Options() {
    return {.service = "music/storage",
            .instance = "/sz/d/music/storage/default/1",
            .host = "h1",
            .loops = {fiber::Loop::Current()},
            .calls_in_flight = [] { return size_t{3}; },
            .usage = [this] { return usage_; }};
  }
  std::map<std::string, uint32_t> Collect(ProcessSource& source) {
    v1::PushRequest push;
    source.Collect(7, false, push);
    std::map<std::string, uint32_t> values;
    for (const v1::Card& card : push.cards()) {
      EXPECT_EQ(card.dimensions().callee(), "process:music/storage");
      EXPECT_EQ(card.dimensions().instance(), "/sz/d/music/storage/default/1");
      EXPECT_EQ(card.dimensions().caller(), "host=h1");
      EXPECT_EQ(card.dimensions().result(), "GAUGE");
      values[card.dimensions().method()] = card.latency_us_delta(0);
    }
    return values;
  }

  testing::World world_{1};
  fiber::Environment environment_ = world_.Host("a");
  fiber::ProcessUsage usage_{
      .rss_bytes = 50 << 20, .cpu = std::chrono::seconds(9), .threads = 4, .open_files = 17};
};

TEST_F(ProcessSourceTest, TellsEachSecondWhatTheLoopsAndTheSystemAnswered) {
  world_.Run([this] {
    ProcessSource source(environment_, Options());
    EXPECT_TRUE(Collect(source).empty());  // nobody was asked before
    ASSERT_TRUE(fiber::SleepFor(std::chrono::seconds(1)).ok());
    auto values = Collect(source);
    EXPECT_EQ(values.at("rss_kib"), 50u << 10);
    EXPECT_EQ(values.at("threads"), 4u);
    EXPECT_EQ(values.at("open_files"), 17u);
    EXPECT_EQ(values.at("calls_in_flight"), 3u);
    EXPECT_GE(values.at("fibers"), 1u);
    EXPECT_TRUE(values.contains("run_queue"));
    EXPECT_FALSE(values.contains("cpu_permille"));  // a share needs two readings
    usage_.cpu += std::chrono::milliseconds(250);
    ASSERT_TRUE(fiber::SleepFor(std::chrono::seconds(1)).ok());
    values = Collect(source);
    EXPECT_EQ(values.at("cpu_permille"), 250u);
  });
}

TEST_F(ProcessSourceTest, ALoopThatDoesNotAnswerHoldsUpNobodyAndItsDelayGrows) {
  fiber::Loop stuck;  // nobody runs it
  world_.Run([&] {
    ProcessSourceOptions options = Options();
    options.loops.push_back(&stuck);
    ProcessSource source(environment_, options);
    (void)Collect(source);
    for (uint32_t second = 1; second <= 3; ++second) {
      ASSERT_TRUE(fiber::SleepFor(std::chrono::seconds(1)).ok());
      const auto values = Collect(source);
      EXPECT_GE(values.at("loop_delay_us"), second * 1'000'000u);
      EXPECT_TRUE(values.contains("rss_kib"));
    }
  });
}

}  // namespace
}  // namespace bellrock::metrics::client
