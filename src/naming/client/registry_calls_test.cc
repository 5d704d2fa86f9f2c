// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "naming/client/registry_calls.h"

#include <gtest/gtest.h>

#include <vector>

#include "fiber/fiber.h"
#include "naming/client/fake_registry_for_test.h"
#include "naming/client/local_channel_for_test.h"
#include "naming/client/registrar.h"
#include "testing/world.h"

namespace bellrock::naming::client {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using Mode = LeaderFinder::Mode;

const std::string kPath = "/sz/d/music/storage/c/10.0.1.1:80";

Address Server(int i) {
  return Address::Tcp("10.0.0." + std::to_string(i), 7600);
}

v1::InstanceSpec Spec() {
  v1::InstanceSpec spec;
  spec.set_path(kPath);
  spec.set_address("10.0.1.1:80");
  spec.set_lease_ms(9000);
  return spec;
}

void Sleep(Duration duration) {
  ASSERT_TRUE(fiber::SleepFor(duration).ok());
}

// A site of three servers, of which server 1 leads, and a host with one instance.
class RegistryCallsTest : public ::testing::Test {
 protected:
  RegistryCallsTest() {
    for (int i = 1; i <= 3; ++i) servers_.Add(Server(i), channels_[i - 1]);
    Lead(1);
  }
  void Lead(int leader, bool reachable = true) {
    FakeRegistry& led = registries_[leader - 1];
    for (FakeRegistry& each : registries_) {
      each.Follow(&each == &led ? nullptr : &led, Server(leader).ToString(), reachable);
    }
  }
  void Run(const std::function<void()>& body) {
    world_.Run([&] {
      calls_.Start();
      registrar_.Start();
      ASSERT_TRUE(registrar_.Add(Spec()).ok());
      Sleep(milliseconds(100));
      body();
      registrar_.Stop();
      calls_.Stop();
    });
  }
  int Redirects() const {
    return registries_[0].redirects + registries_[1].redirects + registries_[2].redirects;
  }
  // Longest time in which no heartbeat came to `registry` while `body` ran.
  Duration LongestGap(const FakeRegistry& registry, Duration length) {
    Duration longest{0};
    Time last = env_.clock.Now();
    int seen = registry.heartbeats;
    for (const Time end = last + length; env_.clock.Now() < end; Sleep(milliseconds(20))) {
      longest = std::max(longest, env_.clock.Now() - last);
      if (registry.heartbeats == seen) continue;
      seen = registry.heartbeats;
      last = env_.clock.Now();
    }
    return longest;
  }

  testing::World world_{3};
  fiber::Environment env_ = world_.Host("host");
  FakeRegistry registries_[3];
  LocalChannel channels_[3] = {
      {env_, registries_[0]}, {env_, registries_[1]}, {env_, registries_[2]}};
  LocalServers servers_;
  RegistryCalls calls_{env_, servers_};
  Status state_;
  Registrar registrar_{env_, calls_, [this](const std::string&, const Status& s) { state_ = s; }};
};

TEST_F(RegistryCallsTest, HeartbeatsGoToTheLeaderOnly) {
  Run([&] {
    EXPECT_TRUE(registries_[0].working(kPath));
    const int redirects = Redirects();
    EXPECT_LE(redirects, 1);
    Sleep(seconds(60));
    EXPECT_EQ(Redirects(), redirects);
    EXPECT_EQ(registries_[1].heartbeats + registries_[2].heartbeats, 0);
    EXPECT_EQ(calls_.mode(), Mode::kDirect);
  });
}

TEST_F(RegistryCallsTest, NewLeaderIsFollowedWithinOneHeartbeatAndTakesItAsWorkingByItsCount) {
  Run([&] {
    Sleep(seconds(30));
    Lead(2);
    Sleep(milliseconds(3100));
    EXPECT_TRUE(registries_[1].working(kPath));
    EXPECT_GT(registries_[1].last_sequence, 5u);
    EXPECT_EQ(calls_.mode(), Mode::kDirect);
  });
}

TEST_F(RegistryCallsTest, LeaderOutOfReachIsHeartbeatedThroughAFollowerAndDirectlyWhenItIsBack) {
  Run([&] {
    channels_[0].Kill();
    EXPECT_LE(LongestGap(registries_[0], seconds(30)), milliseconds(3500));
    EXPECT_EQ(calls_.mode(), Mode::kProxy);
    EXPECT_TRUE(state_.ok());
    channels_[0].Revive();
    Sleep(LeaderFinder::kLeaderCheck + milliseconds(10));
    EXPECT_EQ(calls_.mode(), Mode::kDirect);
  });
}

TEST_F(RegistryCallsTest, SilentLeaderCostsOneTryAndNoLease) {
  Run([&] {
    channels_[0].SetStuck(true);
    EXPECT_LE(LongestGap(registries_[0], seconds(30)), milliseconds(4500));
    EXPECT_EQ(calls_.mode(), Mode::kProxy);
    channels_[0].SetStuck(false);
    Sleep(LeaderFinder::kLeaderCheck + seconds(2));
    EXPECT_EQ(calls_.mode(), Mode::kDirect);
  });
}

TEST_F(RegistryCallsTest, DeadLeaderIsReplacedByTheOneThatIsElectedTwoSecondsLater) {
  Run([&] {
    Sleep(seconds(10));
    channels_[0].Kill();
    Lead(1, /*reachable=*/false);
    Sleep(seconds(2));
    Lead(3);
    Sleep(seconds(4));
    EXPECT_TRUE(registries_[2].working(kPath));
    Sleep(LeaderFinder::kLeaderCheck);
    EXPECT_EQ(calls_.mode(), Mode::kDirect);
    EXPECT_TRUE(state_.ok());  // its lease never ran out
  });
}

TEST_F(RegistryCallsTest, OneServerLeftIsEnough) {
  Run([&] {
    channels_[0].Kill();
    channels_[1].Kill();
    Lead(3);
    Sleep(seconds(8));
    EXPECT_TRUE(registries_[2].working(kPath));
    EXPECT_EQ(calls_.mode(), Mode::kDirect);
  });
}

TEST_F(RegistryCallsTest, ServersThatAreAllGoneAreAskedAgainUntilOneIsBack) {
  Run([&] {
    for (LocalChannel& channel : channels_) channel.Kill();
    Sleep(seconds(60));
    EXPECT_EQ(state_.code(), StatusCode::kUnavailable);
    EXPECT_GT(servers_.all_failed, 10);
    EXPECT_LT(servers_.all_failed, 60);
    for (LocalChannel& channel : channels_) channel.Revive();
    Sleep(kRetryMax + LeaderFinder::kLeaderCheck);
    EXPECT_TRUE(state_.ok());
    EXPECT_EQ(calls_.mode(), Mode::kDirect);
  });
}

TEST_F(RegistryCallsTest, DeregistrationOutlivesAnElection) {
  Run([&] {
    channels_[0].Kill();
    Lead(1, /*reachable=*/false);
    fiber::JoinHandle election = fiber::Start([&] {
      Sleep(seconds(2));
      Lead(2);
      registries_[1].Put(Spec());
    });
    EXPECT_TRUE(registrar_.Remove(kPath).ok());
    election.Join();
    EXPECT_EQ(registries_[1].deregisters, 1);
  });
}

TEST_F(RegistryCallsTest, ErrorNamesTheServersThatWereTried) {
  Run([&] {
    for (LocalChannel& channel : channels_) channel.Kill();
    const auto reply = calls_.Register(v1::RegisterRequest(), seconds(1));
    EXPECT_EQ(reply.status().code(), StatusCode::kUnavailable);
    for (int i = 1; i <= 3; ++i) {
      EXPECT_NE(reply.status().message().find(Server(i).ToString()), std::string::npos)
          << reply.status().ToString();
    }
  });
}

TEST_F(RegistryCallsTest, LaterLifeOfTheSameNameElsewhereIsNamedAndLeftAlone) {
  Run([&] {
    v1::InstanceSpec other = Spec();
    other.set_address("10.0.1.9:80");
    other.set_incarnation(registrar_.incarnation(kPath) + 1000);
    LocalContext context;
    v1::RegisterRequest request;
    *request.mutable_instance() = other;
    ASSERT_TRUE(registries_[0].Register(context, request).ok());
    registries_[0].Put(other);
    const int registers = registries_[0].registers;
    Sleep(seconds(10));
    EXPECT_EQ(state_.code(), StatusCode::kAlreadyExists);
    EXPECT_NE(state_.message().find("10.0.1.9:80"), std::string::npos) << state_.ToString();
    EXPECT_EQ(registries_[0].registers, registers + 1);
    // The other dies and its lease runs out: this one takes the name.
    registries_[0].Put(other, v1::INSTANCE_STATE_UNREACHABLE);
    Sleep(kRefusedRetry);
    EXPECT_TRUE(state_.ok());
    EXPECT_TRUE(registries_[0].working(kPath));
  });
}

TEST_F(RegistryCallsTest, ProcessWhoseClockWentBackIsRegisteredAllTheSame) {
  Run([&] {
    v1::InstanceSpec before = Spec();  // at the same address: its own dead predecessor
    before.set_incarnation(registrar_.incarnation(kPath) + 3'600'000);
    LocalContext context;
    v1::RegisterRequest request;
    *request.mutable_instance() = before;
    ASSERT_TRUE(registries_[0].Register(context, request).ok());
    Sleep(seconds(4));
    EXPECT_TRUE(state_.ok());
    EXPECT_TRUE(registries_[0].working(kPath));
    EXPECT_EQ(registrar_.incarnation(kPath), before.incarnation() + 1);
  });
}

// VIN-055, VIN-056: the servers of another site are asked, and their leader keeps the lease.
TEST_F(RegistryCallsTest, InstanceOfOneSiteRegistersWithTheLeaderOfAnother) {
  FakeRegistry abroad;
  LocalChannel to_abroad(env_, abroad);
  LocalServers servers(to_abroad);
  RegistryCalls calls(env_, servers);
  Registrar registrar(env_, calls, nullptr);
  Run([&] {
    registrar.Start();
    v1::InstanceSpec spec = Spec();
    spec.set_path("/gz/d/music/storage/c/1");
    ASSERT_TRUE(registrar.Add(spec).ok());
    Sleep(seconds(10));
    EXPECT_TRUE(abroad.working(spec.path()));
    EXPECT_FALSE(registries_[0].has(spec.path()));
    registrar.Stop();
  });
}

}  // namespace
}  // namespace bellrock::naming::client
