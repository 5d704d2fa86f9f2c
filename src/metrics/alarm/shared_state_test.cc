// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/alarm/shared_state.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

namespace bellrock::metrics::alarm {
namespace {

using ::testing::ElementsAre;
using ::testing::UnorderedElementsAre;

v1::AlarmFiring& AddFiring(v1::AlarmState& state, const std::string& id, int64_t resolved_at = 0) {
  v1::AlarmFiring& firing = *state.add_firings();
  firing.set_id(id);
  firing.set_resolved_at(resolved_at);
  firing.add_told("ops");
  if (resolved_at != 0) firing.add_told_resolved("ops");
  return firing;
}
v1::AlarmState State(uint64_t epoch, const std::string& holder, uint64_t version) {
  v1::AlarmState state;
  state.set_epoch(epoch);
  state.set_holder(holder);
  state.set_version(version);
  return state;
}
std::vector<std::string> Ids(const v1::AlarmState& state) {
  std::vector<std::string> ids;
  for (const auto& firing : state.firings()) ids.push_back(firing.id());
  return ids;
}

TEST(SharedPart, HasWhatFiresAndWhatIsToBeToldAndTheNewestOfTheRest) {
  v1::AlarmState state = State(1, "a", 5);
  state.add_groups()->set_key("ops");
  AddFiring(state, "fires");
  for (int i = 1; i <= 9; ++i) AddFiring(state, "over" + std::to_string(i), i);
  AddFiring(state, "end untold", 1).clear_told_resolved();
  v1::AlarmFiring& untold = AddFiring(state, "all untold", 1);
  untold.clear_told();
  untold.clear_told_resolved();
  EXPECT_THAT(Ids(SharedPart(state, 2)),
              UnorderedElementsAre("fires", "end untold", "all untold", "over9", "over8"));
  EXPECT_EQ(SharedPart(state, 0).firings_size(), 3);
}

TEST(SharedPart, WhatNobodyIsToBeToldOfIsHistory) {
  v1::AlarmState state = State(1, "a", 5);
  v1::AlarmFiring& firing = AddFiring(state, "over", 1);
  firing.clear_told();
  firing.clear_told_resolved();
  EXPECT_EQ(SharedPart(state, 0).firings_size(), 0);
}

TEST(SharedPart, GroupsThatAreFineAreLeftOut) {
  v1::AlarmState state = State(1, "a", 5);
  state.add_tracks()->set_calls_seen_at(60);
  state.add_tracks()->set_breached_windows(1);
  state.add_tracks()->set_fired_at(60);
  state.add_tracks()->add_fired_lately(60);
  EXPECT_EQ(SharedPart(state, 9).tracks_size(), 3);
}

TEST(EssenceOf, ChangesWithWhatASuccessorWouldTell) {
  v1::AlarmState state = State(1, "a", 5);
  AddFiring(state, "fires");
  state.add_groups()->set_key("ops");
  const std::string before = EssenceOf(state);
  state.set_version(6);
  state.mutable_firings(0)->set_value(0.5);
  state.add_progress()->set_judged_to(60);
  EXPECT_EQ(EssenceOf(state), before);

  std::vector<v1::AlarmState> changed(6, state);
  changed[0].set_epoch(2);
  changed[1].mutable_firings(0)->set_resolved_at(60);
  changed[2].mutable_firings(0)->add_told("mail");
  changed[3].mutable_groups(0)->mutable_sending()->set_key("1");
  changed[4].mutable_groups(0)->set_last_sent(60);
  changed[5].mutable_firings(0)->mutable_breakdown();
  for (const v1::AlarmState& other : changed) EXPECT_NE(EssenceOf(other), before);
}

TEST(Joined, WhatIsSharedPrevailsAndOwnHistoryIsAdded) {
  v1::AlarmState shared = State(4, "b", 9);
  AddFiring(shared, "fires");
  v1::AlarmState own = State(3, "a", 20);
  AddFiring(own, "fires", 60);
  AddFiring(own, "over", 50);
  AddFiring(own, "of nobody else");
  const v1::AlarmState joined = Joined(shared, own);
  EXPECT_THAT(Ids(joined), ElementsAre("fires", "over"));
  EXPECT_EQ(joined.firings(0).resolved_at(), 0);
  EXPECT_EQ(joined.epoch(), 4u);
}

TEST(Joined, OwnPrevailsWhereNobodyElseEvaluatedSince) {
  v1::AlarmState own = State(3, "a", 20);
  AddFiring(own, "fires");
  EXPECT_EQ(Joined({}, own).firings_size(), 1);
  EXPECT_EQ(Joined(State(3, "a", 18), own).firings_size(), 1);
  EXPECT_EQ(Joined(State(3, "b", 18), own).firings_size(), 0);
  EXPECT_EQ(Joined(State(2, "b", 18), own).firings_size(), 1);
}

}  // namespace
}  // namespace bellrock::metrics::alarm
