// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
//
// Whole clusters of registry nodes in a simulated world, with instances, operators and watchers: 3
// to 7 nodes in 1 to 3 sites, under partitions of every kind, crashes, torn writes, lost and slow
// disks, skewed clocks, loss, delay and duplicates. A failure prints the command that repeats it:
//   sim_registry_cluster_test --seed 17 [--trace]      sim_registry_cluster_test --seeds 1 5000
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <iostream>
#include <set>
#include <string>
#include <vector>

#include "registry_world.h"
#include "seeds.h"

namespace bellrock {
namespace {

using Phase = SimInstance::Phase;
using std::chrono::milliseconds;
using std::chrono::seconds;

// The bounds that a registry keeps once its network stops changing (docs/robustness.md).
constexpr Duration kLeaderWithin = seconds(20);
constexpr Duration kSettledWithin = seconds(60);
constexpr Duration kWarmUp = seconds(10);
constexpr Duration kChaos = seconds(45);
constexpr Duration kStill = seconds(10);
constexpr Duration kQuiet = seconds(25);
constexpr int64_t kSkewMaxMs = 5'000;
// So few that neither the freeze (5 % missing is calm) nor the threshold (60 % of a service) holds
// those who died: otherwise no bound could be named.
constexpr double kDeadShareMax = 0.02;

Seeds g_seeds;
bool g_trace = false;

// One seed's story.
class Story {
 public:
  explicit Story(uint64_t seed)
      : seed_(seed),
        dice_(seed * 7919),
        world_(
            OptionsOf(), [this](const std::string& what) { Fail(what); }, g_trace) {}

  void Run() {
    Begin();
    Until(kWarmUp, [&] {});
    Chaos();
    StandStill();
    Heal();
    Settle();
    Quiet();
  }

  RegistryWorld& world() { return world_; }
  Duration settled() const { return settled_; }
  bool failed() const { return failed_; }

 private:
  RegistryWorld::Options OptionsOf() {
    RegistryWorld::Options options;
    options.seed = seed_;
    options.nodes = Pick({3, 5, 7});
    options.sites = Pick({1, 2, 3});
    options.hosts = 4 * options.sites;
    options.instances = OneIn(4) ? 1'000 : 400;
    if (OneIn(3)) options.registry.events_kept = 100;
    if (OneIn(3)) options.registry.replica.log_bytes_max = 40'000;
    if (OneIn(3)) options.registry.replica.batch_bytes_max = 2'000;
    // Longer than two clocks differ, or a lower incarnation could follow a forgotten one.
    if (OneIn(2)) options.registry.replica.tombstones.age_min = seconds(15);
    return options;
  }

  int Pick(std::vector<int> choices) { return choices[dice_.Between(0, choices.size() - 1)]; }
  bool OneIn(uint64_t n) { return dice_.Between(1, n) == 1; }
  int AnyNode() { return static_cast<int>(dice_.Between(0, world_.nodes() - 1)); }
  int AnyHost() { return static_cast<int>(dice_.Between(0, world_.hosts().size() - 1)); }
  int AnyEndpoint() { return static_cast<int>(dice_.Between(0, world_.network().endpoints() - 1)); }
  int64_t AnySkew() { return static_cast<int64_t>(dice_.Between(0, 2 * kSkewMaxMs)) - kSkewMaxMs; }
  SimInstance& AnyInstance() {
    return world_.instances()[dice_.Between(0, world_.instances().size() - 1)];
  }
  HostAgent& HostOf(const SimInstance& instance) { return world_.host_of(instance); }

  void Fail(const std::string& what) {
    if (failed_) return;
    failed_ = true;
    world_.Trace("FAILED: " + what);
    ADD_FAILURE() << what << "\nrepeat with: sim_registry_cluster_test --seed " << seed_
                  << " --trace";
  }

  template <typename Check>
  void Until(Duration time, Check check) {
    for (const Time end = world_.now() + time; world_.now() < end && !failed_;) {
      world_.RunFor(seconds(1));
      check();
    }
  }

  void Begin() {
    for (int i = 0; i < world_.nodes(); ++i) {
      world_.node(i).SetSkew(AnySkew());
      world_.network().After(milliseconds(dice_.Between(0, 2'000)),
                             [this, i] { world_.node(i).Start(); });
    }
    for (auto& host : world_.hosts()) host->SetSkew(AnySkew());
    for (size_t i = 0; i < world_.instances().size(); ++i) {
      if (OneIn(10)) continue;  // comes later
      world_.Begin(world_.instances()[i], static_cast<int>(i % world_.hosts().size()));
    }
    for (auto& watcher : world_.watchers()) watcher->Connect();
  }

  // --- what goes wrong ---

  void Chaos() {
    for (const Time end = world_.now() + kChaos; world_.now() < end && !failed_;) {
      const auto pause = milliseconds(dice_.Between(100, 3'000));
      for (const Time next = world_.now() + pause; world_.now() < next;) {
        Live();
        world_.RunFor(milliseconds(dice_.Between(50, 500)));
      }
      Misfortune();
    }
  }

  void Misfortune() {
    switch (dice_.Between(0, 15)) {
      case 0:
      case 1:
        (void)Partition(Pick({2, 2, 3}));
        return;
      case 2:
        (void)PartSites();
        return;
      case 3:
        return Isolate(AnyNode());
      case 4:
        return Isolate(AnyEndpoint());
      case 5:
        world_.Trace("a link broken one way");
        return world_.network().CutOneWay(AnyEndpoint(), AnyEndpoint());
      case 6:
        world_.Trace("a link broken");
        return world_.network().Cut(AnyNode(), AnyNode());
      case 7:
      case 8:
        world_.Trace("all links healed");
        return world_.network().HealAll();
      case 9:
        world_.network().wire().loss = static_cast<double>(dice_.Between(0, 20)) / 100;
        world_.network().wire().duplicates = static_cast<double>(dice_.Between(0, 10)) / 100;
        return;
      case 10:
        world_.network().wire().delay_max = milliseconds(dice_.Between(1, 200));
        return;
      case 11:
        return world_.node(AnyNode()).SetSkew(AnySkew());
      case 12:
        return DiskTrouble(AnyNode());
      case 13:
        world_.Trace("a node stands still");
        return world_.node(AnyNode()).Pause(milliseconds(dice_.Between(100, 5'000)));
      default:
        return CrashOrStart(AnyNode());
    }
  }

  void CrashOrStart(int i) {
    RegistryNode& node = world_.node(i);
    world_.Trace(fmt::format("n{} {}", i, node.up() ? "crashes" : "starts"));
    if (!node.up()) return node.Start();
    node.Crash();
    if (!OneIn(4)) return;
    if (world_.LoseDisk(i)) world_.Trace(fmt::format("n{} loses its disk", i));
  }

  void DiskTrouble(int i) {
    JournalDisk& disk = world_.node(i).disk();
    disk.full = OneIn(4);
    disk.sync = milliseconds(Pick({1, 2, 20, 300, 3'000}));
    world_.Trace(fmt::format("disk of n{}: {} ms{}", i, disk.sync / milliseconds(1),
                             disk.full ? ", full" : ""));
  }

  // Endpoints with different numbers are cut from each other.
  void CutApart(const std::vector<int>& group) {
    MessageNetwork& network = world_.network();
    for (int a = 0; a < network.endpoints(); ++a) {
      for (int b = 0; b < a; ++b) {
        if (group[static_cast<size_t>(a)] != group[static_cast<size_t>(b)]) network.Cut(a, b);
      }
    }
  }
  std::vector<int> Partition(int parts) {
    world_.network().HealAll();
    std::vector<int> group;
    for (int i = 0; i < world_.network().endpoints(); ++i) {
      group.push_back(static_cast<int>(dice_.Between(0, static_cast<uint64_t>(parts) - 1)));
    }
    world_.Trace(fmt::format("partition {}", fmt::join(group, " ")));
    CutApart(group);
    return group;
  }
  std::vector<int> PartSites() {
    world_.network().HealAll();
    std::vector<int> group;
    for (int i = 0; i < world_.network().endpoints(); ++i) group.push_back(world_.site_of(i));
    world_.Trace("all sites apart");
    CutApart(group);
    return group;
  }
  // Sites are torn inside while all reach all of the other sites: two leaders of one site that hear
  // each other's words through a third.
  std::vector<int> TearSites() {
    world_.network().HealAll();
    std::vector<int> group;
    for (int i = 0; i < world_.network().endpoints(); ++i) {
      group.push_back(2 * world_.site_of(i) + static_cast<int>(dice_.Between(0, 1)));
      for (int other = 0; other < i; ++other) {
        const bool torn = world_.site_of(i) == world_.site_of(other) &&
                          group[static_cast<size_t>(i)] != group[static_cast<size_t>(other)];
        if (torn) world_.network().Cut(i, other);
      }
    }
    world_.Trace(fmt::format("sites torn inside {}", fmt::join(group, " ")));
    return group;
  }
  // Single links between nodes are broken, and all reach all through others.
  std::vector<int> BreakLinks() {
    world_.network().HealAll();
    for (int site = 0; site < world_.sites(); ++site) {
      std::vector<int> own;
      for (int i = site; i < world_.nodes(); i += world_.sites()) own.push_back(i);
      if (own.size() < 3) continue;
      const size_t one = dice_.Between(0, own.size() - 1);
      const size_t other = (one + dice_.Between(1, own.size() - 1)) % own.size();
      world_.Trace(fmt::format("link n{} n{} broken", own[one], own[other]));
      world_.network().Cut(own[one], own[other]);
    }
    links_only_ = true;
    return std::vector<int>(static_cast<size_t>(world_.network().endpoints()), 0);
  }
  void Isolate(int endpoint) {
    world_.Trace(fmt::format("endpoint {} alone", endpoint));
    std::vector<int> group(static_cast<size_t>(world_.network().endpoints()), 0);
    group[static_cast<size_t>(endpoint)] = 1;
    CutApart(group);
  }

  // --- what clients do meanwhile ---

  void Live() {
    SimInstance& instance = AnyInstance();
    switch (dice_.Between(0, 9)) {
      case 0:
      case 1:
      case 2:
        return Restart(instance);
      case 3:
      case 4:
        if (instance.phase == Phase::kAlive) HostOf(instance).Leave(instance);
        return;
      case 5:
        return Die(instance);
      case 6:
        return Move(instance);
      case 7:
        return world_.watchers()[dice_.Between(0, world_.watchers().size() - 1)]->Connect();
      default:
        return Operate(instance);
    }
  }

  // A new life, after the former has ended in any way or while it is thought to go on.
  void Restart(SimInstance& instance) {
    if (instance.phase == Phase::kLeaving) return;
    dead_.erase(&instance);
    HostOf(instance).Begin(instance);
  }
  void Die(SimInstance& instance) {
    // Of those who are likely to be registered at one leader.
    const auto instances = static_cast<double>(world_.instances().size());
    const auto max = std::max<size_t>(
        1, static_cast<size_t>(kDeadShareMax * instances / static_cast<double>(world_.sites())));
    if (instance.phase != Phase::kAlive || dead_.size() >= max) return;
    dead_.insert(&instance);
    HostOf(instance).Die(instance);
  }
  void Move(SimInstance& instance) {
    if (instance.phase != Phase::kAlive) return;
    world_.Begin(instance, AnyHost());
  }
  void Operate(const SimInstance& instance) {
    naming::OperatorState state;
    state.isolated = OneIn(2);
    if (state.isolated) state.reason = "looks bad";
    world_.hosts()[static_cast<size_t>(AnyHost())]->Operate(instance.path, state);
  }

  // --- how it ends ---

  // A partition that stays: a leader in each part within the bound.
  void StandStill() {
    if (failed_) return;
    Repair();
    const auto group = APartition();
    std::map<int, std::vector<int>> parts;
    for (int i = 0; i < world_.nodes(); ++i) parts[group[static_cast<size_t>(i)]].push_back(i);
    Until(kLeaderWithin, [] {});
    bool same = false;
    Until(kStill, [&] {
      same |= world_.Differences().empty();
      for (const auto& [number, part] : parts) {
        const std::string problem = world_.LeaderProblem(part);
        if (!problem.empty()) return Fail(problem);
      }
    });
    if (links_only_ && !same) Fail("with single links broken: " + world_.Differences());
  }

  std::vector<int> APartition() {
    if (seed_ % 4 == 3 && world_.sites() > 1) return TearSites();
    if (seed_ % 8 == 1) return BreakLinks();
    return OneIn(3) ? PartSites() : Partition(Pick({2, 2, 3}));
  }

  void Repair() {
    world_.network().wire() = {0.01, 0.01, milliseconds(dice_.Between(1, 40))};
    for (int i = 0; i < world_.nodes(); ++i) {
      world_.node(i).disk().full = false;
      world_.node(i).disk().sync = milliseconds(2);
      if (!world_.node(i).up()) world_.node(i).Start();
    }
  }

  void Heal() {
    world_.Trace("everything is healed");
    world_.network().HealAll();
    healed_ = world_.now();
  }

  void Settle() {
    Time calm = world_.now();
    std::string problem;
    Until(kSettledWithin, [&] {
      problem = world_.NotSettled();
      if (!problem.empty()) calm = world_.now();
    });
    settled_ = calm - healed_;
    if (!problem.empty())
      Fail(fmt::format("{} s after healing: {}{}", kSettledWithin / seconds(1), problem,
                       world_.Protections()));
    CheckPromises();
  }

  void Quiet() {
    const uint64_t unknown = world_.figures().unknown;
    Until(kQuiet, [&] {
      const std::string problem = world_.NotSettled();
      if (!problem.empty()) Fail("not settled any more: " + problem);
    });
    if (world_.figures().unknown != unknown) Fail("an instance was unknown, though all is healed");
    CheckPromises();
    const std::string problem = world_.WatcherProblem();
    if (!problem.empty()) Fail(problem);
  }

  void CheckPromises() {
    if (failed_) return;
    const std::string broken = world_.BrokenPromise();
    if (!broken.empty()) Fail(broken);
  }

  const uint64_t seed_;
  testing::SimRandom dice_;
  RegistryWorld world_;
  bool links_only_ = false;
  std::set<const SimInstance*> dead_;
  Time healed_{};
  Duration settled_{};
  bool failed_ = false;
};

TEST(RegistryCluster, KeepsItsPromises) {
  RegistryWorld::Figures sum;
  Duration slowest{};
  for (uint64_t seed = g_seeds.first; seed <= g_seeds.last; ++seed) {
    Story story(seed);
    story.Run();
    slowest = std::max(slowest, story.settled());
    g_seeds.Done(seed);
    const RegistryWorld::Figures figures = story.world().figures();
    sum.lease_ends += figures.lease_ends;
    sum.blips += figures.blips;
    sum.unknown += figures.unknown;
    sum.proxied += figures.proxied;
    sum.stepped_back += figures.stepped_back;
    sum.resumed += figures.resumed;
    sum.full_states += figures.full_states;
  }
  std::cout << fmt::format(
      "slowest to settle {} s; {} leases ended, {} blips, {} unknown, {} calls passed on; watches: "
      "{} resumed, {} in full, {} steps back by moving\n",
      slowest / seconds(1), sum.lease_ends, sum.blips, sum.unknown, sum.proxied, sum.resumed,
      sum.full_states, sum.stepped_back);
}

}  // namespace
}  // namespace bellrock

int main(int argc, char** argv) {
  return bellrock::RunSimulation(argc, argv, bellrock::g_seeds, &bellrock::g_trace);
}
