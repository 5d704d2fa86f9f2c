// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
//
// Membership and election of whole clusters in a simulated world: 1 to 7 nodes in 1 to 3 sites,
// under loss, delay, duplicates, reordering, one-way and per-link cuts, partitions, crashes,
// leaves, pauses and clocks 5 s apart. A failure prints the command that repeats its seed:
//   sim_cluster_members_test --seed 17 [--trace]      sim_cluster_members_test --seeds 1 5000
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "cluster_world.h"
#include "seeds.h"

namespace bellrock {
namespace {

using naming::cluster::Election;
using naming::cluster::Liveness;
using naming::cluster::Member;
using std::chrono::milliseconds;
using std::chrono::seconds;

// The bounds that the cluster keeps once its network stops changing.
constexpr Duration kLeaderWithin = seconds(10);              // a leader in every part
constexpr Duration kAgreedWithin = seconds(60);              // all of a part see the same members
constexpr Duration kRivalsMax = Election::kElectionTimeout;  // two leaders that see each other
constexpr Duration kStill = seconds(10);                     // how long everything is then watched
constexpr uint64_t kSecondBytesMax = 32 * 1024;              // of a node in its worst second
constexpr uint64_t kCalmBytesPerSecondMax = 2 * 1024;
constexpr uint64_t kLeadershipsPerWatchMax = 2;  // of all nodes, where links stay broken
constexpr Duration kChaos = seconds(40);
constexpr Duration kPauseMax = seconds(5);
constexpr Duration kSample = milliseconds(100);

Seeds g_seeds;
bool g_trace = false;

// One seed's story.
class Story {
 public:
  explicit Story(uint64_t seed)
      : seed_(seed),
        dice_(seed * 7919),
        world_(seed, Pick({1, 3, 5, 7}), Pick({1, 2, 3}), g_trace) {}

  void Run() {
    for (int i = 0; i < world_.size(); ++i) world_.Start(i);
    Chaos();
    Calm();
    BreakForGood();
    WatchParts();
    HealEverything();
    WatchParts();
    BytesAreBounded();
  }

 private:
  int Pick(std::vector<int> choices) { return choices[dice_.Between(0, choices.size() - 1)]; }
  int AnyNode() { return static_cast<int>(dice_.Between(0, world_.nodes().size() - 1)); }
  bool Lives(int i) { return world_.nodes()[static_cast<size_t>(i)].node != nullptr; }
  const naming::cluster::ClusterNode& Node(int i) {
    return *world_.nodes()[static_cast<size_t>(i)].node;
  }

  void Fail(const std::string& what) {
    if (failed_) return;
    failed_ = true;
    world_.Trace("FAILED: " + what);
    ADD_FAILURE() << what << "\nrepeat with: sim_cluster_members_test --seed " << seed_
                  << " --trace";
  }

  // --- what goes wrong ---

  void Chaos() {
    const Time end = world_.now() + kChaos;
    while (world_.now() < end) {
      world_.RunUntil(world_.now() + milliseconds(dice_.Between(200, 6000)));
      Misfortune();
    }
  }

  void Misfortune() {
    const int i = AnyNode();
    switch (dice_.Between(0, 10)) {
      case 0:
      case 1:
        return Partition(Pick({2, 2, 3}));
      case 2:
        return world_.CutOneWay(i, AnyNode());
      case 3:
        return world_.Cut(i, AnyNode());
      case 4:
      case 5:
        return world_.HealAll();
      case 6:
        world_.wire().loss = static_cast<double>(dice_.Between(0, 30)) / 100;
        world_.wire().duplicates = static_cast<double>(dice_.Between(0, 20)) / 100;
        return;
      case 7:
        world_.wire().delay_max = milliseconds(dice_.Between(1, 300));
        return;
      case 8:
        return world_.Pause(i, kPauseMax / Pick({1, 2, 5, 50}));
      case 9:
        return Leave(i);
      default:
        world_.Trace(fmt::format("n{} crashes or starts", i));
        return Lives(i) ? world_.Crash(i) : world_.Start(i);
    }
  }

  void Leave(int i) {
    if (!Lives(i)) return world_.Start(i);
    world_.Leave(i);
    world_.RunUntil(world_.now() + seconds(1));
    world_.Crash(i);
  }

  void Partition(int parts) {
    std::vector<int> part;
    for (int i = 0; i < world_.size(); ++i) part.push_back(static_cast<int>(dice_.Between(0, 6)));
    world_.HealAll();
    world_.Trace(fmt::format("partition in {}", parts));
    for (int a = 0; a < world_.size(); ++a) {
      for (int b = 0; b < a; ++b) {
        if (part[static_cast<size_t>(a)] % parts != part[static_cast<size_t>(b)] % parts) {
          world_.Cut(a, b);
        }
      }
    }
  }

  // --- how it ends ---

  void Calm() {
    world_.RunUntil(world_.now() + kPauseMax);  // whoever stands still goes on
    world_.wire() = {0.01, 0.01, milliseconds(dice_.Between(1, 40))};
  }

  // The last state of the network: whole, in parts, or with single links broken for good.
  void BreakForGood() {
    const int how = Pick({0, 1, 1, 2, 2});
    if (how == 0) world_.HealAll();
    if (how == 1) Partition(Pick({2, 3}));
    if (how == 2) world_.HealAll();
    for (int cuts = Pick({1, 2, 3}); how == 2 && cuts > 0; --cuts) {
      const int a = AnyNode(), b = AnyNode();
      const bool both = Pick({0, 1}) == 1;
      world_.Trace(fmt::format("link n{} n{} broken{}", a, b, both ? "" : " one way"));
      both ? world_.Cut(a, b) : world_.CutOneWay(a, b);
    }
  }

  void HealEverything() {
    world_.HealAll();
    for (int i = 0; i < world_.size(); ++i) {
      if (!Lives(i)) world_.Start(i);
    }
  }

  // --- what must hold ---

  // Nodes that reach each other in any way.
  std::vector<std::vector<int>> Parts() {
    std::vector<std::vector<int>> parts;
    std::set<int> seen;
    for (int i = 0; i < world_.size(); ++i) {
      if (!Lives(i) || seen.contains(i)) continue;
      std::vector<int> part{i};
      seen.insert(i);
      for (size_t at = 0; at < part.size(); ++at) {
        for (int other = 0; other < world_.size(); ++other) {
          const bool joined = world_.Passes(part[at], other) || world_.Passes(other, part[at]);
          if (joined && Lives(other) && seen.insert(other).second) part.push_back(other);
        }
      }
      parts.push_back(part);
    }
    return parts;
  }
  // Each reaches each, both ways.
  bool Whole(const std::vector<int>& part) {
    for (const int a : part) {
      for (const int b : part) {
        if (!world_.Passes(a, b)) return false;
      }
    }
    return true;
  }
  // Each reaches each directly or through one other of its own site, both ways.
  bool Close(const std::vector<int>& part) {
    for (const int a : part) {
      for (const int b : part) {
        if (!std::any_of(part.begin(), part.end(), [&](int via) {
              return BothWays(a, via) && BothWays(via, b) && SameSite(via, a);
            })) {
          return false;
        }
      }
    }
    return true;
  }
  bool BothWays(int a, int b) { return world_.Passes(a, b) && world_.Passes(b, a); }
  bool SameSite(int a, int b) {
    return world_.nodes()[static_cast<size_t>(a)].site ==
           world_.nodes()[static_cast<size_t>(b)].site;
  }
  std::map<std::string, std::vector<int>> BySite(const std::vector<int>& part) {
    std::map<std::string, std::vector<int>> sites;
    for (const int i : part) sites[world_.nodes()[static_cast<size_t>(i)].site].push_back(i);
    return sites;
  }

  void WatchParts() {
    const auto parts = Parts();
    const Time start = world_.now();
    world_.Trace("nothing changes any more");
    rivals_.clear();
    Watch(start + kLeaderWithin, parts, [&] {});
    Watch(start + kAgreedWithin, parts, [&] { ForWholeParts(parts, &Story::OneLeader); });
    for (const auto& part : parts) {
      if (Close(part)) OneLeader(part);
    }
    const uint64_t leaderships = Leaderships();
    const std::vector<uint64_t> bytes = BytesSent();
    std::set<int> badly_led = Living();
    Watch(world_.now() + kStill, parts, [&] {
      ForWholeParts(parts, &Story::OneLeader);
      ForWholeParts(parts, &Story::Agreed);
      std::erase_if(badly_led, [&](int i) { return HasLeaderInReach(i); });
    });
    for (const int i : badly_led) {
      Fail(fmt::format("n{} has no leader that its site reaches", i));
    }
    if (Leaderships() - leaderships > kLeadershipsPerWatchMax) {
      Fail(fmt::format("{} leaderships in a still network", Leaderships() - leaderships));
    }
    CalmBytes(bytes);
  }

  template <typename Check>
  void Watch(Time until, const std::vector<std::vector<int>>& parts, Check check) {
    while (world_.now() < until && !failed_) {
      world_.RunUntil(world_.now() + kSample);
      for (const auto& part : parts) NoLastingRivals(part);
      check();
    }
  }

  void ForWholeParts(const std::vector<std::vector<int>>& parts,
                     void (Story::*check)(const std::vector<int>&)) {
    for (const auto& part : parts) {
      if (Whole(part)) (this->*check)(part);
    }
  }

  // Two leaders of a site that see each other: one steps down within an election timeout.
  void NoLastingRivals(const std::vector<int>& part) {
    if (!Whole(part)) return;
    for (const int a : part) {
      for (const int b : part) {
        if (a >= b || !Rivals(a, b)) {
          rivals_.erase({a, b});
          continue;
        }
        const Time since = rivals_.emplace(std::pair(a, b), world_.now()).first->second;
        if (world_.now() - since > kRivalsMax) {
          Fail(fmt::format("n{} and n{} both lead, and see each other", a, b));
        }
      }
    }
  }
  bool Rivals(int a, int b) {
    const auto& nodes = world_.nodes();
    return nodes[static_cast<size_t>(a)].site == nodes[static_cast<size_t>(b)].site &&
           Node(a).election().leading() && Node(b).election().leading() && Sees(a, b) && Sees(b, a);
  }
  bool Sees(int a, int b) {
    const auto& members = Node(a).membership().members();
    auto found = members.find(world_.nodes()[static_cast<size_t>(b)].name);
    return found != members.end() && found->second.reachable();
  }

  void OneLeader(const std::vector<int>& part) {
    for (const auto& [site, nodes] : BySite(part)) {
      std::string leaders;
      for (const int i : nodes) {
        if (Node(i).election().leading()) leaders += Node(i).membership().name() + " ";
      }
      if (std::count(leaders.begin(), leaders.end(), ' ') != 1) {
        Fail(
            fmt::format("site {}, nodes {}: leaders are {}", site, fmt::join(nodes, " "), leaders));
      }
      for (const int i : nodes) {
        if (Node(i).election().claim().leader + " " == leaders) continue;
        Fail(
            fmt::format("n{} follows '{}', not {}", i, Node(i).election().claim().leader, leaders));
      }
    }
  }

  std::set<int> Living() {
    std::set<int> living;
    for (int i = 0; i < world_.size(); ++i) {
      if (Lives(i)) living.insert(i);
    }
    return living;
  }
  // It leads, hears its leader, or talks to another of its site who hears it. A leader out of all
  // their reach could do nothing for a node's clients.
  bool HasLeaderInReach(int i) {
    const auto& nodes = world_.nodes();
    const std::string& name = Node(i).election().claim().leader;
    const auto found = std::find_if(nodes.begin(), nodes.end(),
                                    [&](const auto& node) { return node.name == name; });
    if (found == nodes.end()) return false;
    const auto leader = static_cast<int>(found - nodes.begin());
    for (int via = 0; via < world_.size(); ++via) {
      const bool talks = i == via || (Lives(via) && SameSite(i, via) && BothWays(i, via));
      if (talks && (leader == via || world_.Passes(leader, via))) return true;
    }
    return false;
  }

  // Everybody sees exactly the members of his part, with what they say of themselves.
  void Agreed(const std::vector<int>& part) {
    for (const int a : part) {
      for (int b = 0; b < world_.size(); ++b) {
        const bool here = std::find(part.begin(), part.end(), b) != part.end();
        if (here != Sees(a, b)) {
          return Fail(fmt::format("n{} sees n{}: {}, should: {}", a, b, Sees(a, b), here));
        }
        if (!here) continue;
        const std::string& name = Node(b).membership().name();
        const Member& seen = Node(a).membership().members().at(name);
        if (seen.profile != Node(b).membership().self().profile) {
          Fail(fmt::format("n{} has old metadata of n{}", a, b));
        }
      }
    }
  }

  uint64_t Leaderships() {
    uint64_t sum = 0;
    for (const auto& node : world_.nodes()) sum += node.leaderships;
    return sum;
  }
  std::vector<uint64_t> BytesSent() {
    std::vector<uint64_t> bytes;
    for (const auto& node : world_.nodes()) bytes.push_back(node.bytes_sent);
    return bytes;
  }
  void CalmBytes(const std::vector<uint64_t>& before) {
    for (int i = 0; i < world_.size(); ++i) {
      const auto at = static_cast<size_t>(i);
      const uint64_t rate =
          (world_.nodes()[at].bytes_sent - before[at]) / static_cast<uint64_t>(kStill / seconds(1));
      if (rate > kCalmBytesPerSecondMax) Fail(fmt::format("n{} sends {} bytes/s", i, rate));
    }
  }
  void BytesAreBounded() {
    for (const auto& node : world_.nodes()) {
      if (node.second_bytes_max > kSecondBytesMax) {
        Fail(fmt::format("{} sent {} bytes in a second", node.name, node.second_bytes_max));
      }
    }
    if (world_.unreadable() > 0) Fail("messages that cannot be read");
  }

  const uint64_t seed_;
  testing::SimRandom dice_;
  ClusterWorld world_;
  std::map<std::pair<int, int>, Time> rivals_;
  bool failed_ = false;
};

TEST(ClusterMembers, AgreeAndHaveOneLeaderInEachPart) {
  for (uint64_t seed = g_seeds.first; seed <= g_seeds.last; ++seed) {
    Story(seed).Run();
    g_seeds.Done(seed);
  }
}

}  // namespace
}  // namespace bellrock

int main(int argc, char** argv) {
  return bellrock::RunSimulation(argc, argv, bellrock::g_seeds, &bellrock::g_trace);
}
