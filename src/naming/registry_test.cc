// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "naming/registry.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "naming/replica/journal.h"
#include "naming/replica/record_codec.h"
#include "naming/spec_check.h"

namespace bellrock::naming {
namespace {

using std::chrono::milliseconds;
using ::testing::HasSubstr;

constexpr char kPath[] = "/sz/im/music/catalog/default/1";

Time At(int64_t ms) {
  return Time() + milliseconds(ms);
}

Moment Now(int64_t ms) {
  return {At(ms), 1'000'000 + ms};
}

Spec Saying(const std::string& path, uint64_t incarnation = 0) {
  Spec spec;
  spec.path = path;
  spec.address = "10.0.0.1:8080";
  spec.traits = std::make_shared<const Traits>();
  spec.incarnation = incarnation;
  return spec;
}

constexpr uint64_t kSelf = 1;

// A registry that leads, with its journal in memory.
struct Node {
  explicit Node(RegistryOptions options = {}) : registry({kSelf, 0}, options) {
    registry.Lead([](const Instance& instance) { return instance.stamp.dot.origin.node == kSelf; },
                  At(0));
  }

  Result<Registered> Register(const std::string& path, uint64_t incarnation = 0, int64_t ms = 0) {
    return registry.Register(Saying(path, incarnation), 0, Now(ms));
  }
  Status Deregister(const std::string& path) { return registry.Deregister(path, 0, Now(0)); }
  Status Operate(const std::string& path, const OperatorState& state) {
    return registry.Operate(path, state, Now(0));
  }
  Beat Heartbeat(const std::string& path, int64_t ms) {
    return registry.Heartbeat(path, 0, 0, Now(ms));
  }
  size_t Tick(int64_t ms) {
    return registry.Tick([](const Instance&) { return true; }, Now(ms));
  }
  State StateOf(const std::string& path) { return registry.tree().Find(path)->state; }
  void Write() {
    for (waiting.Collect(registry.replica()); !waiting.idle(); waiting.Written()) {
      journal.push_back(waiting.NextUnit(registry.replica()));
    }
  }

  Registry registry;
  replica::Journal waiting;
  std::vector<std::string> journal;
};

void Replay(Registry& registry, const std::vector<std::string>& snapshot,
            const std::vector<std::string>& journal, size_t covered, int64_t now_ms) {
  registry.BeginRecovery();
  replica::Recovery recovery(registry.replica());
  for (const std::string& bytes : snapshot) {
    ASSERT_TRUE(recovery.OnSnapshotEntry(bytes, Now(now_ms)).ok());
  }
  for (size_t i = covered; i < journal.size(); ++i) {
    ASSERT_TRUE(recovery.OnUnit(journal[i], Now(now_ms)).ok());
  }
  recovery.Finish();
  registry.FinishRecovery();
  registry.Lead([](const Instance& instance) { return instance.stamp.dot.origin.node == kSelf; },
                At(now_ms));
}

TEST(LifeCycle, FollowsTheTable) {
  struct Row {
    State from;
    Signal signal;
    State to;
  };
  const Row table[] = {
      {State::kInitial, Signal::kRegister, State::kInitial},       // VIN-085
      {State::kWorking, Signal::kRegister, State::kInitial},       // VIN-085
      {State::kUnreachable, Signal::kRegister, State::kInitial},   // VIN-085
      {State::kInitial, Signal::kHeartbeat, State::kWorking},      // VIN-087
      {State::kWorking, Signal::kHeartbeat, State::kWorking},      // VIN-086
      {State::kUnreachable, Signal::kHeartbeat, State::kWorking},  // VIN-089
      {State::kInitial, Signal::kLeaseEnd, State::kInitial},
      {State::kWorking, Signal::kLeaseEnd, State::kUnreachable},  // VIN-088
      {State::kUnreachable, Signal::kLeaseEnd, State::kUnreachable},
  };
  for (const Row& row : table) EXPECT_EQ(NextState(row.from, row.signal), row.to);
}

TEST(Registry, WalksThroughALife) {
  Node node;
  ASSERT_TRUE(node.Register(kPath).ok());
  EXPECT_EQ(node.StateOf(kPath), State::kInitial);
  EXPECT_EQ(node.registry.NextExpiry(), kNever) << "no heartbeat yet, so none to miss";
  EXPECT_EQ(node.Heartbeat(kPath, 1000), Beat::kFirst);
  EXPECT_EQ(node.Heartbeat(kPath, 6000), Beat::kRenewed);
  EXPECT_EQ(node.registry.NextExpiry(), At(16'000));
  EXPECT_EQ(node.Tick(15'999), 0u);
  EXPECT_EQ(node.Tick(16'000), 1u);
  EXPECT_EQ(node.StateOf(kPath), State::kUnreachable);
  EXPECT_EQ(node.Heartbeat(kPath, 20'000), Beat::kRevived);
  EXPECT_EQ(node.StateOf(kPath), State::kWorking);
  ASSERT_TRUE(node.Deregister(kPath).ok());
  EXPECT_EQ(node.registry.tree().size(), 0u);
  EXPECT_EQ(node.Heartbeat(kPath, 21'000), Beat::kUnknown);
  EXPECT_TRUE(node.Deregister(kPath).ok()) << "what is not there is gone already";
}

TEST(Registry, EveryChangeIsOneEventWithTheNextRevision) {
  Node node;
  Watcher watcher(node.registry.hub(), *Target::Parse("music/catalog"), [] {});
  std::vector<uint64_t> revisions;
  const auto take = [&] {
    for (const Notice& told : watcher.Take().notices) revisions.push_back(told.event->revision);
  };
  ASSERT_TRUE(node.Register(kPath).ok());
  take();
  node.Heartbeat(kPath, 0);
  take();
  node.Heartbeat(kPath, 1);
  take();
  node.Tick(60'000);
  take();
  ASSERT_TRUE(node.Operate(kPath, {true, false, 0, "broken disk"}).ok());
  take();
  ASSERT_TRUE(node.Deregister(kPath).ok());
  take();
  EXPECT_THAT(revisions, testing::ElementsAre(1, 2, 3, 4, 5));
}

TEST(Registry, RegisteringAgainKeepsTheOperatorsWord) {
  Node node;
  ASSERT_TRUE(node.Register(kPath).ok());
  ASSERT_TRUE(node.Operate(kPath, {false, true, 50, "under diagnosis"}).ok());
  ASSERT_TRUE(node.Register(kPath).ok());
  EXPECT_TRUE(node.registry.tree().Find(kPath)->operator_state()->isolated);
  ASSERT_TRUE(node.Deregister(kPath).ok());
  ASSERT_TRUE(node.Register(kPath).ok());
  EXPECT_EQ(node.registry.tree().Find(kPath)->operator_state()->weight, 50);
  EXPECT_EQ(node.registry.tree().root().counts.disabled, 1);
  ASSERT_TRUE(node.Operate(kPath, {}).ok());
  EXPECT_EQ(node.registry.tree().root().counts.disabled, 0);
}

TEST(Registry, AnOlderIncarnationIsAborted) {
  Node node;
  const uint64_t first = node.Register(kPath)->incarnation;
  EXPECT_EQ(node.Register(kPath)->incarnation, first + 1) << "0: the server counts";
  EXPECT_EQ(node.Register(kPath, first + 7)->incarnation, first + 7);
  const auto late = node.Register(kPath, first + 6);
  ASSERT_FALSE(late.ok());
  EXPECT_EQ(late.status().code(), StatusCode::kAborted);
  EXPECT_THAT(late.status().ToString(), HasSubstr(std::to_string(first + 6)));
}

TEST(Registry, AHeartbeatOfAnotherLifeRenewsNothing) {
  Node node;
  ASSERT_TRUE(node.Register(kPath, 5).ok());
  EXPECT_EQ(node.registry.Heartbeat(kPath, 4, 9, Now(0)), Beat::kUnknown);
  EXPECT_EQ(node.registry.Heartbeat(kPath, 6, 1, Now(0)), Beat::kUnknown);
  EXPECT_EQ(node.registry.NextExpiry(), kNever);
  EXPECT_EQ(node.registry.Heartbeat(kPath, 5, 1, Now(0)), Beat::kFirst);
}

TEST(Registry, TheSameRegistrationAgainDoesNotTakeAnInstanceOut) {
  Node node;
  ASSERT_TRUE(node.Register(kPath, 5).ok());
  node.Heartbeat(kPath, 0);
  ASSERT_TRUE(node.Register(kPath, 5).ok());
  EXPECT_EQ(node.StateOf(kPath), State::kWorking);
  EXPECT_EQ(node.registry.NextExpiry(), At(10'000));
  ASSERT_TRUE(node.Register(kPath, 6).ok());
  EXPECT_EQ(node.StateOf(kPath), State::kInitial);
  EXPECT_EQ(node.registry.NextExpiry(), kNever);
}

TEST(Registry, WhomAProtectionHoldsGetsAnotherLease) {
  Node node;
  ASSERT_TRUE(node.Register(kPath).ok());
  node.Heartbeat(kPath, 0);
  EXPECT_EQ(node.registry.Tick([](const Instance&) { return false; }, Now(10'000)), 1u);
  EXPECT_EQ(node.StateOf(kPath), State::kWorking);
  EXPECT_EQ(node.registry.NextExpiry(), At(20'000));
  EXPECT_EQ(node.registry.totals().held, 1u);
  EXPECT_EQ(node.Tick(20'000), 1u);
  EXPECT_EQ(node.StateOf(kPath), State::kUnreachable);
}

TEST(Registry, OnlyALeaderHoldsLeasesAndANewOneGivesEverybodyAFullTerm) {
  Node node;
  ASSERT_TRUE(node.Register(kPath).ok());
  node.Heartbeat(kPath, 0);
  node.registry.Follow();
  EXPECT_EQ(node.registry.NextExpiry(), kNever);
  node.registry.Lead([](const Instance&) { return true; }, At(8'000));
  EXPECT_EQ(node.registry.NextExpiry(), At(18'000));
}

TEST(Registry, AnInstanceOfAnotherSiteIsThatSitesToEnd) {
  Node here, there;
  Registry other({2, 0});
  other.Lead([](const Instance& instance) { return instance.stamp.dot.origin.node == 2; }, At(0));
  ASSERT_TRUE(other.Register(Saying(kPath, 5), 0, Now(0)).ok());
  other.Heartbeat(kPath, 5, 1, Now(0));
  const auto pull = [](Registry& to, Registry& from) {
    (void)to.replica().Apply(from.replica().AnswerPull(to.replica().MakePull()), Now(1));
  };
  pull(here.registry, other);
  EXPECT_EQ(here.StateOf(kPath), State::kWorking);
  EXPECT_EQ(here.registry.NextExpiry(), kNever);
  // It moves here: this site holds its lease then, and the other one lets go of it.
  ASSERT_TRUE(here.registry.Register(Saying(kPath, 6), 0, Now(2)).ok());
  here.Heartbeat(kPath, 3);
  EXPECT_NE(here.registry.NextExpiry(), kNever);
  pull(other, here.registry);
  EXPECT_EQ(other.NextExpiry(), kNever);
}

TEST(Registry, AnInstanceThatHeartbeatsAtAnotherSiteIsTakenOver) {
  Node here;
  Registry other({2, 0});
  other.Lead([](const Instance& instance) { return instance.stamp.dot.origin.node == 2; }, At(0));
  ASSERT_TRUE(other.Register(Saying(kPath, 5), 0, Now(0)).ok());
  other.Heartbeat(kPath, 5, 1, Now(0));
  const auto pull = [](Registry& to, Registry& from) {
    (void)to.replica().Apply(from.replica().AnswerPull(to.replica().MakePull()), Now(1));
  };
  pull(here.registry, other);
  EXPECT_EQ(here.registry.Heartbeat(kPath, 5, 2, Now(2)), Beat::kRenewed);
  pull(other, here.registry);
  EXPECT_EQ(other.NextExpiry(), kNever) << "or it would be told unreachable there";
  EXPECT_NE(here.registry.NextExpiry(), kNever);
  const uint64_t revision = here.registry.revision();
  here.registry.Heartbeat(kPath, 5, 3, Now(3));
  EXPECT_EQ(here.registry.revision(), revision) << "once is enough";
}

TEST(Registry, LeasesThatAreOverdueAreCounted) {
  Node node;
  for (int i = 0; i < 10; ++i) {
    const std::string path = "/sz/im/music/catalog/default/" + std::to_string(i);
    ASSERT_TRUE(node.Register(path).ok());
    node.Heartbeat(path, i < 3 ? 0 : 4'000);
  }
  EXPECT_EQ(node.registry.CountLeases(At(5'900)).overdue, 0u);
  const Registry::Leases leases = node.registry.CountLeases(At(6'100));
  EXPECT_EQ(leases.held, 10u);
  EXPECT_EQ(leases.overdue, 3u);
  // Held by a protection they are still missing, however new their leases are.
  node.registry.Tick([](const Instance&) { return false; }, Now(10'000));
  EXPECT_EQ(node.registry.CountLeases(At(10'001)).overdue, 10u) << "the others are overdue";
  for (int i = 3; i < 10; ++i)
    node.Heartbeat("/sz/im/music/catalog/default/" + std::to_string(i), 10'001);
  EXPECT_EQ(node.registry.CountLeases(At(10'002)).overdue, 3u);
  node.Heartbeat("/sz/im/music/catalog/default/0", 10'003);
  EXPECT_EQ(node.registry.CountLeases(At(10'004)).overdue, 2u);
}

TEST(Registry, BadInputNamesFieldValueAndRemedy) {
  const auto error = [](auto&& change) {
    Node node;
    Spec spec = Saying(kPath);
    change(spec);
    const auto done = node.registry.Register(spec, 0, Now(0));
    EXPECT_FALSE(done.ok());
    EXPECT_EQ(done.status().code(), StatusCode::kInvalidArgument);
    EXPECT_FALSE(node.registry.replica().has_changes());
    return done.status().ToString();
  };
  EXPECT_THAT(error([](Spec& s) { s.path = "/a/b"; }), HasSubstr("instance.path: path \"/a/b\""));
  EXPECT_THAT(error([](Spec& s) { s.address = "here"; }), HasSubstr("instance.address"));
  EXPECT_THAT(error([](Spec& s) { s.address = "10.0.0.1:0"; }), HasSubstr("port of 1..65535"));
  EXPECT_THAT(error([](Spec& s) { s.weight = 10'001; }),
              HasSubstr("instance.weight 10001: use 1..10000, or 0 for 100"));
  EXPECT_THAT(error([](Spec& s) { s.weight = -1; }), HasSubstr("instance.weight -1"));
  EXPECT_THAT(error([](Spec& s) { s.lease_ms = 999; }),
              HasSubstr("instance.lease_ms 999: use 1000..3600000"));
  EXPECT_THAT(
      error([](Spec& s) {
        s.traits = std::make_shared<const Traits>(Traits{"", {{"k", std::string(256, 'v')}}});
      }),
      HasSubstr("instance.labels[\"k\"]: the value is 256 bytes long"));
}

TEST(Registry, LimitsAreRefusedWithTheNumber) {
  Node node(RegistryOptions{.instances_max = 1, .operator_states_max = 1});
  ASSERT_TRUE(node.Register(kPath).ok());
  const auto more = node.Register("/sz/im/music/catalog/default/2");
  EXPECT_EQ(more.status().code(), StatusCode::kResourceExhausted);
  EXPECT_TRUE(node.Register(kPath).ok()) << "known ones may always register again";
  const auto missing = node.Operate("/sz/im/music/catalog/default/2", {});
  EXPECT_EQ(missing.code(), StatusCode::kNotFound);
}

TEST(Registry, ARestartExpiresNobodyAndReusesNoRevision) {
  Node node;
  ASSERT_TRUE(node.Register(kPath).ok());
  node.Heartbeat(kPath, 0);
  node.Write();
  Registry next({kSelf, 1});
  Replay(next, {}, node.journal, 0, 500'000);
  EXPECT_EQ(next.tree().Find(kPath)->state, State::kWorking);
  EXPECT_EQ(next.NextExpiry(), At(510'000));
  EXPECT_GT(next.revision(), node.registry.revision());
  EXPECT_FALSE(next.events().Since(Target{false, "/"}, {}, node.registry.revision()).has_value());
  EXPECT_TRUE(next.ChangedSince(*Target::Parse("music/catalog"), node.registry.revision()));
}

TEST(Registry, LivesThatBeganInTheSameMillisecondHaveHistoriesOfTheirOwn) {
  const Registry one({1, 1'800'000'000'000}), other({2, 1'800'000'000'000});
  EXPECT_NE(one.history(), other.history()) << "or a watcher that moves would miss changes";
}

TEST(Registry, ChangedSinceKnowsTheTarget) {
  Node node;
  const uint64_t first = node.Register(kPath)->revision;
  EXPECT_FALSE(node.registry.ChangedSince(*Target::Parse("/sz"), first));
  ASSERT_TRUE(node.Register("/sh/im/music/storage/default/1").ok());
  EXPECT_FALSE(node.registry.ChangedSince(*Target::Parse("/sz"), first));
  EXPECT_FALSE(node.registry.ChangedSince(*Target::Parse("music/catalog"), first));
  EXPECT_TRUE(node.registry.ChangedSince(*Target::Parse("/"), first));
  ASSERT_TRUE(node.Deregister(kPath).ok());
  EXPECT_TRUE(node.registry.ChangedSince(*Target::Parse("music/catalog"), first)) << "gone";
  EXPECT_FALSE(node.registry.ChangedSince(*Target::Parse("never/was"), first));
}

// Tombstones, and operators' words about nobody.
std::vector<std::string> OthersIn(const Registry& registry) {
  std::vector<std::string> others;
  registry.replica().table().ForEachOther([&](const std::string& path, const auto& record) {
    others.push_back(replica::EncodeRecord(path, record));
    return true;
  });
  return others;
}

// Random words with a snapshot taken in small steps between them: snapshot + journal after its
// start give the same records as the journal alone, and as the live registry.
TEST(Registry, AFuzzySnapshotAndTheRestOfTheJournalGiveTheSameState) {
  for (uint64_t seed = 1; seed <= 30; ++seed) {
    std::mt19937_64 random(seed);
    Node node;
    const auto step = [&] {
      const std::string path =
          "/s" + std::to_string(random() % 2) + "/d/l/v/c/" + std::to_string(random() % 12);
      const uint64_t dice = random() % 10;
      if (dice < 4) {
        (void)node.Register(path, random() % 3 == 0 ? random() % 6 : 0);
      } else if (dice < 6) {
        (void)node.Deregister(path);
      } else if (dice < 8) {
        node.Heartbeat(path, 0);
      } else {
        (void)node.Operate(path, {random() % 2 == 0, false, 0, ""});
      }
      if (random() % 3 == 0) node.Write();
    };
    for (int i = 0; i < 100; ++i) step();
    const size_t covered = node.journal.size();
    std::vector<std::string> snapshot;
    replica::SnapshotCursor cursor;
    for (bool ended = false; !ended;) {
      std::vector<std::string> chunk;
      ended = cursor.Next(node.registry.replica(), 3, chunk);
      snapshot.insert(snapshot.end(), chunk.begin(), chunk.end());
      for (int i = 0; i < 4; ++i) step();
    }
    for (int i = 0; i < 20; ++i) step();
    node.Write();
    Registry whole({kSelf, 1}), short_cut({kSelf, 1});
    Replay(whole, {}, node.journal, 0, 0);
    Replay(short_cut, snapshot, node.journal, covered, 0);
    const replica::Replica& live = node.registry.replica();
    for (const Registry* again : {&whole, &short_cut}) {
      ASSERT_EQ(again->replica().table().root(), live.table().root()) << "seed " << seed;
      ASSERT_EQ(again->replica().seen(), live.seen()) << "seed " << seed;
      ASSERT_EQ(OthersIn(*again), OthersIn(node.registry)) << "seed " << seed;
      ASSERT_EQ(again->tree().root().counts, node.registry.tree().root().counts);
    }
  }
}

// Else the next life's number would turn over, and nobody could ever register there again.
TEST(RegistryNumbers, NobodyTakesTheLastIncarnation) {
  Node node;
  const auto refused = node.Register(kPath, ~uint64_t{0});
  EXPECT_EQ(refused.status().code(), StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(refused.status().message()), HasSubstr("use at most"));
  EXPECT_EQ(node.registry.Deregister(kPath, ~uint64_t{0}, Now(0)).code(),
            StatusCode::kInvalidArgument);
  ASSERT_TRUE(node.Register(kPath, kCountedMax).ok());
  ASSERT_TRUE(node.Deregister(kPath).ok());
  EXPECT_EQ(node.Register(kPath)->incarnation, kCountedMax + 1);
}

TEST(RegistryNumbers, ACountOfHeartbeatsBeyondAllBoundsDoesNotTurnOver) {
  Node node;
  ASSERT_TRUE(node.Register(kPath).ok());
  EXPECT_EQ(node.registry.Heartbeat(kPath, 0, ~uint64_t{0}, Now(0)), Beat::kFirst);
  EXPECT_EQ(node.Tick(20'000), 1u);
  EXPECT_EQ(node.StateOf(kPath), State::kUnreachable);
  EXPECT_EQ(node.registry.Heartbeat(kPath, 0, 1, Now(20'001)), Beat::kRevived);
  EXPECT_EQ(node.StateOf(kPath), State::kWorking) << "the later word prevails";
}

}  // namespace
}  // namespace bellrock::naming
