// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
//
// The data centre while its parts fail (docs/design/metrics.md, "What the fault test does"):
// compute nodes that are killed, stand still and come back, a queue and a store that restart or are
// slow, collectors that die, pushes that come late, twice and out of order. A failure prints the
// command that repeats it:
//   sim_metrics_faults_test --seed 17 [--trace]      sim_metrics_faults_test --seeds 1 1000
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <iostream>
#include <string>
#include <vector>

#include "metrics_world.h"
#include "seeds.h"
#include "testing/world.h"

namespace bellrock::metrics {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr Duration kHealedWithin = MetricsWatch::kHealedWithin;
constexpr Duration kToldWithin = seconds(5);  // TP99; OCTO-053 asks for 10 s
constexpr Duration kToldMax = seconds(15);    // faults that follow each other and overlap
constexpr Duration kWarmUp = seconds(6);
constexpr Duration kChaos = seconds(85);
constexpr Duration kDrainMax = seconds(60);
constexpr size_t kRunningMin = 3;
constexpr int64_t kCutSecond = 3;  // of a minute, when all partitions are cut

Seeds g_seeds{.first = 1, .last = 12};
bool g_trace = false;

Duration ShareOf(std::vector<Duration> durations, double share) {
  if (durations.empty()) return Duration(0);
  std::sort(durations.begin(), durations.end());
  return durations[static_cast<size_t>(share * static_cast<double>(durations.size() - 1))];
}

double InSeconds(Duration duration) {
  return static_cast<double>(duration.count()) / 1e9;
}

// One seed's story.
class Story {
 public:
  explicit Story(uint64_t seed)
      : seed_(seed),
        dice_(seed * 7919),
        host_(seed),
        begun_(host_.Host("a").clock.Now()),
        environment_(host_.Host("a")) {}

  void Run() {
    host_.Run([this] {
      MetricsWorld world(
          environment_, dice_, [this](const std::string& what) { Fail(what); },
          [this](const std::string& what) { Trace(what); });
      world_ = &world;
      store_with_broker_ = OneIn(2);
      collectors_with_broker_ = OneIn(2);
      Sleep(kWarmUp);
      Chaos();
      Heal();
      Finish();
    });
  }

  const std::vector<Duration>& heals() const { return heals_; }
  const std::vector<Duration>& lateness() const { return lateness_; }
  uint64_t calls() const { return calls_; }
  uint64_t repeated() const { return repeated_; }
  uint64_t looks() const { return looks_; }
  uint64_t looks_without_answer() const { return looks_without_answer_; }

 private:
  enum class Fault { kKillTwo, kPause, kBroker, kSlow, kStore, kCollector, kLeave };

  bool OneIn(uint64_t n) { return dice_.Between(1, n) == 1; }
  Duration Ms(uint64_t min, uint64_t max) { return milliseconds(dice_.Between(min, max)); }
  Time now() { return environment_.clock.Now(); }

  void Trace(const std::string& what) {
    if (g_trace) fmt::print("{:8.3f} {}\n", InSeconds(now() - begun_), what);
  }
  void Fail(const std::string& what) {
    Trace("FAILED: " + what);
    if (failed_) return;
    failed_ = true;
    ADD_FAILURE() << what << "\nrepeat with: sim_metrics_faults_test --seed " << seed_
                  << " --trace";
  }

  // Meanwhile it is seen to that what was disturbed heals in time.
  void Sleep(Duration time) {
    constexpr Duration kStep = milliseconds(20);
    for (const Time end = now() + time; now() < end;) {
      (void)fiber::SleepFor(std::min(kStep, end - now()));
      if (OneIn(100)) world_->MergeSomewhere();
    }
  }

  void In(Duration time, std::function<void()> then) {
    later_.push_back(fiber::Start([time, then = std::move(then)] {
      if (fiber::SleepFor(time).ok()) then();
    }));
  }

  // --- what goes wrong ---

  void Chaos() {
    std::vector<Fault> faults = {Fault::kKillTwo, Fault::kPause, Fault::kBroker};
    for (size_t i = faults.size(); i > 1; --i) {
      std::swap(faults[i - 1], faults[dice_.Between(0, i - 1)]);
    }
    const Time end = now() + kChaos;
    for (size_t i = 0; now() < end; ++i) {
      Do(i < faults.size() ? faults[i] : static_cast<Fault>(dice_.Between(0, 6)));
      AwaitNext();
    }
  }

  // Often while the last one is not over, and often when all partitions are cut.
  void AwaitNext() {
    if (OneIn(4)) return Sleep(Ms(0, 1'500));
    Sleep(Ms(2'500, 9'000));
    const int64_t left = (60 + kCutSecond - world_->unix_second() % 60) % 60;
    if (left < 25 && OneIn(2)) Sleep(seconds(left) - milliseconds(500) + Ms(0, 1'000));
  }

  void Do(Fault fault) {
    switch (fault) {
      case Fault::kKillTwo:
        return KillTwo();
      case Fault::kPause:
        return Pause();
      case Fault::kBroker:
        return RestartBroker();
      case Fault::kSlow:
        return SlowBroker();
      case Fault::kStore:
        return RestartStore();
      case Fault::kCollector:
        return RestartCollector(dice_.Between(0, world_->collectors().size() - 1));
      case Fault::kLeave:
        return Roll();
    }
  }

  // One that runs and may stop to, or SIZE_MAX.
  size_t Victim() {
    if (world_->running() <= kRunningMin) return SIZE_MAX;
    for (;;) {
      const size_t at = dice_.Between(0, world_->nodes().size() - 1);
      if (world_->nodes()[at]->process().runs()) return at;
    }
  }

  void KillTwo() {
    for (int i = 0; i < 2; ++i) {
      const size_t at = Victim();
      if (at == SIZE_MAX) return;
      world_->KillNode(at);
      In(Ms(3'000, 12'000), [this] { world_->StartNode(); });
      if (i == 0 && OneIn(2)) Sleep(Ms(0, 1'000));
    }
  }

  void Pause() {
    const size_t at = Victim();
    if (at == SIZE_MAX) return;
    SimComputeNode& node = *world_->nodes()[at];
    const Duration time = Ms(200, 8'000);
    Trace(fmt::format("{} stands still for {} s", node.name(), InSeconds(time)));
    node.process().Pause();
    world_->watch().Disturbed(now());
    In(time, [this, name = node.name()] {
      for (const auto& paused : world_->nodes()) {
        if (paused->name() != name) continue;
        Trace(name + " goes on");
        paused->process().Resume();
        world_->watch().Disturbed(now());
      }
    });
  }

  void Away(SimPlace& place, const std::string& name, Duration time) {
    if (!place.up) return;
    Trace(fmt::format("{} is away for {} s", name, InSeconds(time)));
    place.Die();
    world_->watch().Begins();
    In(time, [this, &place, name] {
      place.up = true;
      Trace(name + " is back");
      world_->watch().Ends(now());
    });
  }

  void RestartBroker() {
    const Duration time = Ms(100, 2'500);
    Away(world_->backend().broker, "the broker", time);
    if (store_with_broker_) Away(world_->backend().storehouse, "the store", time);
    if (!collectors_with_broker_) return;
    for (size_t at = 0; at < world_->collectors().size(); ++at) RestartCollector(at);
  }

  void RestartStore() { Away(world_->backend().storehouse, "the store", Ms(100, 2'500)); }

  void SlowBroker() {
    const Duration time = Ms(500, 3'000);
    SimPlace& broker = world_->backend().broker;
    if (broker.delay_max > SimPlace::kUsualDelay) return;
    Trace(fmt::format("the broker is slow for {} s", InSeconds(time)));
    broker.delay_max = Ms(50, 400);
    broker.lost_per_mille = dice_.Between(0, 100);
    world_->watch().Begins();
    In(time, [this, &broker] {
      broker.delay_max = SimPlace::kUsualDelay;
      broker.lost_per_mille = 0;
      Trace("the broker is as usual");
      world_->watch().Ends(now());
    });
  }

  void RestartCollector(size_t at) {
    Trace(fmt::format("collector {} is killed", at));
    world_->collectors().Kill(at);
    In(Ms(100, 1'500), [this, at] {
      world_->collectors().Start(at);
      world_->watch().Disturbed(now());
    });
    world_->watch().Disturbed(now());
  }

  void Roll() {
    const size_t at = Victim();
    if (at == SIZE_MAX) return;
    world_->LeaveNode(at);
    world_->StartNode();
  }

  // --- how it ends ---

  void Heal() {
    for (fiber::JoinHandle& last : later_) last.Join();
    Trace("nothing goes wrong any more");
    AwaitRead();
  }

  void Finish() {
    world_->sources().Stop();
    for (const Time end = now() + kDrainMax; !world_->sources().delivered();) {
      if (now() > end) Fail("sources cannot deliver");
      Sleep(milliseconds(100));
    }
    world_->watch().CallsEnded();
    AwaitRead();
    const int64_t told_until = world_->watch().told_until();
    if (world_->sent().InTime(told_until) > 0) Fail(fmt::format("{} is not told", told_until));
    while (world_->nodes().size() > 1) world_->LeaveNode(0);
    AwaitRead();
    world_->LeaveNode(0);
    const std::string wrong = world_->sent().Differences(world_->backend().store);
    if (!wrong.empty()) Fail(wrong);
    heals_ = world_->watch().heals();
    lateness_ = world_->watch().lateness();
    calls_ = world_->sent().calls();
    repeated_ = world_->sources().repeated();
    looks_ = world_->watch().looks();
    looks_without_answer_ = world_->watch().looks_without_answer();
    later_.clear();
    CheckTimes();
  }

  void AwaitRead() {
    world_->watch().Disturbed(now());
    Sleep(kHealedWithin + milliseconds(100));
    if (!world_->watch().healed()) Fail("not healed in time, with nothing going wrong");
  }

  // Of a seed's hundred seconds the share of the whole suite would be the last but one.
  void CheckTimes() {
    const Duration late = ShareOf(lateness_, 1);
    if (late >= kToldMax) Fail(fmt::format("a second is told {} s late", InSeconds(late)));
  }

  const uint64_t seed_;
  testing::SimRandom dice_;
  testing::World host_;
  const Time begun_;
  fiber::Environment environment_;
  MetricsWorld* world_ = nullptr;
  bool store_with_broker_ = false;
  bool collectors_with_broker_ = false;
  std::vector<fiber::JoinHandle> later_;
  bool failed_ = false;
  std::vector<Duration> heals_;
  std::vector<Duration> lateness_;
  uint64_t calls_ = 0;
  uint64_t repeated_ = 0;
  uint64_t looks_ = 0;
  uint64_t looks_without_answer_ = 0;
};

TEST(MetricsFaults, EveryCallCountsOnceAndSoon) {
  std::vector<Duration> heals;
  std::vector<Duration> lateness;
  uint64_t calls = 0;
  uint64_t repeated = 0;
  uint64_t looks = 0;
  uint64_t looks_without_answer = 0;
  for (uint64_t seed = g_seeds.first; seed <= g_seeds.last; ++seed) {
    Story story(seed);
    story.Run();
    heals.insert(heals.end(), story.heals().begin(), story.heals().end());
    lateness.insert(lateness.end(), story.lateness().begin(), story.lateness().end());
    calls += story.calls();
    repeated += story.repeated();
    looks += story.looks();
    looks_without_answer += story.looks_without_answer();
    g_seeds.Done(seed);
  }
  EXPECT_LT(ShareOf(lateness, 0.99), kToldWithin);
  std::cout << fmt::format(
      "{} calls, {} pushes came twice; {} disturbances healed, TP50 {:.2f} s, TP99 {:.2f} s, at "
      "most {:.2f} s; {} seconds told, TP50 {:.1f} s, TP99 {:.1f} s, at most {:.1f} s late; no "
      "answer to {} of {} questions\n",
      calls, repeated, heals.size(), InSeconds(ShareOf(heals, 0.5)),
      InSeconds(ShareOf(heals, 0.99)), InSeconds(ShareOf(heals, 1)), lateness.size(),
      InSeconds(ShareOf(lateness, 0.5)), InSeconds(ShareOf(lateness, 0.99)),
      InSeconds(ShareOf(lateness, 1)), looks_without_answer, looks);
}

}  // namespace
}  // namespace bellrock::metrics

int main(int argc, char** argv) {
  return bellrock::RunSimulation(argc, argv, bellrock::metrics::g_seeds,
                                 &bellrock::metrics::g_trace);
}
