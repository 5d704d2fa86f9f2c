// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "naming/agent/host_naming.h"

#include <gtest/gtest.h>

#include <memory>

#include "fiber/fiber.h"
#include "fiber/unix_time.h"
#include "naming/client/announce_mode.h"
#include "naming/client/announcer.h"
#include "naming/client/fake_registry_for_test.h"
#include "naming/client/local_channel_for_test.h"
#include "naming/client/registrar.h"
#include "testing/world.h"

namespace bellrock::naming::agent {
namespace {

using client::Announcer;
using client::FakeRegistry;
using client::LocalChannel;
using client::LocalServers;
using client::RegistryCalls;
using std::chrono::milliseconds;
using std::chrono::seconds;

const std::string kPath = "/sz/d/music/storage/c/2";

v1::InstanceSpec Spec(uint64_t incarnation = 0) {
  v1::InstanceSpec spec;
  spec.set_path(kPath);
  spec.set_address("10.0.1.2:80");
  spec.set_lease_ms(9000);
  spec.set_incarnation(incarnation);
  return spec;
}

void Sleep(Duration duration) {
  ASSERT_TRUE(fiber::SleepFor(duration).ok());
}

// A registry, an agent and an instance's announcer, joined by channels that can be broken one by
// one.
class HostNamingTest : public ::testing::Test {
 protected:
  void Run(const std::function<void()>& body) {
    world_.Run([&] {
      agent_calls_.Start();
      calls_.Start();
      agent_->Start();
      announcer_->Start();
      body();
      announcer_.reset();
      agent_->Stop();
      calls_.Stop();
      agent_calls_.Stop();
    });
  }
  std::unique_ptr<Announcer> NewAnnouncer(uint64_t incarnation = 0) {
    return std::make_unique<Announcer>(env_, &to_agent_, &calls_, Spec(incarnation));
  }
  // kill -9 of the agent, and another one in its place.
  void KillAgent() {
    to_agent_.Kill();
    agent_to_registry_.Kill();
    agent_->Stop();
  }
  void NewAgent() {
    agent_ = std::make_unique<HostNaming>(env_, agent_calls_);
    agent_->Start();
    agent_to_registry_.Revive();
    to_agent_.Revive(*agent_);
  }

  testing::World world_{13};
  fiber::Environment env_ = world_.Host("host");
  FakeRegistry registry_;
  LocalChannel agent_to_registry_{env_, registry_};
  LocalChannel to_registry_{env_, registry_};
  LocalServers agent_servers_{agent_to_registry_};
  LocalServers servers_{to_registry_};
  RegistryCalls agent_calls_{env_, agent_servers_};
  RegistryCalls calls_{env_, servers_};
  std::unique_ptr<HostNaming> agent_ = std::make_unique<HostNaming>(env_, agent_calls_);
  LocalChannel to_agent_{env_, *agent_};
  std::unique_ptr<Announcer> announcer_ = NewAnnouncer();
};

TEST_F(HostNamingTest, AnnouncedInstanceIsRegisteredAndHeartbeatedByTheAgent) {
  Run([&] {
    EXPECT_TRUE(announcer_->WaitRegistered(env_.clock.Now() + seconds(1)).ok());
    Sleep(seconds(60));
    EXPECT_TRUE(registry_.working(kPath));
    EXPECT_EQ(registry_.registers, 1);
    EXPECT_GE(registry_.heartbeats, 20);
    EXPECT_LE(registry_.heartbeats, 22);
    EXPECT_FALSE(announcer_->direct());
  });
}

TEST_F(HostNamingTest, KilledInstanceLeavesTheRegistryAfterTheGrace) {
  Run([&] {
    Sleep(seconds(5));
    announcer_.reset();
    Sleep(kAnnounceGrace - milliseconds(10));
    EXPECT_TRUE(registry_.has(kPath));
    Sleep(milliseconds(20));
    EXPECT_FALSE(registry_.has(kPath));
    EXPECT_EQ(agent_->size(), 0u);
    Sleep(seconds(20));
    EXPECT_FALSE(registry_.has(kPath));
  });
}

TEST_F(HostNamingTest, AnnouncingAgainWithinTheGraceKeepsTheInstance) {
  Run([&] {
    Sleep(seconds(5));
    for (int i = 0; i < 5; ++i) {
      to_agent_.BreakStreams();
      Sleep(seconds(2));
      EXPECT_TRUE(registry_.working(kPath));
    }
    EXPECT_EQ(registry_.deregisters, 0);
    EXPECT_EQ(registry_.registers, 1);
    EXPECT_TRUE(announcer_->state().ok());
  });
}

TEST_F(HostNamingTest, StopDeregistersAtOnceAndForGood) {
  Run([&] {
    Sleep(milliseconds(5500));  // a heartbeat of the agent would fall into the grace
    EXPECT_TRUE(announcer_->Stop().ok());
    EXPECT_FALSE(registry_.has(kPath));
    Sleep(seconds(20));
    EXPECT_FALSE(registry_.has(kPath));
    EXPECT_EQ(registry_.registers, 1);
  });
}

TEST_F(HostNamingTest, StoppingAgentDeregistersNobody) {
  Run([&] {
    Sleep(seconds(5));
    agent_->Stop();
    to_agent_.Kill();
    Sleep(seconds(60));
    EXPECT_EQ(registry_.deregisters, 0);
    EXPECT_TRUE(registry_.has(kPath));
  });
}

TEST_F(HostNamingTest, InstanceHeartbeatsForItselfWithoutTheAgentAndHandsBack) {
  Run([&] {
    Sleep(seconds(5));
    KillAgent();
    Sleep(milliseconds(2900));
    EXPECT_FALSE(announcer_->direct());
    Sleep(milliseconds(300));
    EXPECT_TRUE(announcer_->direct());
    const int before = registry_.heartbeats;
    Sleep(seconds(30));
    EXPECT_GE(registry_.heartbeats - before, 10);
    EXPECT_TRUE(registry_.working(kPath));
    EXPECT_TRUE(announcer_->state().ok());
    NewAgent();
    Sleep(client::kAnnounceRetryMax + milliseconds(100));
    EXPECT_FALSE(announcer_->direct());
    EXPECT_TRUE(registry_.working(kPath));
    EXPECT_EQ(agent_->size(), 1u);
    to_registry_.Kill();  // the instance's own way is needed no more
    const int after = registry_.heartbeats;
    Sleep(seconds(30));
    EXPECT_GE(registry_.heartbeats - after, 10);
    EXPECT_EQ(registry_.deregisters, 0);
  });
}

TEST_F(HostNamingTest, StuckAgentIsLeftToo) {
  Run([&] {
    Sleep(seconds(5));
    to_agent_.SetStuck(true);
    Sleep(2 * client::kAgentSilenceMax + seconds(1));
    EXPECT_TRUE(announcer_->direct());
    to_agent_.SetStuck(false);
    Sleep(seconds(5));
    EXPECT_FALSE(announcer_->direct());
    EXPECT_TRUE(registry_.working(kPath));
  });
}

TEST_F(HostNamingTest, LifeGoesOnFromHandToHandWithRisingCounts) {
  Run([&] {
    Sleep(seconds(10));
    const uint64_t incarnation = registry_.incarnation(kPath);
    uint64_t last = registry_.last_count;
    EXPECT_GE(last, 4u);
    for (int i = 0; i < 3; ++i) {
      KillAgent();
      Sleep(client::kAgentSilenceMax + seconds(4));
      EXPECT_TRUE(announcer_->direct());
      EXPECT_GT(registry_.last_count, last);
      last = registry_.last_count;
      NewAgent();
      Sleep(seconds(5));
      EXPECT_FALSE(announcer_->direct());
      EXPECT_GT(registry_.last_count, last);
      last = registry_.last_count;
    }
    EXPECT_EQ(registry_.incarnation(kPath), incarnation);
    EXPECT_EQ(registry_.lower_counts, 0);
  });
}

TEST_F(HostNamingTest, AgentTakesAHigherIncarnationForAClockThatWentBackAndTellsTheInstance) {
  v1::InstanceSpec before = Spec(static_cast<uint64_t>(fiber::UnixMs(env_.clock)) + 3'600'000);
  Run([&] {
    Sleep(seconds(1));
    client::LocalContext context;
    v1::RegisterRequest request;
    *request.mutable_instance() = before;
    ASSERT_TRUE(registry_.Register(context, request).ok());
    Sleep(seconds(5));
    EXPECT_TRUE(announcer_->state().ok());
    EXPECT_EQ(registry_.incarnation(kPath), before.incarnation() + 1);
    EXPECT_TRUE(announcer_->Stop().ok());  // of that life
    EXPECT_FALSE(registry_.has(kPath));
  });
}

TEST_F(HostNamingTest, RegistryBackEmptyIsFilledAgainThroughTheAgent) {
  Run([&] {
    Sleep(seconds(5));
    agent_to_registry_.Kill();
    registry_.Wipe();
    Sleep(seconds(30));
    EXPECT_FALSE(announcer_->state().ok());
    EXPECT_FALSE(announcer_->direct());  // the agent answers; the registry is what is missing
    agent_to_registry_.Revive();
    Sleep(seconds(6));
    EXPECT_TRUE(registry_.working(kPath));
    EXPECT_TRUE(announcer_->state().ok());
  });
}

TEST_F(HostNamingTest, SecondAnnouncementOfTheSamePathIsRefusedUnlessItsIncarnationIsHigher) {
  Run([&] {
    Sleep(seconds(1));
    v1::HostNamingStub stub(to_agent_);
    v1::AnnounceRequest request;
    *request.mutable_instance() = Spec();
    v1::AnnounceReply reply;
    auto refused = stub.Announce(request);
    ASSERT_TRUE(refused.ok());
    EXPECT_EQ(refused->Read(reply).status().code(), StatusCode::kAlreadyExists);
    request.mutable_instance()->set_incarnation(static_cast<uint64_t>(fiber::UnixMs(env_.clock)) +
                                                9000);
    auto taken = stub.Announce(request);
    ASSERT_TRUE(taken.ok());
    const auto read = taken->Read(reply);
    ASSERT_TRUE(read.ok());
    EXPECT_TRUE(reply.registered()) << reply.problem();
    Sleep(seconds(2));
    EXPECT_FALSE(announcer_->state().ok());  // superseded
    EXPECT_EQ(registry_.deregisters, 0);
    EXPECT_EQ(registry_.registers, 2);
  });
}

TEST_F(HostNamingTest, BadInstanceIsToldWhy) {
  Run([&] {
    v1::HostNamingStub stub(to_agent_);
    auto reader = stub.Announce(v1::AnnounceRequest());
    ASSERT_TRUE(reader.ok());
    v1::AnnounceReply reply;
    const auto read = reader->Read(reply);
    ASSERT_FALSE(read.ok());
    EXPECT_EQ(read.status().code(), StatusCode::kInvalidArgument);
    EXPECT_EQ(agent_->size(), 1u);
  });
}

TEST(AnnouncerAlone, WithoutAnAgentHeartbeatsForItselfAtOnceAndStopsInOrder) {
  testing::World world(17);
  fiber::Environment env = world.Host("host");
  FakeRegistry registry;
  LocalChannel to_registry(env, registry);
  LocalServers servers(to_registry);
  RegistryCalls calls(env, servers);
  Announcer announcer(env, nullptr, &calls, Spec());
  world.Run([&] {
    announcer.Start();
    EXPECT_TRUE(announcer.WaitRegistered(env.clock.Now() + milliseconds(100)).ok());
    Sleep(seconds(30));
    EXPECT_TRUE(registry.working(kPath));
    EXPECT_GE(registry.heartbeats, 10);
    EXPECT_TRUE(announcer.Stop().ok());
    EXPECT_FALSE(registry.has(kPath));
  });
}

TEST(AnnouncerAlone, WaitSaysWhyItIsNotRegistered) {
  testing::World world(19);
  fiber::Environment env = world.Host("host");
  FakeRegistry registry;
  LocalChannel to_registry(env, registry);
  to_registry.Kill();
  LocalServers servers(to_registry);
  RegistryCalls calls(env, servers);
  Announcer announcer(env, nullptr, &calls, Spec());
  world.Run([&] {
    announcer.Start();
    const Status waited = announcer.WaitRegistered(env.clock.Now() + seconds(2));
    EXPECT_EQ(waited.code(), StatusCode::kDeadlineExceeded);
    EXPECT_NE(waited.message().find("connection refused"), std::string::npos) << waited.ToString();
    const Time begin = env.clock.Now();
    EXPECT_FALSE(announcer.Stop().ok());
    EXPECT_LE(env.clock.Now() - begin, client::kAgentSilenceMax);
  });
}

}  // namespace
}  // namespace bellrock::naming::agent
