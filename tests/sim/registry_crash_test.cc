// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
//
// The control plane as a whole in a simulated world: killed with its disk at random moments, cut
// off from its clients, back after longer than a lease. A failing run prints its seed.
#include <gtest/gtest.h>

#include <memory>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "bellrock/naming/v1/naming.bellrock.h"
#include "fiber/fiber.h"
#include "naming/client/announcer.h"
#include "rpc/client.h"
#include "server/control_plane.h"
#include "testing/world.h"

namespace bellrock {
namespace {

namespace v1 = naming::v1;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr char kServer[] = "10.0.0.1";
constexpr char kClients[] = "10.0.0.2";
constexpr int kAnnounced = 20;
constexpr int kRounds = 6;

// One seed's story. Lives in a fiber of the world.
class Story {
 public:
  Story(testing::World& world, uint64_t seed)
      : world_(world),
        random_(seed),
        endpoints_({Address::Tcp(kServer, 7600)}),
        client_(world.Host(kClients), endpoints_, nullptr, {}),
        naming_(client_) {}

  void Run() {
    StartServer();
    Announce();
    for (int round = 0; round < kRounds; ++round) {
      RegisterByHand(round);
      Sleep(3'000);
      if (random_() % 2 == 0) {
        Kill();
        Sleep(20'000);  // often longer than a lease of 10 s
        StartServer();
      } else {
        world_.Cut(kServer, kClients);
        Sleep(4'000);
        world_.Heal(kServer, kClients);
      }
      NothingAcknowledgedIsMissing();
    }
    EverybodyWorksInTheEnd();
    EXPECT_GE(acknowledged_.size(), 3u) << "the story has to be about something";
    announcers_.clear();
    server_.reset();
  }

 private:
  void Sleep(int ms_max) {
    ASSERT_TRUE(fiber::SleepFor(milliseconds(random_() % static_cast<uint64_t>(ms_max))).ok());
  }

  void StartServer() {
    server::ControlPlaneOptions options;
    options.listen = Address::Tcp(kServer, 7600);
    options.naming.data_dir = "/data";
    auto started = server::ControlPlane::Start(world_.Host(kServer), options);
    ASSERT_TRUE(started.ok()) << started.status().ToString();
    server_ = std::move(*started);
  }

  // kill -9 and power failure in one: connections break, unsynced bytes are lost.
  void Kill() {
    world_.CrashNetwork(kServer);
    world_.CrashDisk(kServer);
    server_.reset();
  }

  void Announce() {
    for (int i = 0; i < kAnnounced; ++i) {
      v1::InstanceSpec spec;
      spec.set_path("/sz/d/music/storage/default/" + std::to_string(i));
      spec.set_address("10.0.0.2:" + std::to_string(1000 + i));
      spec.set_incarnation(1);
      announcers_.push_back(std::make_unique<naming::client::Announcer>(world_.Host(kClients),
                                                                        nullptr, &client_, spec));
      announcers_.back()->Start();
    }
  }

  void RegisterByHand(int round) {
    v1::RegisterRequest request;
    const std::string path = "/sz/d/tools/manual/default/" + std::to_string(round);
    request.mutable_instance()->set_path(path);
    request.mutable_instance()->set_address("10.0.0.3:80");
    request.mutable_instance()->set_lease_ms(3'600'000);
    if (naming_.Register(request).ok()) acknowledged_.insert(path);
  }

  std::vector<v1::Instance> Lookup(const std::string& target) {
    v1::LookupRequest request;
    request.set_target(target);
    request.set_include_unusable(true);
    for (int tries = 0; tries < 100; ++tries) {
      auto reply = naming_.Lookup(request);
      if (reply.ok()) return {reply->instances().begin(), reply->instances().end()};
      (void)fiber::SleepFor(milliseconds(100));
    }
    ADD_FAILURE() << "the server does not answer";
    return {};
  }

  void NothingAcknowledgedIsMissing() {
    std::set<std::string> found;
    for (const v1::Instance& instance : Lookup("/")) {
      found.insert(instance.spec().path());
      // A restart gives everybody a full term; and a cut of under 4 s, after a heartbeat each third
      // of the lease, outlasts no lease of 10 s.
      EXPECT_NE(instance.state(), v1::INSTANCE_STATE_UNREACHABLE) << instance.spec().path();
    }
    for (const std::string& path : acknowledged_) EXPECT_TRUE(found.contains(path)) << path;
  }

  void EverybodyWorksInTheEnd() {
    ASSERT_TRUE(fiber::SleepFor(seconds(10)).ok());
    int working = 0;
    for (const v1::Instance& instance : Lookup("music/storage")) {
      working += instance.state() == v1::INSTANCE_STATE_WORKING;
    }
    EXPECT_EQ(working, kAnnounced);
  }

  testing::World& world_;
  std::mt19937_64 random_;
  rpc::FixedEndpoints endpoints_;
  rpc::Client client_;
  v1::NamingStub naming_;
  std::unique_ptr<server::ControlPlane> server_;
  std::vector<std::unique_ptr<naming::client::Announcer>> announcers_;
  std::set<std::string> acknowledged_;
};

class RegistryCrash : public ::testing::TestWithParam<uint64_t> {};

TEST_P(RegistryCrash, LosesNothingAcknowledgedAndExpiresNobodyEarly) {
  SCOPED_TRACE("seed " + std::to_string(GetParam()));
  testing::World world(GetParam());
  world.Run([&] { Story(world, GetParam()).Run(); });
}

INSTANTIATE_TEST_SUITE_P(Seeds, RegistryCrash, ::testing::Range<uint64_t>(1, 41));

}  // namespace
}  // namespace bellrock
