// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/alarm/memory.h"

#include <gtest/gtest.h>

#include "metrics/alarm/firing.h"
#include "metrics/alarm/scene_for_test.h"

namespace bellrock::metrics::alarm {
namespace {

v1::AlarmState State(uint64_t epoch, uint64_t version, const std::string& holder) {
  v1::AlarmState state;
  state.set_epoch(epoch);
  state.set_version(version);
  state.set_holder(holder);
  return state;
}

TEST(AlarmMemory, APausedEvaluatorCannotOverwriteItsSuccessor) {
  const v1::AlarmState kept = State(3, 10, "a");
  const v1::AlarmState taken = TakenOver(kept, "b");
  EXPECT_TRUE(MayReplace(kept, taken).ok());
  EXPECT_TRUE(MayReplace(kept, State(3, 11, "a")).ok());
  const Status refused = MayReplace(taken, State(3, 11, "a"));
  EXPECT_EQ(refused.code(), StatusCode::kAborted);
  EXPECT_NE(refused.message().find("held by 'b'"), std::string::npos) << refused.ToString();
}

TEST(AlarmMemory, TwoThatTakeOverAtOnceDoNotBothHold) {
  const v1::AlarmState kept = State(3, 10, "a");
  const v1::AlarmState b = TakenOver(kept, "b");
  EXPECT_FALSE(MayReplace(b, TakenOver(kept, "c")).ok());
}

TEST(AlarmMemory, AVersionNeitherComesTwiceNorIsSkipped) {
  const v1::AlarmState kept = State(3, 10, "a");
  EXPECT_FALSE(MayReplace(kept, State(3, 10, "a")).ok());
  EXPECT_FALSE(MayReplace(kept, State(3, 12, "a")).ok());
}

TEST(AlarmMemory, IsWhatItsStateSays) {
  Memory memory;
  memory.epoch = 7;
  memory.tracks[TrackName("r", GroupKey{"s"})].set_rule("r");
  memory.tracks.begin()->second.add_key("s");
  memory.firings["x"].set_id("x");
  memory.groups["g"].set_key("g");
  memory.progress["r"].set_rule("r");
  memory.notifications = 5;
  const Memory again = Memory::From(memory.ToState());
  EXPECT_EQ(again.ToState().SerializeAsString(), memory.ToState().SerializeAsString());
  EXPECT_EQ(again.tracks.begin()->first, memory.tracks.begin()->first);
}

// model.LabelSet{"alertname": "x"}.Fingerprint() of Prometheus: FNV-1a of name, 0xff, value, 0xff.
TEST(AlarmFingerprint, IsAlertmanagersOwn) {
  Labels labels;
  EXPECT_EQ(FingerprintOf(labels), "cbf29ce484222325");
  labels["b"] = "2";
  labels["a"] = "1";
  Labels other;
  other["a"] = "1";
  other["b"] = "2";
  EXPECT_EQ(FingerprintOf(labels), FingerprintOf(other));
  other["b"] = "3";
  EXPECT_NE(FingerprintOf(labels), FingerprintOf(other));
}

}  // namespace
}  // namespace bellrock::metrics::alarm
