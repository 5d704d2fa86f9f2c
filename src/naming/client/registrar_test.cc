// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "naming/client/registrar.h"

#include <gtest/gtest.h>

#include <map>

#include "fiber/fiber.h"
#include "naming/client/fake_registry_for_test.h"
#include "naming/client/lease_keeper.h"
#include "naming/client/local_channel_for_test.h"
#include "testing/world.h"

namespace bellrock::naming::client {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr Duration kInterval = seconds(3);

v1::InstanceSpec Spec(int i) {
  v1::InstanceSpec spec;
  spec.set_path("/sz/d/music/storage/c/" + std::to_string(i));
  spec.set_lease_ms(9000);
  return spec;
}

void Sleep(Duration duration) {
  ASSERT_TRUE(fiber::SleepFor(duration).ok());
}

// A host with one registrar and a registry beside it, in simulated time.
class RegistrarTest : public ::testing::Test {
 protected:
  void Run(const std::function<void()>& body) {
    world_.Run([&] {
      calls_.Start();
      registrar_.Start();
      body();
      registrar_.Stop();
      calls_.Stop();
    });
  }
  void AddAll(int count) {
    for (int i = 0; i < count; ++i) ASSERT_TRUE(registrar_.Add(Spec(i)).ok());
  }
  int Working(int count) const {
    int working = 0;
    for (int i = 0; i < count; ++i) working += registry_.working(Spec(i).path()) ? 1 : 0;
    return working;
  }

  testing::World world_{7};
  fiber::Environment env_ = world_.Host("host");
  FakeRegistry registry_;
  LocalChannel channel_{env_, registry_};
  std::map<std::string, Status> states_;
  LocalServers servers_{channel_};
  RegistryCalls calls_{env_, servers_};
  Registrar registrar_{env_, calls_,
                       [this](const std::string& path, const Status& s) { states_[path] = s; }};
};

TEST_F(RegistrarTest, RegistersAndHeartbeatsInOneMessagePerInterval) {
  Run([&] {
    AddAll(200);
    Sleep(milliseconds(100));
    EXPECT_EQ(Working(200), 200);
    EXPECT_EQ(registry_.registers, 200);
    EXPECT_TRUE(states_[Spec(0).path()].ok());
    Sleep(kInterval);
    const int before = registry_.heartbeats;
    Sleep(10 * kInterval);
    EXPECT_EQ(registry_.heartbeats - before, 10);
    EXPECT_EQ(registry_.registers, 200);
  });
}

TEST_F(RegistrarTest, ServerBackEmptyKnowsAllAgainWithinTwoIntervals) {
  Run([&] {
    AddAll(200);
    Sleep(seconds(1));
    channel_.Kill();
    registry_.Wipe();
    Sleep(seconds(20));
    EXPECT_EQ(states_[Spec(5).path()].code(), StatusCode::kUnavailable);
    EXPECT_EQ(registry_.size(), 0u);
    channel_.Revive();
    Sleep(2 * kInterval);
    EXPECT_EQ(Working(200), 200);
    EXPECT_TRUE(states_[Spec(5).path()].ok());
  });
}

TEST_F(RegistrarTest, ServerThatForgotWithoutDyingIsToldAgain) {
  Run([&] {
    AddAll(3);
    Sleep(seconds(1));
    registry_.Wipe();
    Sleep(2 * kInterval);
    EXPECT_EQ(Working(3), 3);
  });
}

TEST_F(RegistrarTest, KeepsTryingWhileTheServerIsNotThereYet) {
  Run([&] {
    channel_.Kill();
    AddAll(1);
    Sleep(seconds(60));
    EXPECT_EQ(states_[Spec(0).path()].code(), StatusCode::kUnavailable);
    channel_.Revive();
    Sleep(kRetryMax + milliseconds(100));
    EXPECT_EQ(Working(1), 1);
  });
}

TEST_F(RegistrarTest, RemoveDeregistersAndStopDoesNot) {
  Run([&] {
    AddAll(2);
    Sleep(seconds(1));
    EXPECT_TRUE(registrar_.Remove(Spec(0).path()).ok());
    EXPECT_FALSE(registry_.has(Spec(0).path()));
    EXPECT_EQ(registrar_.size(), 1u);
  });
  EXPECT_TRUE(registry_.has(Spec(1).path()));
}

TEST_F(RegistrarTest, RemoveRightAfterAddLeavesNothingBehind) {
  Run([&] {
    AddAll(1);
    fiber::Yield();  // the registration is on its way
    EXPECT_TRUE(registrar_.Remove(Spec(0).path()).ok());
    Sleep(2 * kInterval);
    EXPECT_EQ(registry_.size(), 0u);
    EXPECT_EQ(registrar_.size(), 0u);
  });
}

TEST_F(RegistrarTest, RemoveGivesUpAtItsBoundWhenTheServerIsStuck) {
  Run([&] {
    AddAll(1);
    Sleep(seconds(1));
    channel_.SetStuck(true);
    const Time begin = env_.clock.Now();
    EXPECT_FALSE(registrar_.Remove(Spec(0).path()).ok());
    EXPECT_LE(env_.clock.Now() - begin, kRemoveTimeout);
    channel_.SetStuck(false);
    const int before = registry_.heartbeats;
    Sleep(2 * kInterval);
    EXPECT_EQ(registry_.heartbeats, before);
  });
}

TEST_F(RegistrarTest, AddedAgainDuringRemovalIsRegistered) {
  Run([&] {
    AddAll(1);
    Sleep(seconds(1));
    fiber::JoinHandle removal = fiber::Start([&] { (void)registrar_.Remove(Spec(0).path()); });
    fiber::Yield();
    AddAll(1);
    removal.Join();
    Sleep(milliseconds(100));
    EXPECT_EQ(Working(1), 1);
  });
}

TEST_F(RegistrarTest, StopIsPromptWhileCallsAreStuck) {
  world_.Run([&] {
    registrar_.Start();
    channel_.SetStuck(true);
    AddAll(3);
    Sleep(milliseconds(100));
    const Time begin = env_.clock.Now();
    registrar_.Stop();
    EXPECT_LT(env_.clock.Now() - begin, milliseconds(50));
  });
}

}  // namespace
}  // namespace bellrock::naming::client
