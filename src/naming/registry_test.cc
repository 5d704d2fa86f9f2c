// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "naming/registry.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

namespace bellrock::naming {
namespace {

using std::chrono::milliseconds;
using ::testing::HasSubstr;

constexpr char kPath[] = "/sz/im/music/catalog/default/1";

Time At(int64_t ms) {
  return Time() + milliseconds(ms);
}

RegisterCommand Registering(const std::string& path, uint64_t incarnation = 0) {
  RegisterCommand command;
  command.spec.path = path;
  command.spec.address = "10.0.0.1:8080";
  command.spec.traits = std::make_shared<const Traits>();
  command.spec.incarnation = incarnation;
  return command;
}

// A registry with a journal in memory.
struct Node {
  explicit Node(RegistryOptions options = {}) : registry(options) {}

  Result<Applied> Do(Command command) {
    BELLROCK_TRY(registry.Check(command));
    journal.push_back(EncodeCommand(command));
    return registry.Apply(command, journal.size());
  }
  Beat Heartbeat(const std::string& path, int64_t ms) {
    const Beat beat = registry.Heartbeat(path, At(ms), ms);
    if (beat == Beat::kFirst) journal.push_back(EncodeCommand(WorkingCommand{path, ms}));
    return beat;
  }
  State StateOf(const std::string& path) { return registry.tree().Find(path)->state; }

  Registry registry;
  std::vector<std::string> journal;
};

void Replay(Registry& registry, const std::vector<std::string>& snapshot,
            const std::vector<std::string>& journal, size_t covered, int64_t now_ms) {
  registry.BeginRecovery();
  for (const std::string& bytes : snapshot) registry.Restore(*DecodeSnapshotEntry(bytes));
  for (size_t i = covered; i < journal.size(); ++i)
    (void)registry.Apply(*DecodeCommand(journal[i]), i + 1);
  registry.FinishRecovery(At(now_ms));
}

// What must survive a restart, as text.
std::vector<std::string> Durable(const Registry& registry) {
  std::vector<std::string> lines;
  registry.tree().ForEach(Target{false, "/"}, "", [&](const Instance& i) {
    InstanceEntry entry{registry.View(i), 0};
    entry.instance.revision = 0;
    entry.instance.changed_unix_ms = 0;
    std::string line = EncodeSnapshotEntry(entry);
    if (i.operator_state != nullptr)
      line += EncodeSnapshotEntry(OperatorEntry{"", *i.operator_state});
    lines.push_back(std::move(line));
    return true;
  });
  return lines;
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
  ASSERT_TRUE(node.Do(Registering(kPath)).ok());
  EXPECT_EQ(node.StateOf(kPath), State::kInitial);
  EXPECT_EQ(node.registry.NextExpiry(), kNever) << "no heartbeat yet, so none to miss";
  EXPECT_EQ(node.Heartbeat(kPath, 1000), Beat::kFirst);
  EXPECT_EQ(node.Heartbeat(kPath, 6000), Beat::kRenewed);
  EXPECT_EQ(node.registry.NextExpiry(), At(16'000));
  EXPECT_EQ(node.registry.Tick(At(15'999), 0), 0u);
  EXPECT_EQ(node.registry.Tick(At(16'000), 0), 1u);
  EXPECT_EQ(node.StateOf(kPath), State::kUnreachable);
  EXPECT_EQ(node.Heartbeat(kPath, 20'000), Beat::kRevived);
  EXPECT_EQ(node.StateOf(kPath), State::kWorking);
  ASSERT_TRUE(node.Do(DeregisterCommand{kPath, 0}).ok());
  EXPECT_EQ(node.registry.tree().size(), 0u);
  EXPECT_EQ(node.Heartbeat(kPath, 21'000), Beat::kUnknown);
  EXPECT_TRUE(node.Do(DeregisterCommand{kPath, 0}).ok()) << "what is not there is gone already";
}

TEST(Registry, EveryChangeIsOneEventWithTheNextRevision) {
  Node node;
  Watcher watcher(node.registry.hub(), *Target::Parse("music/catalog"), [] {});
  std::vector<uint64_t> revisions;
  const auto take = [&] {
    for (const Notice& told : watcher.Take().notices) revisions.push_back(told.event->revision);
  };
  ASSERT_TRUE(node.Do(Registering(kPath)).ok());
  take();
  node.Heartbeat(kPath, 0);
  take();
  node.Heartbeat(kPath, 1);
  take();
  node.registry.Tick(At(60'000), 0);
  take();
  ASSERT_TRUE(node.Do(OperatorCommand{kPath, {true, false, 0, "broken disk"}, 0}).ok());
  take();
  ASSERT_TRUE(node.Do(DeregisterCommand{kPath, 0}).ok());
  take();
  EXPECT_THAT(revisions, testing::ElementsAre(1, 2, 3, 4, 5));
}

TEST(Registry, RegisteringAgainKeepsTheOperatorsWord) {
  Node node;
  ASSERT_TRUE(node.Do(Registering(kPath)).ok());
  ASSERT_TRUE(node.Do(OperatorCommand{kPath, {false, true, 50, "under diagnosis"}, 0}).ok());
  ASSERT_TRUE(node.Do(Registering(kPath)).ok());
  EXPECT_TRUE(node.registry.tree().Find(kPath)->operator_state->isolated);
  ASSERT_TRUE(node.Do(DeregisterCommand{kPath, 0}).ok());
  ASSERT_TRUE(node.Do(Registering(kPath)).ok());
  EXPECT_EQ(node.registry.tree().Find(kPath)->operator_state->weight, 50);
  EXPECT_EQ(node.registry.tree().root().counts.disabled, 1);
  ASSERT_TRUE(node.Do(OperatorCommand{kPath, {}, 0}).ok());
  EXPECT_EQ(node.registry.tree().root().counts.disabled, 0);
}

TEST(Registry, AnOlderIncarnationIsAborted) {
  Node node;
  EXPECT_EQ(node.Do(Registering(kPath))->incarnation, 1u);
  EXPECT_EQ(node.Do(Registering(kPath))->incarnation, 2u) << "0: the server counts";
  EXPECT_EQ(node.Do(Registering(kPath, 7))->incarnation, 7u);
  const auto late = node.Do(Registering(kPath, 6));
  ASSERT_FALSE(late.ok());
  EXPECT_EQ(late.status().code(), StatusCode::kAborted);
  EXPECT_THAT(late.status().ToString(), HasSubstr("incarnation 6"));
  // Both passed the check before either was applied: the later one wins.
  Command seven = Registering(kPath, 9), six = Registering(kPath, 8);
  ASSERT_TRUE(node.registry.Check(seven).ok() && node.registry.Check(six).ok());
  EXPECT_TRUE(node.registry.Apply(seven, 10).ok());
  EXPECT_EQ(node.registry.Apply(six, 11).status().code(), StatusCode::kAborted);
}

TEST(Registry, TheSameRegistrationAgainDoesNotTakeAnInstanceOut) {
  Node node;
  ASSERT_TRUE(node.Do(Registering(kPath, 5)).ok());
  node.Heartbeat(kPath, 0);
  ASSERT_TRUE(node.Do(Registering(kPath, 5)).ok());
  EXPECT_EQ(node.StateOf(kPath), State::kWorking);
  EXPECT_EQ(node.registry.NextExpiry(), At(10'000));
  ASSERT_TRUE(node.Do(Registering(kPath, 6)).ok());
  EXPECT_EQ(node.StateOf(kPath), State::kInitial);
  EXPECT_EQ(node.registry.NextExpiry(), kNever);
}

TEST(Registry, FrozenNobodyBecomesUnreachableButHeartbeatsRevive) {
  Node node;
  const std::string other = "/sz/im/music/catalog/default/2";
  for (const auto& path : {std::string(kPath), other}) {
    ASSERT_TRUE(node.Do(Registering(path)).ok());
    node.Heartbeat(path, 0);
  }
  node.registry.Tick(At(9'999), 0);
  node.Heartbeat(other, 9'999);
  node.registry.Tick(At(10'000), 0);
  node.registry.Freeze();
  EXPECT_EQ(node.registry.Tick(At(50'000), 0), 0u);
  EXPECT_EQ(node.Heartbeat(kPath, 50'000), Beat::kRevived);
  node.registry.Thaw(At(60'000));
  EXPECT_EQ(node.registry.NextExpiry(), At(70'000)) << "a full lease for all";
}

TEST(Registry, BadInputNamesFieldValueAndRemedy) {
  const auto error = [](auto&& change) {
    Node node;
    RegisterCommand command = Registering(kPath);
    change(command.spec);
    const auto done = node.Do(command);
    EXPECT_FALSE(done.ok());
    EXPECT_EQ(done.status().code(), StatusCode::kInvalidArgument);
    EXPECT_TRUE(node.journal.empty());
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
  ASSERT_TRUE(node.Do(Registering(kPath)).ok());
  const auto more = node.Do(Registering("/sz/im/music/catalog/default/2"));
  EXPECT_EQ(more.status().code(), StatusCode::kResourceExhausted);
  EXPECT_TRUE(node.Do(Registering(kPath)).ok()) << "known ones may always register again";
  const auto missing = node.Do(OperatorCommand{"/sz/im/music/catalog/default/2", {}, 0});
  EXPECT_EQ(missing.status().code(), StatusCode::kNotFound);
}

TEST(Registry, ARestartExpiresNobodyAndReusesNoRevision) {
  Node node;
  ASSERT_TRUE(node.Do(Registering(kPath)).ok());
  node.Heartbeat(kPath, 0);
  node.registry.Tick(At(10'000), 0);  // unreachable, which is not kept
  Registry next;
  Replay(next, {}, node.journal, 0, 500'000);
  EXPECT_EQ(next.tree().Find(kPath)->state, State::kWorking);
  EXPECT_EQ(next.NextExpiry(), At(510'000));
  EXPECT_GT(next.revision(), node.registry.revision());
  EXPECT_FALSE(next.events().Since(Target{false, "/"}, {}, node.registry.revision()).has_value());
  EXPECT_TRUE(next.ChangedSince(*Target::Parse("music/catalog"), node.registry.revision()));
}

TEST(Registry, ChangedSinceKnowsTheTarget) {
  Node node;
  const uint64_t first = node.Do(Registering(kPath))->revision;
  EXPECT_FALSE(node.registry.ChangedSince(*Target::Parse("/sz"), first));
  ASSERT_TRUE(node.Do(Registering("/sh/im/music/storage/default/1")).ok());
  EXPECT_FALSE(node.registry.ChangedSince(*Target::Parse("/sz"), first));
  EXPECT_FALSE(node.registry.ChangedSince(*Target::Parse("music/catalog"), first));
  EXPECT_TRUE(node.registry.ChangedSince(*Target::Parse("/"), first));
  ASSERT_TRUE(node.Do(DeregisterCommand{kPath, 0}).ok());
  EXPECT_TRUE(node.registry.ChangedSince(*Target::Parse("music/catalog"), first)) << "gone";
  EXPECT_FALSE(node.registry.ChangedSince(*Target::Parse("never/was"), first));
}

// Random commands with a snapshot taken in small steps between them: snapshot + journal after its
// start give the same registry as the journal alone, and as the live one.
TEST(Registry, AFuzzySnapshotAndTheRestOfTheJournalGiveTheSameState) {
  for (uint64_t seed = 1; seed <= 30; ++seed) {
    std::mt19937_64 random(seed);
    Node node;
    const auto step = [&] {
      const std::string path =
          "/s" + std::to_string(random() % 2) + "/d/l/v/c/" + std::to_string(random() % 12);
      const uint64_t dice = random() % 10;
      if (dice < 4) {
        (void)node.Do(Registering(path, random() % 3 == 0 ? random() % 6 : 0));
      } else if (dice < 6) {
        (void)node.Do(DeregisterCommand{path, 1});
      } else if (dice < 8) {
        node.Heartbeat(path, 0);
      } else {
        (void)node.Do(OperatorCommand{path, {random() % 2 == 0, false, 0, ""}, 1});
      }
    };
    for (int i = 0; i < 100; ++i) step();
    const size_t covered = node.journal.size();
    std::vector<std::string> snapshot;
    node.registry.SnapshotHead(snapshot);
    std::string after;
    for (bool ended = false; !ended;) {
      std::vector<std::string> chunk;
      ended = node.registry.SnapshotInstances(after, 3, chunk);
      snapshot.insert(snapshot.end(), chunk.begin(), chunk.end());
      for (int i = 0; i < 4; ++i) step();
    }
    for (int i = 0; i < 20; ++i) step();
    Registry whole, short_cut;
    Replay(whole, {}, node.journal, 0, 0);
    Replay(short_cut, snapshot, node.journal, covered, 0);
    ASSERT_EQ(Durable(whole), Durable(node.registry)) << "seed " << seed;
    ASSERT_EQ(Durable(short_cut), Durable(node.registry)) << "seed " << seed;
    ASSERT_EQ(whole.tree().root().counts, short_cut.tree().root().counts);
  }
}

}  // namespace
}  // namespace bellrock::naming
