// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "naming/server/gossip_host.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <map>
#include <memory>
#include <random>
#include <span>
#include <string>
#include <vector>

#include "naming/cluster/codec.h"
#include "naming/server/members_file.h"
#include "testing/world.h"

namespace bellrock::naming::server {
namespace {

using cluster::ElectionEvent;
using cluster::Liveness;
using cluster::MemberEvent;
using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr uint16_t kPort = 7600;

// DNS as a table that the test changes.
class TableResolver final : public fiber::Resolver {
 public:
  Result<std::vector<std::string>> Resolve(const std::string& host) override {
    ++asked;
    const auto found = table.find(host);
    if (found == table.end()) return NotFoundError("host name '" + host + "': not in the table");
    return found->second;
  }

  std::map<std::string, std::vector<std::string>> table;
  int asked = 0;
};

std::string HostOf(const std::string& name) {
  return "10.0.0." + std::to_string(name[0] - 'a' + 1);
}

std::vector<Seed> SeedsAt(const std::vector<std::string>& names) {
  std::vector<Seed> seeds;
  for (const std::string& name : names) seeds.push_back({HostOf(name), kPort, false});
  return seeds;
}

// Servers "a", "b", ... of one site, each on a host of its own in a simulated world.
class Servers {
 public:
  explicit Servers(uint64_t seed = 1) : world(seed) {}

  GossipOptions Options(const std::string& name, const std::vector<std::string>& seeds) {
    GossipOptions options;
    options.node = name;
    options.site = "sz";
    options.service_address = HostOf(name) + ":7600";
    options.listen = Address::Tcp(HostOf(name), kPort);
    options.seeds = SeedsAt(seeds);
    options.data_dir = "/naming";
    return options;
  }
  void Start(const GossipOptions& options) {
    auto started =
        GossipHost::Start(world.Host(HostOf(options.node)), resolver, options,
                          [this, name = options.node](const cluster::ClusterEffects& effects) {
                            for (const MemberEvent& event : effects.member_events)
                              events[name].push_back(event);
                            for (const ElectionEvent& event : effects.election_events)
                              votes[name].push_back(event);
                          });
    ASSERT_TRUE(started.ok()) << started.status().ToString();
    hosts[options.node] = std::move(*started);
  }
  void StartAll(const std::vector<std::string>& names) {
    for (const std::string& name : names) Start(Options(name, names));
  }
  void Kill(const std::string& name) {
    world.CrashNetwork(HostOf(name));
    hosts.erase(name);
  }
  // In simulated time.
  bool WaitFor(Duration at_most, const std::function<bool()>& condition) {
    const Time until = world.loop().Now() + at_most;
    while (!condition()) {
      if (world.loop().Now() >= until || !fiber::SleepFor(milliseconds(20)).ok()) return false;
    }
    return true;
  }
  bool AllSee(size_t count) {
    return std::all_of(hosts.begin(), hosts.end(), [&](const auto& entry) {
      return entry.second->node().membership().reachable() == count;
    });
  }
  // The one whom all follow, or "".
  std::string Leader() {
    std::string leader = hosts.begin()->second->node().election().claim().leader;
    for (const auto& [name, host] : hosts) {
      if (host->node().election().claim().leader != leader) return "";
    }
    return leader;
  }
  bool Settled(size_t count) { return AllSee(count) && !Leader().empty(); }
  bool Happened(const std::string& at, MemberEvent::Kind kind, const std::string& name) {
    return std::any_of(events[at].begin(), events[at].end(), [&](const MemberEvent& event) {
      return event.kind == kind && event.name == name;
    });
  }

  testing::World world;
  TableResolver resolver;
  std::map<std::string, std::vector<MemberEvent>> events;
  std::map<std::string, std::vector<ElectionEvent>> votes;
  std::map<std::string, std::unique_ptr<GossipHost>> hosts;
};

// Sends whatever bytes to a server.
class Stranger {
 public:
  explicit Stranger(Servers& servers)
      : socket_(*servers.world.Host("10.0.0.99").network.Bind(Address::Tcp("10.0.0.99", 1))) {}

  void Send(const std::string& name, const std::string& bytes) {
    const Address to = Address::Tcp(HostOf(name), kPort);
    EXPECT_TRUE(socket_->SendTo(to, std::as_bytes(std::span(bytes))).ok());
  }

 private:
  std::unique_ptr<fiber::DatagramSocket> socket_;
};

TEST(GossipHost, ThreeServersMeetAndFollowOneLeaderWithinTenSeconds) {
  Servers servers;
  servers.world.Run([&] {
    servers.StartAll({"a", "b", "c"});
    EXPECT_TRUE(servers.WaitFor(seconds(1), [&] { return servers.AllSee(3); }));
    EXPECT_TRUE(servers.WaitFor(seconds(9), [&] { return servers.Settled(3); }));
    const std::string leader = servers.Leader();
    ASSERT_FALSE(servers.votes[leader].empty());
    EXPECT_EQ(servers.votes[leader].back().kind, ElectionEvent::Kind::kLeading);
    EXPECT_TRUE(servers.Happened("a", MemberEvent::Kind::kJoined, "b"));
    EXPECT_EQ(servers.hosts["a"]->counters().bad, 0u);
    servers.hosts.clear();
  });
}

TEST(GossipHost, ALeaderThatDiesIsReplacedWhileTheOthersStay) {
  Servers servers;
  servers.world.Run([&] {
    servers.StartAll({"a", "b", "c"});
    ASSERT_TRUE(servers.WaitFor(seconds(10), [&] { return servers.Settled(3); }));
    const std::string dead = servers.Leader();
    servers.Kill(dead);
    EXPECT_TRUE(servers.WaitFor(
        seconds(3), [&] { return !servers.Leader().empty() && servers.Leader() != dead; }));
    EXPECT_TRUE(servers.WaitFor(seconds(10), [&] { return servers.Settled(2); }));
    for (const auto& [name, host] : servers.hosts) {
      EXPECT_TRUE(servers.Happened(name, MemberEvent::Kind::kDead, dead));
    }
    servers.hosts.clear();
  });
}

TEST(GossipHost, WhoLeavesIsReplacedAtOnceAndNotHeldDead) {
  Servers servers;
  servers.world.Run([&] {
    servers.StartAll({"a", "b", "c"});
    ASSERT_TRUE(servers.WaitFor(seconds(10), [&] { return servers.Settled(3); }));
    const std::string gone = servers.Leader();
    const Time before = servers.world.loop().Now();
    servers.hosts[gone]->Leave();
    EXPECT_EQ(servers.world.loop().Now() - before, GossipHost::kFarewell);
    servers.hosts.erase(gone);
    EXPECT_TRUE(servers.AllSee(2)) << "told, not found out";
    EXPECT_TRUE(servers.WaitFor(seconds(3), [&] { return servers.Settled(2); }));
    for (const auto& [name, host] : servers.hosts) {
      EXPECT_EQ(host->node().membership().members().at(gone).liveness, Liveness::kLeft);
      EXPECT_FALSE(servers.Happened(name, MemberEvent::Kind::kSuspected, gone));
    }
    servers.hosts.clear();
  });
}

TEST(GossipHost, StartsAgainFromTheMembersFileAlone) {
  Servers servers;
  servers.world.Run([&] {
    servers.Start(servers.Options("a", {}));
    for (const char* name : {"b", "c"}) servers.Start(servers.Options(name, {"a"}));
    ASSERT_TRUE(servers.WaitFor(seconds(10), [&] { return servers.Settled(3); }));
    ASSERT_TRUE(fiber::SleepFor(MembersKeeper::kInterval + seconds(1)).ok());
    servers.Kill("c");
    servers.Kill("a");  // the only seed that was ever configured
    ASSERT_TRUE(fiber::SleepFor(seconds(30)).ok());
    servers.Start(servers.Options("c", {}));
    EXPECT_TRUE(servers.WaitFor(seconds(10), [&] { return servers.Settled(2); }));
    EXPECT_EQ(servers.Leader(), "b") << "the newcomer waits to meet the others";
    servers.hosts.clear();
  });
}

TEST(GossipHost, TheMembersFileIsWrittenAtMostEveryFiveSecondsAndForgetsWhoLeft) {
  Servers servers;
  servers.world.Run([&] {
    servers.StartAll({"a", "b", "c"});
    ASSERT_TRUE(servers.WaitFor(seconds(1), [&] { return servers.AllSee(3); }));
    fiber::Disk& disk = servers.world.Host(HostOf("a")).disk;
    ASSERT_TRUE(fiber::SleepFor(MembersKeeper::kInterval * 2).ok());
    const Address b = Address::Tcp(HostOf("b"), kPort), c = Address::Tcp(HostOf("c"), kPort);
    EXPECT_THAT(*LoadMembers(disk, "/naming"), ElementsAre(b, c));
    servers.hosts["c"]->Leave();
    ASSERT_TRUE(fiber::SleepFor(MembersKeeper::kInterval).ok());
    EXPECT_THAT(*LoadMembers(disk, "/naming"), ElementsAre(b));
    servers.Kill("b");
    ASSERT_TRUE(fiber::SleepFor(seconds(30)).ok());
    EXPECT_THAT(*LoadMembers(disk, "/naming"), ElementsAre(b)) << "the dead may come back";
    servers.hosts.clear();
  });
}

TEST(GossipHost, AFullDiskAndADamagedFileHarmNobody) {
  Servers servers;
  servers.world.Run([&] {
    const fiber::Environment host = servers.world.Host(HostOf("a"));
    ASSERT_TRUE(host.disk.CreateDirectories("/naming").ok());
    auto file = host.disk.Open("/naming/members", fiber::OpenMode::kCreateNew);
    ASSERT_TRUE((*file)->Append(std::as_bytes(std::span<const char>("nonsense\n", 9))).ok());
    servers.world.SetDiskSpace(HostOf("a"), 0);
    servers.StartAll({"a", "b", "c"});
    EXPECT_TRUE(servers.WaitFor(seconds(10), [&] { return servers.Settled(3); }));
    servers.world.SetDiskSpace(HostOf("a"), 1 << 20);
    ASSERT_TRUE(fiber::SleepFor(MembersKeeper::kInterval * 2).ok());
    EXPECT_EQ(LoadMembers(host.disk, "/naming")->size(), 2u) << "written once there is room";
    servers.hosts.clear();
  });
}

TEST(GossipHost, BadDatagramsAreCountedAndDoNoHarm) {
  Servers servers;
  servers.world.Run([&] {
    servers.StartAll({"a", "b", "c"});
    ASSERT_TRUE(servers.WaitFor(seconds(10), [&] { return servers.Settled(3); }));
    const std::string leader = servers.Leader();
    Stranger stranger(servers);
    std::mt19937_64 random(20261122);
    const std::string good =
        cluster::EncodeMessage({"b", cluster::Gossip{}, {}}, cluster::ClusterNumber("bellrock"));
    for (int i = 0; i < 2000; ++i) {
      std::string bytes = i % 2 == 0 ? good : std::string(random() % 3000, '\0');
      for (size_t at = i % 2; at < bytes.size(); at += 1 + random() % 8) {
        bytes[at] = static_cast<char>(random());
      }
      stranger.Send("a", bytes);
      if (i % 100 != 0) continue;
      ASSERT_TRUE(fiber::SleepFor(milliseconds(10)).ok());
    }
    ASSERT_TRUE(fiber::SleepFor(seconds(5)).ok());
    const GossipCounters& counters = servers.hosts["a"]->counters();
    EXPECT_GT(counters.bad + counters.foreign, 1900u);
    EXPECT_TRUE(servers.Settled(3));
    EXPECT_EQ(servers.Leader(), leader);
    for (const auto& [name, happened] : servers.events) {
      for (const MemberEvent& event : happened)
        EXPECT_NE(event.kind, MemberEvent::Kind::kSuspected);
    }
    servers.hosts.clear();
  });
}

TEST(GossipHost, ServersOfAnotherClusterAreRefusedAndCounted) {
  Servers servers;
  servers.world.Run([&] {
    servers.Start(servers.Options("a", {}));
    GossipOptions other = servers.Options("b", {"a"});
    other.cluster = "elsewhere";
    servers.Start(other);
    ASSERT_TRUE(fiber::SleepFor(seconds(20)).ok());
    EXPECT_TRUE(servers.AllSee(1));
    EXPECT_GT(servers.hosts["a"]->counters().foreign, 0u);
    EXPECT_EQ(servers.hosts["a"]->counters().bad, 0u);
    servers.hosts.clear();
  });
}

TEST(GossipHost, WhoHasTheClustersSecretMeetsTheOthersAndNobodyElseDoes) {
  Servers servers;
  servers.world.Run([&] {
    const auto secret = *ClusterSecret::From("only the servers know it");
    for (const std::string name : {"a", "b", "c", "d"}) {
      GossipOptions options = servers.Options(name, {"a", "b", "c", "d"});
      if (name != "c") options.secret = secret;
      if (name == "d") options.secret = *ClusterSecret::From("another one, as long as that");
      servers.Start(options);
    }
    const auto reachable = [&](const std::string& name) {
      return servers.hosts[name]->node().membership().reachable();
    };
    ASSERT_TRUE(fiber::SleepFor(seconds(20)).ok());
    EXPECT_EQ(reachable("a"), 2u);
    EXPECT_EQ(reachable("b"), 2u);
    EXPECT_EQ(reachable("c"), 1u);
    EXPECT_EQ(reachable("d"), 1u);
    EXPECT_GT(servers.hosts["a"]->counters().unsealed, 0u);
    EXPECT_EQ(servers.hosts["a"]->counters().bad, 0u);
    EXPECT_GT(servers.hosts["c"]->counters().bad + servers.hosts["c"]->counters().foreign, 0u)
        << "a seal is no message to who has no secret";
    servers.hosts.clear();
  });
}

TEST(GossipHost, NamesAreResolvedAgainSoThatServersMayMove) {
  Servers servers;
  servers.world.Run([&] {
    servers.resolver.table["registry.example"] = {HostOf("b")};  // where nobody is yet
    GossipOptions options = servers.Options("a", {});
    options.seeds = {{"registry.example", kPort, true}, {"nowhere.example", kPort, true}};
    servers.Start(options);
    servers.Start(servers.Options("c", {}));
    ASSERT_TRUE(fiber::SleepFor(seconds(10)).ok());
    EXPECT_TRUE(servers.AllSee(1));
    servers.resolver.table["registry.example"] = {HostOf("c"), HostOf("a")};
    EXPECT_TRUE(servers.WaitFor(GossipHost::kResolveInterval, [&] { return servers.AllSee(2); }));
    servers.resolver.table.clear();  // DNS is lost: the last answer stays
    ASSERT_TRUE(fiber::SleepFor(GossipHost::kResolveInterval * 3).ok());
    EXPECT_TRUE(servers.Settled(2));
    servers.hosts.clear();
  });
}

TEST(GossipHost, RefusesWhatOthersCouldNotUseWithTheRemedy) {
  Servers servers;
  servers.world.Run([&] {
    auto error = [&](const GossipOptions& options) {
      return GossipHost::Start(servers.world.Host(HostOf("a")), servers.resolver, options, {})
          .status()
          .ToString();
    };
    GossipOptions options = servers.Options("a", {});
    options.listen = Address::Tcp("0.0.0.0", kPort);
    EXPECT_THAT(error(options), HasSubstr("--advertise"));
    options = servers.Options("a", {});
    options.node = "";
    EXPECT_THAT(error(options), HasSubstr("node name is empty"));
    servers.Start(servers.Options("a", {}));
    EXPECT_THAT(error(servers.Options("a", {})), HasSubstr("already in use"));
    servers.hosts.clear();
  });
}

TEST(GossipHost, AWildcardListenerGossipsUnderItsAdvertisedAddress) {
  Servers servers;
  servers.world.Run([&] {
    servers.Start(servers.Options("a", {}));
    GossipOptions options = servers.Options("b", {"a"});
    options.listen = Address::Tcp("0.0.0.0", kPort);
    options.advertised = Address::Tcp(HostOf("b"), 0);
    servers.Start(options);
    EXPECT_EQ(servers.hosts["b"]->address(), Address::Tcp(HostOf("b"), kPort));
    EXPECT_TRUE(servers.WaitFor(seconds(10), [&] { return servers.Settled(2); }));
    servers.hosts.clear();
  });
}

// The same on real sockets, the number of a TCP listener taken for UDP too.
TEST(GossipHost, ThreeServersMeetOnLoopback) {
  fiber::Loop loop;
  ASSERT_TRUE(loop.Spawn([&] {
                    const fiber::Environment environment = fiber::RealEnvironment();
                    TableResolver resolver;
                    fiber::WaitQueue changed;
                    std::vector<std::unique_ptr<fiber::Listener>> listeners;
                    std::vector<std::unique_ptr<GossipHost>> hosts;
                    for (const char* name : {"a", "b", "c"}) {
                      listeners.push_back(
                          *environment.network.Listen(Address::Tcp("127.0.0.1", 0), {}));
                      GossipOptions options;
                      options.node = name;
                      options.site = "sz";
                      options.listen = listeners.back()->address();
                      options.service_address = options.listen.ToString();
                      if (!hosts.empty())
                        options.seeds = {{"127.0.0.1", hosts[0]->address().port(), false}};
                      auto host = GossipHost::Start(environment, resolver, options,
                                                    [&](const auto&) { changed.WakeAll(); });
                      ASSERT_TRUE(host.ok()) << host.status().ToString();
                      hosts.push_back(std::move(*host));
                    }
                    const Time until = loop.Now() + seconds(20);
                    auto met = [&] {
                      return std::all_of(hosts.begin(), hosts.end(), [](const auto& host) {
                        return host->node().membership().reachable() == 3;
                      });
                    };
                    while (!met() && changed.Wait(until).ok()) {
                    }
                    EXPECT_TRUE(met());
                    hosts.clear();
                    loop.Stop();
                  })
                  .ok());
  loop.Run();
}

}  // namespace
}  // namespace bellrock::naming::server
