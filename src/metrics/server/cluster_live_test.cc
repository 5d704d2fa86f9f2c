// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/server/cluster_live.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "fiber/fiber.h"
#include "metrics/bounds.h"
#include "testing/world.h"

namespace bellrock::metrics::server {
namespace {

using std::chrono::seconds;

// A node that works one partition.
class Fake final : public compute::LivePeer {
 public:
  Fake(std::string name, uint32_t partition) : name_(std::move(name)) {
    told.number = partition;
    told.counts = true;
    told.epoch = 1;
    told.complete_until = 100;
    told.cut_until = 60;
  }
  Result<compute::NodeLive> Ask(const std::string&, const std::string&) override {
    ++asked;
    const Status answer = state;
    BELLROCK_TRY(fiber::SleepFor(takes));
    BELLROCK_TRY(answer);
    if (moves_for > 0) {
      compute::LivePartition moving = told;
      moving.moves = 1;
      --moves_for;
      return compute::NodeLive{name_, {moving}, {}};
    }
    return compute::NodeLive{name_, {told}, {}};
  }

  compute::LivePartition told;
  Duration takes{0};
  Status state;
  int moves_for = 0;
  int asked = 0;

 private:
  const std::string name_;
};

class ClusterLiveTest : public ::testing::Test {
 protected:
  void Run(const std::function<void(ClusterLive&)>& body) {
    world_.Run([&] {
      ClusterLive live(environment_, 2, own_,
                       [this](const Member& member) { return others_.at(member.name); });
      live.SetOthers({{"n2", "10.0.0.2:1"}});
      body(live);
    });
  }

  testing::World world_{1};
  fiber::Environment environment_ = world_.Host("a");
  std::shared_ptr<Fake> own_ = std::make_shared<Fake>("n1", 0);
  std::shared_ptr<Fake> other_ = std::make_shared<Fake>("n2", 1);
  std::map<std::string, std::shared_ptr<Fake>> others_ = {{"n2", other_}};
};

TEST_F(ClusterLiveTest, AsksAllNodesAtTheSameTime) {
  Run([this](ClusterLive& live) {
    own_->takes = other_->takes = seconds(1);
    const Time begun = environment_.clock.Now();
    EXPECT_EQ(live.Take("callee", "")->complete_until, 100);
    EXPECT_EQ(environment_.clock.Now() - begun, seconds(1));
  });
}

TEST_F(ClusterLiveTest, ANodeThatDoesNotAnswerIsDoneWithoutAndThatIsSaid) {
  Run([this](ClusterLive& live) {
    EXPECT_EQ(live.Take("", "")->complete_until, 100);
    other_->state = UnavailableError("gone");
    const auto sum = live.Take("", "");
    ASSERT_TRUE(sum.ok()) << sum.status().ToString();
    EXPECT_EQ(sum->complete_until, 60);
    const ClusterLive::Report report = live.Describe();
    ASSERT_EQ(report.nodes.size(), 2u);
    EXPECT_TRUE(report.nodes[0].answers);
    EXPECT_EQ(report.nodes[0].member.name, "n1");
    EXPECT_EQ(report.nodes[0].partitions, 1u);
    EXPECT_FALSE(report.nodes[1].answers);
    EXPECT_THAT(report.nodes[1].error, ::testing::HasSubstr("gone"));
    EXPECT_FALSE(report.partitions[1].told.counts);
  });
}

TEST_F(ClusterLiveTest, WhoWasSilentIsNotAskedAgainForASecond) {
  Run([this](ClusterLive& live) {
    other_->state = UnavailableError("gone");
    for (int i = 0; i < 5; ++i) (void)live.Take("", "");
    EXPECT_EQ(other_->asked, 1);
    other_->state = Status::Ok();
    ASSERT_TRUE(fiber::SleepFor(seconds(1)).ok());
    EXPECT_EQ(live.Take("", "")->complete_until, 100);
  });
}

TEST_F(ClusterLiveTest, WhoAnsweredOneOfTwoIsAskedAgain) {
  Run([this](ClusterLive& live) {
    other_->takes = seconds(1);
    auto answered = fiber::Start([&] { EXPECT_EQ(live.Take("", "")->complete_until, 100); });
    ASSERT_TRUE(fiber::SleepFor(std::chrono::milliseconds(1)).ok());
    // Asked a moment later, and refused before the first has its answer.
    other_->takes = Duration(0);
    other_->state = UnavailableError("too many ask");
    EXPECT_EQ(live.Take("", "")->complete_until, 0) << "it never said anything";
    other_->state = Status::Ok();
    answered.Join();
    EXPECT_EQ(live.Take("", "")->complete_until, 100);
  });
}

TEST_F(ClusterLiveTest, WhoIsTakenForDeadIsWaitedForNoLonger) {
  Run([this](ClusterLive& live) {
    other_->takes = seconds(100);
    const Time begun = environment_.clock.Now();
    auto registry = fiber::Start([&] {
      EXPECT_TRUE(fiber::SleepFor(seconds(1)).ok());
      live.SetOthers({});
    });
    EXPECT_TRUE(live.Take("callee", "").ok());
    EXPECT_EQ(environment_.clock.Now() - begun, seconds(1));
    registry.Join();
  });
}

TEST_F(ClusterLiveTest, WaitsUntilWhatMovesIsStored) {
  Run([this](ClusterLive& live) {
    other_->moves_for = 20;
    EXPECT_TRUE(live.Take("callee", "")->settled);
    EXPECT_EQ(other_->moves_for, 0);
    other_->moves_for = 1'000'000;
    EXPECT_EQ(live.Take("callee", "").status().code(), StatusCode::kUnavailable);
  });
}

TEST_F(ClusterLiveTest, TheVersionIsThatOfTheAnswerUntilSomethingMoves) {
  Run([this](ClusterLive& live) {
    const uint64_t version = live.Take("callee", "")->version;
    other_->told.complete_until = 105;
    EXPECT_EQ(live.Version().value(), version);
    other_->told.moves = 2;
    EXPECT_NE(live.Version().value(), version);
  });
}

TEST_F(ClusterLiveTest, NodesComeAndGo) {
  Run([this](ClusterLive& live) {
    EXPECT_EQ(live.Take("", "")->complete_until, 100);
    live.SetOthers({});
    EXPECT_EQ(live.Take("", "")->complete_until, 60);
    EXPECT_EQ(live.Describe().nodes.size(), 1u);
    std::vector<Member> many;
    for (size_t i = 0; i < kComputeNodesMax + 5; ++i) {
      many.push_back({"m" + std::to_string(i), "10.0.0.3:" + std::to_string(i + 1)});
      others_[many.back().name] = std::make_shared<Fake>(many.back().name, 1);
    }
    live.SetOthers(many);
    EXPECT_EQ(live.Describe().nodes.size(), kComputeNodesMax);
  });
}

}  // namespace
}  // namespace bellrock::metrics::server
