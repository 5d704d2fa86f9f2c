// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <optional>
#include <random>
#include <string>

#include "metrics/alarm/evaluator.h"
#include "metrics/alarm/memory.h"
#include "metrics/alarm/scene_for_test.h"

// Evaluators that die at any moment, and one that was paused and goes on: whatever fires is told at
// least once, and for each death at most once more, under the key it had.
namespace bellrock::metrics::alarm {
namespace {

constexpr int64_t kTickSeconds = 10;
constexpr int kWindows = 120;
constexpr uint32_t kOddsAtSending = 5;  // the moment that matters most is a short one

// Keeps the state as a store would that all can reach.
struct Keeper {
  Status Save(const v1::AlarmState& next) {
    const Status status = MayReplace(kept, next);
    if (status.ok()) kept = next;
    return status;
  }
  v1::AlarmState kept;
};

struct Told {
  std::map<std::string, std::map<std::string, int>> messages;  // by key: firing, and how often
  int duplicates = 0;
};

class Scene {
 public:
  explicit Scene(uint32_t seed, int deaths) : random_(seed), deaths_left_(deaths) {
    settings_.set_no_templates(true);
    v1::AlarmRule rule = SuccessRule(0.99);
    rule.set_for_windows(2);
    rule.set_recover_windows(2);
    *settings_.add_rules() = rule;
    AddReceiver(settings_, "ops");
    v1::AlarmRoute& route = AddRoute(settings_, "all", "ops");
    route.set_group_wait_seconds(1 + random_() % 60);
    route.set_group_interval_seconds(1 + random_() % 300);
    for (int i = 0; i < kWindows; ++i) history_.push_back(random_() % 3 == 0 ? 10 : 0);
    for (int i = 0; i < 30; ++i) history_.push_back(0);  // all ends well
  }

  void Run() {
    const auto end = begin_ + static_cast<int64_t>(history_.size()) * 60 + 3600;
    for (now_ = begin_; now_ < end; now_ += kTickSeconds) {
      if (!evaluator_) TakeOver();
      Tick();
    }
  }

  const Keeper& keeper() const { return keeper_; }
  const Told& told() const { return told_; }
  int deaths() const { return deaths_; }

 private:
  void TakeOver() {
    const v1::AlarmState state =
        TakenOver(keeper_.kept, "node" + std::to_string(keeper_.kept.epoch()));
    ASSERT_TRUE(keeper_.Save(state).ok());
    evaluator_ = std::make_unique<Evaluator>(keeper_.kept);
    evaluator_->SetSettings(settings_, now_);
  }
  // The node may be lost between any two steps: once in so many of them.
  bool Dies(uint32_t odds = 400) {
    if (deaths_left_ == 0 || random_() % odds != 0) return false;
    --deaths_left_;
    ++deaths_;
    if (random_() % 2 == 0) paused_ = std::move(evaluator_);
    evaluator_.reset();
    return true;
  }
  query::Answer Ask(const query::Question& question) const {
    const auto index = static_cast<size_t>((question.from - begin_) / 60);
    const bool known = question.from >= begin_ && index < history_.size();
    return Results(100, known ? history_[index] : 0);
  }
  void Tick() {
    // It goes on, and must find out that it is no longer wanted before it sends anything.
    if (paused_) {
      const auto collected = paused_->Collect(now_);
      ASSERT_FALSE(keeper_.Save(paused_->NextState()).ok());
      paused_.reset();
    }
    for (const Asked& asked : evaluator_->Plan(now_)) {
      if (Dies()) return;
      evaluator_->Take(asked, Ask(asked.now), query::Answer(), now_);
    }
    if (Dies()) return;
    const auto notifications = evaluator_->Collect(now_);
    Save();
    for (const Notification& notification : notifications) {
      if (Dies(kOddsAtSending)) return;
      Receive(notification);
      if (Dies(kOddsAtSending)) return;
      evaluator_->OnSent(notification, Status::Ok(), now_);
    }
    if (Dies()) return;
    Save();
  }
  void Save() {
    if (!evaluator_->changed()) return;
    const Status saved = keeper_.Save(evaluator_->NextState());
    ASSERT_TRUE(saved.ok()) << saved.ToString();
  }
  void Receive(const Notification& notification) {
    auto& message = told_.messages[notification.key];
    if (!message.empty()) ++told_.duplicates;
    for (const auto& firing : notification.firing) ++message[firing.id()];
    for (const auto& firing : notification.resolved) ++message[firing.id() + " resolved"];
  }

  std::mt19937 random_;
  int deaths_left_;
  int deaths_ = 0;
  v1::AlarmSettings settings_;
  std::vector<uint64_t> history_;
  const int64_t begin_ = 10'000'000 * 60;
  int64_t now_ = 0;
  Keeper keeper_;
  std::unique_ptr<Evaluator> evaluator_;
  std::unique_ptr<Evaluator> paused_;
  Told told_;
};

int MessagesWith(const Told& told, const std::string& what) {
  int messages = 0;
  for (const auto& [key, message] : told.messages) messages += message.contains(what) ? 1 : 0;
  return messages;
}

TEST(AlarmTakeover, EachFiringIsToldAndAtMostOnceMoreForADeath) {
  int firings = 0;
  int deaths = 0;
  int duplicates = 0;
  for (uint32_t seed = 0; seed < 60; ++seed) {
    Scene scene(seed, 1);
    scene.Run();
    const auto& state = scene.keeper().kept;
    for (const v1::AlarmFiring& firing : state.firings()) {
      ASSERT_NE(firing.resolved_at(), 0) << "seed " << seed;
      ASSERT_EQ(MessagesWith(scene.told(), firing.id() + " resolved"), 1) << "seed " << seed;
    }
    for (const auto& [key, message] : scene.told().messages) {
      for (const auto& [what, times] : message) ASSERT_LE(times, 2) << "seed " << seed;
    }
    ASSERT_LE(scene.told().duplicates, scene.deaths()) << "seed " << seed;
    firings += state.firings_size();
    deaths += scene.deaths();
    duplicates += scene.told().duplicates;
  }
  // The runs were worth something: there was plenty to lose, and the rare moment was met.
  EXPECT_GT(firings, 200);
  EXPECT_GT(deaths, 40);
  EXPECT_GT(duplicates, 5);
}

TEST(AlarmTakeover, WhatFiresDoesNotDependOnWhoDied) {
  for (uint32_t seed = 0; seed < 12; ++seed) {
    Scene calm(seed, 0);
    calm.Run();
    // As long as the group's times are drawn alike, the same history follows from the same seed.
    Scene stormy(seed, 1000);
    stormy.Run();
    const auto& a = calm.keeper().kept;
    const auto& b = stormy.keeper().kept;
    ASSERT_EQ(a.firings_size(), b.firings_size()) << "seed " << seed;
    for (int i = 0; i < a.firings_size(); ++i) {
      ASSERT_EQ(a.firings(i).id(), b.firings(i).id()) << "seed " << seed;
      ASSERT_EQ(a.firings(i).resolved_at(), b.firings(i).resolved_at()) << "seed " << seed;
    }
    ASSERT_LE(stormy.told().duplicates, stormy.deaths()) << "seed " << seed;
  }
}

TEST(AlarmTakeover, FiringsOfOneAlarmDoNotOverlap) {
  for (uint32_t seed = 0; seed < 12; ++seed) {
    Scene scene(seed, 20);
    scene.Run();
    std::map<int64_t, int64_t> spans;
    for (const auto& firing : scene.keeper().kept.firings()) {
      spans[firing.fired_at()] = firing.resolved_at();
    }
    int64_t free_from = 0;
    for (const auto& [from, to] : spans) {
      ASSERT_GT(from, free_from) << "seed " << seed;
      free_from = to;
    }
  }
}

}  // namespace
}  // namespace bellrock::metrics::alarm
