// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "naming/probe/probe_schedule.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "naming/tree.h"

namespace bellrock::naming::probe {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

const Time kStart = Time() + seconds(1000);

// Instances in a tree, and a schedule of them.
struct Scanner {
  Instance& Add(int n, State state = State::kWorking, int32_t interval_ms = 5000,
                const std::string& address = "") {
    const std::string path = fmt::format("/sz/im/music/catalog/default/{}", n);
    Instance& instance = tree.Insert(path, {1}, [](Instance&) {});
    instance.state = state;
    instance.address = address.empty() ? fmt::format("10.0.0.1:{}", n) : address;
    auto traits = std::make_shared<Traits>();
    traits->health = {.kind = HealthCheck::Kind::kTcp, .interval_ms = interval_ms};
    instance.traits = std::move(traits);
    return instance;
  }
  // Probes all that may be probed at that time; how many. They end at once.
  size_t ProbeAll(Time now, bool finish = true) {
    size_t count = 0;
    for (; const Instance* next = schedule.Next(now); ++count) {
      const Probe probe = schedule.Begin(*next, now);
      ++probed[probe.path];
      if (finish) schedule.Finish(probe, true);
    }
    return count;
  }

  Tree tree;
  ProbeSchedule schedule;
  std::map<std::string, int> probed;
};

TEST(ProbeSchedule, ProbesEachOnceInItsIntervalSpreadOverIt) {
  Scanner scanner;
  for (int n = 1; n <= 1000; ++n) scanner.schedule.Put(scanner.Add(n), kStart);
  size_t most = 0, all = 0;
  for (int ms = 0; ms < 5000; ms += 100) {
    const size_t now = scanner.ProbeAll(kStart + milliseconds(ms));
    most = std::max(most, now);
    all += now;
  }
  EXPECT_NEAR(static_cast<double>(all), 1000, 25);
  EXPECT_LE(most, 30U) << "20 in each tenth of a second are even";
  for (const auto& [path, count] : scanner.probed) EXPECT_EQ(count, 1) << path;
  EXPECT_EQ(scanner.schedule.figures().late, 0U);
}

TEST(ProbeSchedule, ANewInstanceIsProbedSoonWhateverItsInterval) {
  Scanner scanner;
  const Instance& fresh = scanner.Add(1, State::kInitial, 600'000);
  scanner.schedule.Put(fresh, kStart);
  EXPECT_LE(scanner.schedule.NextDue(), kStart + ProbeSchedule::kSoon);
  EXPECT_EQ(scanner.ProbeAll(kStart + seconds(1)), 1U);
  EXPECT_GT(scanner.schedule.NextDue(), kStart + seconds(599));
}

TEST(ProbeSchedule, OneThatRegistersAgainIsProbedSoonAgain) {
  Scanner scanner;
  Instance& instance = scanner.Add(1, State::kWorking, 600'000);
  scanner.schedule.Put(instance, kStart);
  const Time due = scanner.schedule.NextDue();
  scanner.schedule.Put(instance, kStart + seconds(1));
  EXPECT_EQ(scanner.schedule.NextDue(), due) << "a change of state moves nothing";
  instance.state = State::kInitial;
  scanner.schedule.Put(instance, kStart + seconds(2));
  EXPECT_LE(scanner.schedule.NextDue(), kStart + seconds(3));
  EXPECT_EQ(scanner.schedule.targets(), 1U);
}

TEST(ProbeSchedule, KeepsTheRateLimitAndCountsWhoIsLate) {
  Scanner scanner;
  for (int n = 1; n <= 6000; ++n) {
    scanner.schedule.Put(scanner.Add(n, State::kWorking, 1000), kStart);
  }
  size_t all = 0;
  for (int ms = 0; ms < 10'000; ms += 10) all += scanner.ProbeAll(kStart + milliseconds(ms));
  EXPECT_NEAR(static_cast<double>(all), 20'000, 200);
  EXPECT_GT(scanner.schedule.figures().late, 0U);
  EXPECT_EQ(scanner.probed.size(), 6000U) << "nobody starves";
  for (const auto& [path, count] : scanner.probed) ASSERT_GE(count, 2) << path;
}

TEST(ProbeSchedule, KeepsTheLimitInFlight) {
  Scanner scanner;
  for (int n = 1; n <= 1000; ++n) scanner.schedule.Put(scanner.Add(n), kStart);
  std::vector<Probe> open;
  for (int ms = 0; ms < 5000; ms += 10) {
    const Time now = kStart + milliseconds(ms);
    while (const Instance* next = scanner.schedule.Next(now)) {
      open.push_back(scanner.schedule.Begin(*next, now));
    }
  }
  EXPECT_EQ(open.size(), ProbeSchedule::kInFlightMax);
  EXPECT_EQ(scanner.schedule.NextDue(), kNever);
  scanner.schedule.Finish(open.back(), false);
  EXPECT_NE(scanner.schedule.Next(kStart + seconds(5)), nullptr);
  EXPECT_EQ(scanner.schedule.figures().done, 1U);
  EXPECT_EQ(scanner.schedule.figures().failed, 1U);
}

TEST(ProbeSchedule, ProbesOneAddressOnceAtATime) {
  Scanner scanner;
  scanner.schedule.Put(scanner.Add(1, State::kInitial, 5000, "10.0.0.1:80"), kStart);
  scanner.schedule.Put(scanner.Add(2, State::kInitial, 5000, "10.0.0.1:80"), kStart);
  const Time now = kStart + seconds(1);
  const Instance* first = scanner.schedule.Next(now);
  ASSERT_NE(first, nullptr);
  const Probe probe = scanner.schedule.Begin(*first, now);
  EXPECT_EQ(scanner.schedule.Next(now), nullptr);
  EXPECT_GT(scanner.schedule.NextDue(), now) << "no spinning meanwhile";
  scanner.schedule.Finish(probe, true);
  EXPECT_NE(scanner.schedule.Next(now + milliseconds(100)), nullptr);
}

TEST(ProbeSchedule, ForgetsWhoLeavesAlsoWhileItsProbeIsInFlight) {
  Scanner scanner;
  Instance& gone = scanner.Add(1, State::kInitial);
  scanner.schedule.Put(gone, kStart);
  const Time now = kStart + seconds(1);
  const Probe probe = scanner.schedule.Begin(*scanner.schedule.Next(now), now);
  scanner.schedule.Remove(gone);
  scanner.schedule.Remove(gone);
  scanner.tree.Remove(gone, {2});
  scanner.schedule.Finish(probe, true);
  EXPECT_EQ(probe.path, "/sz/im/music/catalog/default/1");
  EXPECT_EQ(scanner.schedule.targets(), 0U);
  EXPECT_EQ(scanner.schedule.in_flight(), 0U);
  EXPECT_EQ(scanner.schedule.NextDue(), kNever);
}

TEST(ProbeSchedule, AnotherIntervalCountsFromTheChange) {
  Scanner scanner;
  Instance& instance = scanner.Add(1, State::kWorking, 600'000);
  scanner.schedule.Put(instance, kStart);
  auto traits = std::make_shared<Traits>();
  traits->health = {.kind = HealthCheck::Kind::kTcp, .interval_ms = 1000};
  instance.traits = std::move(traits);
  scanner.schedule.Put(instance, kStart);
  EXPECT_LE(scanner.schedule.NextDue(), kStart + seconds(1));
  EXPECT_EQ(scanner.ProbeAll(kStart + seconds(1)), 1U);
}

}  // namespace
}  // namespace bellrock::naming::probe
