// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "fiber/fiber.h"
#include "naming/client/fake_registry_for_test.h"
#include "naming/client/local_channel_for_test.h"
#include "naming/client/registrar.h"
#include "testing/world.h"

// A site of five servers that die, hang and come back at random while one instance heartbeats: as
// long as one server is left, its lease does not run out.
namespace bellrock::naming::client {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr int kServers = 5;
constexpr Duration kElection = milliseconds(2500);
constexpr Duration kLease = seconds(10);
const std::string kPath = "/sz/d/music/storage/c/10.0.1.1:80";

Address Server(int i) {
  return Address::Tcp("10.0.0." + std::to_string(i + 1), 7600);
}

// What all servers of the site hold, replicated at once; and who leads it, -1: nobody.
struct Site {
  FakeRegistry registry;
  int leader = 0;
  bool answers[kServers] = {true, true, true, true, true};
};

class Front final : public v1::NamingService {
 public:
  Front(Site& site, int number) : site_(site), number_(number) {}

  Result<v1::RegisterReply> Register(ServerContext& context,
                                     const v1::RegisterRequest& request) override {
    return Serve<v1::RegisterReply>(request,
                                    [&] { return site_.registry.Register(context, request); });
  }
  Result<v1::HeartbeatReply> Heartbeat(ServerContext& context,
                                       const v1::HeartbeatRequest& request) override {
    return Serve<v1::HeartbeatReply>(request,
                                     [&] { return site_.registry.Heartbeat(context, request); });
  }

 private:
  template <typename Reply, typename Request, typename Do>
  Result<Reply> Serve(const Request& request, Do work) {
    if (site_.leader < 0) return UnavailableError("nobody leads");
    if (site_.leader == number_) return work();
    if (request.on_follower() == v1::ON_FOLLOWER_REDIRECT) {
      Reply reply;
      reply.mutable_redirect()->set_address(Server(site_.leader).ToString());
      return reply;
    }
    if (!site_.answers[site_.leader]) return UnavailableError("the leader does not answer");
    return work();
  }

  Site& site_;
  int number_;
};

class RegistryCallsRandom : public ::testing::TestWithParam<uint64_t> {
 protected:
  RegistryCallsRandom() {
    for (int i = 0; i < kServers; ++i) {
      fronts_.push_back(std::make_unique<Front>(site_, i));
      channels_.push_back(std::make_unique<LocalChannel>(env_, *fronts_.back()));
      servers_.Add(Server(i), *channels_.back());
    }
  }
  int Answering() const {
    return static_cast<int>(std::count(std::begin(site_.answers), std::end(site_.answers), true));
  }
  void Lose(int number) {
    if (!site_.answers[number] || Answering() == 1) return;
    site_.answers[number] = false;
    if (env_.random.Next() % 2 == 0) {
      channels_[number]->Kill();
    } else {
      channels_[number]->SetStuck(true);
    }
  }
  void Return(int number) {
    site_.answers[number] = true;
    channels_[number]->Revive();
    channels_[number]->SetStuck(false);
  }
  // Any server that answers; the old leader learns of it at once.
  void Elect() {
    site_.leader = -1;
    EXPECT_TRUE(fiber::SleepFor(kElection).ok());
    do {
      site_.leader = static_cast<int>(env_.random.Next() % kServers);
    } while (!site_.answers[site_.leader]);
  }
  void Trouble(Time until) {
    while (env_.clock.Now() < until) {
      for (int i = 0; i < 2; ++i) Lose(static_cast<int>(env_.random.Next() % kServers));
      if (env_.random.Next() % 2 == 0) Return(static_cast<int>(env_.random.Next() % kServers));
      if (!site_.answers[site_.leader] || env_.random.Next() % 4 == 0) Elect();
      EXPECT_TRUE(fiber::SleepFor(seconds(4)).ok());
    }
  }
  // The longest time between two heartbeats that the site got.
  Duration LongestGap(Time until) {
    Duration longest{0};
    Time last = env_.clock.Now();
    for (int seen = site_.registry.heartbeats; env_.clock.Now() < until;) {
      EXPECT_TRUE(fiber::SleepFor(milliseconds(10)).ok());
      longest = std::max(longest, env_.clock.Now() - last);
      if (site_.registry.heartbeats == seen) continue;
      seen = site_.registry.heartbeats;
      last = env_.clock.Now();
    }
    return longest;
  }

  testing::World world_{GetParam()};
  fiber::Environment env_ = world_.Host("host");
  Site site_;
  std::vector<std::unique_ptr<Front>> fronts_;
  std::vector<std::unique_ptr<LocalChannel>> channels_;
  LocalServers servers_;
  RegistryCalls calls_{env_, servers_};
  int told_lost_ = 0;
  Registrar registrar_{env_, calls_, [this](const std::string&, const Status& state) {
                         told_lost_ += state.ok() ? 0 : 1;
                       }};
};

TEST_P(RegistryCallsRandom, LeaseOutlivesWhateverHappensToAllServersButOne) {
  world_.Run([&] {
    calls_.Start();
    registrar_.Start();
    v1::InstanceSpec spec;
    spec.set_path(kPath);
    spec.set_address("10.0.1.1:80");
    ASSERT_TRUE(registrar_.Add(spec).ok());
    ASSERT_TRUE(fiber::SleepFor(seconds(1)).ok());
    const Time until = env_.clock.Now() + seconds(300);
    fiber::JoinHandle trouble = fiber::Start([&] { Trouble(until); });
    EXPECT_LT(LongestGap(until), kLease);
    trouble.Join();
    EXPECT_EQ(told_lost_, 0);
    EXPECT_EQ(site_.registry.registers, 1);
    EXPECT_EQ(site_.registry.lower_counts, 0);
    for (int i = 0; i < kServers; ++i) Return(i);
    ASSERT_TRUE(fiber::SleepFor(2 * LeaderFinder::kLeaderCheck + kTryTimeout).ok());
    EXPECT_EQ(calls_.mode(), LeaderFinder::Mode::kDirect);
    registrar_.Stop();
    calls_.Stop();
  });
}

INSTANTIATE_TEST_SUITE_P(Seeds, RegistryCallsRandom, ::testing::Range<uint64_t>(1, 101));
// Where heartbeats came too late once.
INSTANTIATE_TEST_SUITE_P(Found, RegistryCallsRandom, ::testing::Values(2082, 3571, 3768));

}  // namespace
}  // namespace bellrock::naming::client
