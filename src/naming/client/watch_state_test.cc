// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "naming/client/watch_state.h"

#include <gtest/gtest.h>

#include <random>

namespace bellrock::naming::client {
namespace {

using std::chrono::seconds;

constexpr Time At(int64_t s) {
  return Time(seconds(s));
}

v1::WatchReply Reply(uint64_t epoch, uint64_t revision, bool full) {
  v1::WatchReply reply;
  reply.set_epoch(epoch);
  reply.set_revision(revision);
  reply.set_full(full);
  return reply;
}

void AddPut(v1::WatchReply& reply, const std::string& path, uint64_t revision, int weight = 100) {
  v1::Event& event = *reply.add_events();
  event.set_kind(v1::Event::KIND_PUT);
  event.set_revision(revision);
  event.mutable_instance()->mutable_spec()->set_path(path);
  event.mutable_instance()->mutable_spec()->set_weight(weight);
  event.mutable_instance()->set_revision(revision);
}

void AddRemove(v1::WatchReply& reply, const std::string& path, uint64_t revision) {
  v1::Event& event = *reply.add_events();
  event.set_kind(v1::Event::KIND_REMOVE);
  event.set_revision(revision);
  event.mutable_instance()->mutable_spec()->set_path(path);
}

std::string Paths(const WatchState& state) {
  std::string paths;
  for (const v1::Instance& instance : state.List()) paths += instance.spec().path() + " ";
  return paths;
}

// A state that has seen /a and /b in epoch 1.
WatchState Filled() {
  WatchState state;
  v1::WatchReply full = Reply(1, 10, true);
  AddPut(full, "/a", 9);
  AddPut(full, "/b", 10);
  EXPECT_TRUE(state.Apply(full, At(0)).changed);
  return state;
}

TEST(WatchState, ARemovalOfAnEarlierLifeIsNoNews) {
  WatchState state = Filled();
  v1::WatchReply late = Reply(1, 11, false);
  AddRemove(late, "/b", 8);
  EXPECT_FALSE(state.Apply(late, At(1)).changed);
  EXPECT_EQ(Paths(state), "/a /b ");
  v1::WatchReply now = Reply(1, 12, false);
  AddRemove(now, "/b", 12);
  EXPECT_TRUE(state.Apply(now, At(1)).changed);
  EXPECT_EQ(Paths(state), "/a ");
}

TEST(WatchState, FirstFullStateIsShownEvenIfEmpty) {
  WatchState state;
  EXPECT_FALSE(state.ready());
  EXPECT_TRUE(state.Apply(Reply(1, 3, true), At(0)).changed);
  EXPECT_TRUE(state.ready());
  EXPECT_EQ(state.since_revision(), 3u);
  EXPECT_FALSE(state.Apply(Reply(1, 3, true), At(1)).changed);
}

TEST(WatchState, EventsChangeTheListAndSignsOfLifeDoNot) {
  WatchState state = Filled();
  EXPECT_FALSE(state.Apply(Reply(1, 10, false), At(1)).changed);
  v1::WatchReply events = Reply(1, 12, false);
  AddPut(events, "/c", 11);
  AddRemove(events, "/a", 12);
  EXPECT_TRUE(state.Apply(events, At(2)).changed);
  EXPECT_EQ(Paths(state), "/b /c ");
  EXPECT_EQ(state.since_revision(), 12u);
}

TEST(WatchState, RemovalOfTheLastInstanceEmptiesTheListAtOnce) {
  WatchState state = Filled();
  v1::WatchReply events = Reply(1, 12, false);
  AddRemove(events, "/a", 11);
  AddRemove(events, "/b", 12);
  EXPECT_TRUE(state.Apply(events, At(1)).changed);
  EXPECT_EQ(state.size(), 0u);
}

TEST(WatchState, FullStateOfTheSameEpochReplaces) {
  WatchState state = Filled();
  v1::WatchReply full = Reply(1, 20, true);
  AddPut(full, "/b", 10);
  EXPECT_TRUE(state.Apply(full, At(1)).changed);
  EXPECT_EQ(Paths(state), "/b ");
}

TEST(WatchState, AFullStateInPartsIsShownWholeOrNotAtAll) {
  WatchState state = Filled();
  v1::WatchReply first = Reply(1, 0, true);
  AddPut(first, "/a", 9);
  first.set_more(true);
  EXPECT_FALSE(state.Apply(first, At(1)).changed);
  EXPECT_EQ(Paths(state), "/a /b ");
  v1::WatchReply middle = Reply(1, 0, false);
  AddPut(middle, "/c", 11);
  middle.set_more(true);
  EXPECT_FALSE(state.Apply(middle, At(1)).changed);
  v1::WatchReply last = Reply(1, 12, false);
  AddPut(last, "/d", 12);
  EXPECT_TRUE(state.Apply(last, At(1)).changed);
  EXPECT_EQ(Paths(state), "/a /c /d ");
  EXPECT_EQ(state.since_revision(), 12u);
}

TEST(WatchState, AFullStateThatBreaksOffLeavesEverythingAsItWas) {
  WatchState state = Filled();
  v1::WatchReply first = Reply(1, 0, true);
  AddPut(first, "/c", 11);
  first.set_more(true);
  EXPECT_FALSE(state.Apply(first, At(1)).changed);
  state.OnDisconnected();
  EXPECT_EQ(Paths(state), "/a /b ");
  EXPECT_EQ(state.since_revision(), 10u);
}

TEST(WatchState, RepeatedOrOlderPutChangesNothing) {
  WatchState state = Filled();
  v1::WatchReply again = Reply(1, 10, false);
  AddPut(again, "/b", 10, 7);
  AddPut(again, "/a", 3, 7);
  EXPECT_FALSE(state.Apply(again, At(1)).changed);
  for (const v1::Instance& instance : state.List()) EXPECT_EQ(instance.spec().weight(), 100);
}

TEST(WatchState, EventsOfAnotherEpochAskForAFullState) {
  WatchState state = Filled();
  v1::WatchReply events = Reply(2, 30, false);
  AddRemove(events, "/a", 30);
  const auto outcome = state.Apply(events, At(1));
  EXPECT_TRUE(outcome.resync);
  EXPECT_FALSE(outcome.changed);
  EXPECT_EQ(state.since_revision(), 0u);
  EXPECT_EQ(Paths(state), "/a /b ");
}

TEST(WatchState, EventsBeforeAnyFullStateAskForOne) {
  WatchState state;
  EXPECT_TRUE(state.Apply(Reply(1, 3, false), At(0)).resync);
  EXPECT_FALSE(state.ready());
}

TEST(WatchState, EmptyStateOfAnotherEpochIsBelievedOnlyAfterTheGrace) {
  WatchState state = Filled();
  state.OnDisconnected();
  EXPECT_FALSE(state.Apply(Reply(2, 0, true), At(100)).changed);
  EXPECT_EQ(Paths(state), "/a /b ");
  EXPECT_EQ(state.due(), At(100) + kAbsenceGrace);
  EXPECT_FALSE(state.Tick(At(100) + kAbsenceGrace - Duration(1)));
  EXPECT_TRUE(state.Tick(At(100) + kAbsenceGrace));
  EXPECT_EQ(state.size(), 0u);
  EXPECT_EQ(state.due(), kNever);
}

TEST(WatchState, WhoRegistersAgainInTheGraceStaysAndOnlyTheOthersGo) {
  WatchState state = Filled();
  EXPECT_FALSE(state.Apply(Reply(2, 0, true), At(100)).changed);
  v1::WatchReply events = Reply(2, 1, false);
  AddPut(events, "/b", 1);  // a lower revision than in epoch 1
  EXPECT_TRUE(state.Apply(events, At(103)).changed);
  EXPECT_EQ(Paths(state), "/a /b ");
  EXPECT_TRUE(state.Tick(At(110)));
  EXPECT_EQ(Paths(state), "/b ");
}

TEST(WatchState, GraceEndsEarlyWhenAllAreBack) {
  WatchState state = Filled();
  (void)state.Apply(Reply(2, 0, true), At(100));
  v1::WatchReply events = Reply(2, 2, false);
  AddPut(events, "/a", 1);
  AddPut(events, "/b", 2);
  (void)state.Apply(events, At(101));
  EXPECT_EQ(state.due(), kNever);
}

TEST(WatchState, GraceBeginsAnewAfterEachBreak) {
  WatchState state = Filled();
  (void)state.Apply(Reply(2, 0, true), At(100));
  state.OnDisconnected();
  EXPECT_EQ(state.due(), kNever);
  EXPECT_FALSE(state.Tick(At(115)));
  (void)state.Apply(Reply(2, 0, false), At(120));  // resumed in the same epoch
  EXPECT_EQ(state.due(), At(120) + kAbsenceGrace);
  state.OnDisconnected();
  (void)state.Apply(Reply(3, 0, true), At(125));
  EXPECT_EQ(state.due(), At(125) + kAbsenceGrace);
  EXPECT_EQ(state.size(), 2u);
}

TEST(WatchState, RemovalByNameInTheGraceGoesAtOnce) {
  WatchState state = Filled();
  (void)state.Apply(Reply(2, 0, true), At(100));
  v1::WatchReply events = Reply(2, 1, false);
  AddRemove(events, "/a", 1);
  EXPECT_TRUE(state.Apply(events, At(101)).changed);
  EXPECT_EQ(Paths(state), "/b ");
}

// Replies of a server of `epoch` about /a and /b, both in `state`.
// --- a server that knows an instance in an earlier life ---

v1::WatchReply InLife(uint64_t epoch, uint64_t incarnation, bool full, uint64_t revision) {
  v1::WatchReply reply = Reply(epoch, revision, full);
  AddPut(reply, "/a", revision, static_cast<int>(incarnation));
  reply.mutable_events(0)->mutable_instance()->mutable_spec()->set_incarnation(incarnation);
  return reply;
}

uint64_t LifeOf(const WatchState& state) {
  const v1::Instance* instance = state.Find("/a");
  return instance == nullptr ? 0 : instance->spec().incarnation();
}

TEST(WatchState, AServerThatHasNotHeardOfALifeYetTakesNobodyBack) {
  WatchState state;
  (void)state.Apply(InLife(1, 7, true, 10), At(0));
  EXPECT_FALSE(state.Apply(InLife(2, 6, true, 20), At(1)).changed);
  EXPECT_EQ(LifeOf(state), 7u);
  EXPECT_TRUE(state.Apply(InLife(2, 7, false, 21), At(2)).changed) << "it hears";
  EXPECT_EQ(state.due(), kNever);
  EXPECT_EQ(LifeOf(state), 7u);
}

TEST(WatchState, AServerThatInsistsOnAnEarlierLifeIsBelievedAfterTheGrace) {
  WatchState state;
  (void)state.Apply(InLife(1, 7, true, 10), At(0));
  (void)state.Apply(InLife(2, 6, true, 20), At(1));
  EXPECT_FALSE(state.Tick(At(10)));
  EXPECT_TRUE(state.Tick(At(11)));
  EXPECT_EQ(LifeOf(state), 6u);
  EXPECT_EQ(state.size(), 1u);
}

TEST(WatchState, TheEndOfAnEarlierLifeIsNotTheEndOfALaterOne) {
  WatchState state;
  (void)state.Apply(InLife(1, 7, true, 10), At(0));
  (void)state.Apply(InLife(2, 6, true, 20), At(1));
  v1::WatchReply removed = Reply(2, 21, false);
  AddRemove(removed, "/a", 21);
  EXPECT_FALSE(state.Apply(removed, At(2)).changed);
  EXPECT_EQ(LifeOf(state), 7u);
  EXPECT_TRUE(state.Tick(At(11))) << "nor is it known to be there";
  EXPECT_EQ(LifeOf(state), 0u);
}

v1::WatchReply Both(uint64_t epoch, v1::InstanceState state, bool disabled = false) {
  v1::WatchReply full = Reply(epoch, 10, true);
  AddPut(full, "/a", 9);
  AddPut(full, "/b", 10);
  for (v1::Event& event : *full.mutable_events()) {
    event.mutable_instance()->set_state(state);
    event.mutable_instance()->mutable_operator_state()->set_disabled(disabled);
  }
  return full;
}

// A state that has seen both working in epoch 1.
WatchState Usable() {
  WatchState state;
  EXPECT_TRUE(state.Apply(Both(1, v1::INSTANCE_STATE_WORKING), At(0)).changed);
  return state;
}

bool ShowsBothUsable(const WatchState& state) {
  int usable = 0;
  for (const v1::Instance& instance : state.List()) {
    usable += instance.state() == v1::INSTANCE_STATE_WORKING ? 1 : 0;
  }
  return usable == 2;
}

TEST(WatchStateHold, AnotherServerThatKnowsNobodyEmptiesNoListBeforeAMinute) {
  WatchState state = Usable();
  EXPECT_FALSE(state.Apply(Reply(2, 0, true), At(100)).changed);
  EXPECT_FALSE(state.Tick(At(100) + kAbsenceGrace));
  EXPECT_TRUE(ShowsBothUsable(state));
  const Time end = At(100) + kAbsenceGrace + kEmptyGrace;
  EXPECT_EQ(state.due(), end);
  EXPECT_FALSE(state.Tick(end - Duration(1)));
  EXPECT_TRUE(state.Tick(end));
  EXPECT_EQ(state.size(), 0u);
}

TEST(WatchStateHold, AnotherServerThatHoldsAllForUnreachableIsNotBelievedAtOnce) {
  WatchState state = Usable();
  EXPECT_FALSE(state.Apply(Both(2, v1::INSTANCE_STATE_UNREACHABLE), At(100)).changed);
  EXPECT_TRUE(ShowsBothUsable(state));
  EXPECT_TRUE(state.Tick(At(100) + kEmptyGrace));
  EXPECT_FALSE(ShowsBothUsable(state));
  EXPECT_EQ(state.size(), 2u);
}

TEST(WatchStateHold, EndsWithTheFirstUsableInstance) {
  WatchState state = Usable();
  (void)state.Apply(Both(2, v1::INSTANCE_STATE_INITIAL), At(100));
  v1::WatchReply events = Reply(2, 11, false);
  AddPut(events, "/b", 11);
  events.mutable_events(0)->mutable_instance()->set_state(v1::INSTANCE_STATE_WORKING);
  EXPECT_TRUE(state.Apply(events, At(101)).changed);
  EXPECT_FALSE(ShowsBothUsable(state));  // /a is initial
  EXPECT_EQ(state.due(), kNever);
}

TEST(WatchStateHold, OperatorWhoDisabledAllIsObeyedAtOnce) {
  WatchState state = Usable();
  EXPECT_TRUE(state.Apply(Both(2, v1::INSTANCE_STATE_WORKING, true), At(100)).changed);
  for (const v1::Instance& each : state.List()) EXPECT_TRUE(each.operator_state().disabled());
}

TEST(WatchStateHold, SameServerIsBelievedAtOnce) {
  WatchState state = Usable();
  EXPECT_TRUE(state.Apply(Reply(1, 20, true), At(100)).changed);
  EXPECT_EQ(state.size(), 0u);
}

TEST(WatchStateHold, TimeWithoutAServerProvesNothing) {
  WatchState state = Usable();
  (void)state.Apply(Both(2, v1::INSTANCE_STATE_UNREACHABLE), At(100));
  state.OnDisconnected();
  EXPECT_EQ(state.due(), kNever);
  EXPECT_FALSE(state.Tick(At(1000)));
  EXPECT_FALSE(state.Apply(Both(3, v1::INSTANCE_STATE_UNREACHABLE), At(1000)).changed);
  EXPECT_TRUE(ShowsBothUsable(state));
  EXPECT_TRUE(state.Tick(At(1000) + kEmptyGrace));
}

// A server whose true content is known, restarted now and then with an empty history; streams break
// at random. After quiet the list equals the truth, and it is never empty while the truth never was
// for longer than the grace.
TEST(WatchState, ConvergesOnTheTruthUnderRandomBreaksAndRestarts) {
  for (uint64_t seed = 1; seed <= 300; ++seed) {
    std::mt19937_64 random(seed);
    WatchState state;
    std::map<std::string, uint64_t> truth;
    uint64_t epoch = 1;
    uint64_t revision = 0;
    Time now = At(0);
    auto full = [&] {
      v1::WatchReply reply = Reply(epoch, revision, true);
      for (const auto& [path, at] : truth) AddPut(reply, path, at);
      (void)state.Apply(reply, now);
    };
    full();
    for (int step = 0; step < 200; ++step) {
      now += std::chrono::milliseconds(random() % 2000);
      (void)state.Tick(now);
      const std::string path = "/" + std::to_string(random() % 8);
      v1::WatchReply reply = Reply(epoch, ++revision, false);
      switch (random() % 8) {
        case 0:
          state.OnDisconnected();
          full();
          continue;
        case 1:
          if (random() % 8 != 0) continue;
          ++epoch;
          revision = 0;
          truth.clear();
          state.OnDisconnected();
          full();
          continue;
        case 2:
          truth.erase(path);
          AddRemove(reply, path, revision);
          break;
        default:
          truth[path] = revision;
          AddPut(reply, path, revision);
      }
      EXPECT_FALSE(state.Apply(reply, now).resync) << "seed " << seed;
      for (const auto& [p, at] : truth) {
        ASSERT_NE(Paths(state).find(p + " "), std::string::npos) << "seed " << seed << " " << p;
      }
    }
    (void)state.Tick(now + kAbsenceGrace);
    std::string expected;
    for (const auto& [path, at] : truth) expected += path + " ";
    EXPECT_EQ(Paths(state), expected) << "seed " << seed;
  }
}

}  // namespace
}  // namespace bellrock::naming::client
