// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
// What the registry makes of health checks: probes as signs of life, and instances that need none.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>

#include "naming/registry.h"
#include "naming/replica/record_codec.h"

namespace bellrock::naming {
namespace {

using std::chrono::milliseconds;
using Kind = HealthCheck::Kind;

constexpr char kPath[] = "/sz/im/music/catalog/default/1";
constexpr uint64_t kSelf = 1;
constexpr uint64_t kOtherSites = 2;

Time At(int64_t ms) {
  return Time() + milliseconds(ms);
}
Moment Now(int64_t ms) {
  return {At(ms), 1'000'000 + ms};
}

Spec Checked(HealthCheck health, const std::string& path = kPath) {
  Spec spec;
  spec.path = path;
  spec.address = "10.0.0.1:8080";
  auto traits = std::make_shared<Traits>();
  traits->health = std::move(health);
  spec.traits = std::move(traits);
  return spec;
}

const HealthCheck kTcp = {.kind = Kind::kTcp, .interval_ms = 5000, .timeout_ms = 1000};

// A registry that leads, or follows.
struct Node {
  explicit Node(uint64_t self = kSelf, bool leads = true) : registry({self, 0}) {
    if (leads) Lead(0);
  }
  void Lead(int64_t ms) {
    registry.Lead([](const Instance& instance) { return instance.stamp.dot.origin.node == kSelf; },
                  At(ms));
  }
  void Register(HealthCheck health, int64_t ms = 0) {
    const auto done = registry.Register(Checked(std::move(health)), 0, Now(ms));
    ASSERT_TRUE(done.ok()) << done.status().ToString();
  }
  // Makes the probe that is due, if any.
  bool Probe(bool alive, int64_t ms) {
    const std::optional<probe::Probe> probe = registry.TakeProbe(At(ms));
    if (probe) registry.FinishProbe(*probe, alive, Now(ms));
    return probe.has_value();
  }
  void Tick(int64_t ms) {
    registry.Tick([](const Instance&) { return true; }, Now(ms));
  }
  State StateNow() { return registry.tree().Find(kPath)->state; }

  Registry registry;
};

TEST(RegistryProbes, AnAnsweredProbeIsASignOfLife) {
  Node node;
  node.Register(kTcp);
  EXPECT_EQ(node.StateNow(), State::kInitial);
  EXPECT_TRUE(node.Probe(false, 1000));
  EXPECT_EQ(node.StateNow(), State::kInitial);
  EXPECT_FALSE(node.Probe(true, 1000)) << "once in its interval";
  EXPECT_TRUE(node.Probe(true, 6000));
  EXPECT_EQ(node.StateNow(), State::kWorking);
  EXPECT_TRUE(node.Probe(false, 11'000));
  EXPECT_TRUE(node.Probe(false, 16'000));
  node.Tick(16'999);
  EXPECT_EQ(node.StateNow(), State::kWorking);
  node.Tick(17'000);
  EXPECT_EQ(node.StateNow(), State::kUnreachable) << "11 s after the last";
  EXPECT_TRUE(node.Probe(true, 21'000));
  EXPECT_EQ(node.StateNow(), State::kWorking);
}

TEST(RegistryProbes, HeartbeatsAndProbesMustBothBeMissing) {
  Node node;
  node.Register(kTcp);
  for (int64_t ms = 1000; ms <= 41'000; ms += 5000) {
    EXPECT_TRUE(node.Probe(false, ms));
    EXPECT_NE(node.registry.Heartbeat(kPath, 0, 0, Now(ms)), Beat::kUnknown);
    node.Tick(ms);
    EXPECT_EQ(node.StateNow(), State::kWorking);
  }
  for (int64_t ms = 46'000; ms <= 81'000; ms += 5000) {
    EXPECT_TRUE(node.Probe(true, ms));
    node.Tick(ms);
    EXPECT_EQ(node.StateNow(), State::kWorking);
  }
}

TEST(RegistryProbes, AProbeOfAnEarlierLifeSaysNothingOfThisOne) {
  Node node;
  node.Register(kTcp);
  const std::optional<probe::Probe> probe = node.registry.TakeProbe(At(1000));
  ASSERT_TRUE(probe.has_value());
  node.Register(kTcp, 1500);
  node.registry.FinishProbe(*probe, true, Now(2000));
  EXPECT_EQ(node.StateNow(), State::kInitial);
  ASSERT_TRUE(node.registry.Deregister(kPath, 0, Now(2000)).ok());
  EXPECT_EQ(node.registry.probes().targets(), 0U);
}

TEST(RegistryProbes, OnlyWhoLeadsProbes) {
  Node node(kSelf, false);
  node.Register(kTcp);
  EXPECT_EQ(node.registry.probes().targets(), 0U);
  node.Lead(1000);
  EXPECT_EQ(node.registry.probes().targets(), 1U);
  const std::optional<probe::Probe> probe = node.registry.TakeProbe(At(2000));
  ASSERT_TRUE(probe.has_value());
  node.registry.Follow();
  EXPECT_EQ(node.registry.probes().targets(), 0U);
  node.registry.FinishProbe(*probe, true, Now(2000));
  EXPECT_EQ(node.StateNow(), State::kInitial) << "another one says it now";
}

TEST(RegistryProbes, OtherSitesInstancesAreTheirsToProbe) {
  Node node(kOtherSites);
  node.Register(kTcp);
  EXPECT_EQ(node.registry.probes().targets(), 0U);
}

TEST(RegistryProbes, ANodeFoundToBeOfAnotherSiteIsLeftAlone) {
  Node node(kSelf, false);
  bool known = false;
  node.registry.Lead([&](const Instance&) { return !known; }, At(0));
  node.Register(kTcp);
  EXPECT_EQ(node.registry.probes().targets(), 1U);
  known = true;
  EXPECT_FALSE(node.registry.TakeProbe(At(5000)).has_value());
  EXPECT_EQ(node.registry.probes().targets(), 0U);
}

TEST(RegistryProbes, AnAnswerDoesNotFetchBackAnInstanceThatWentToAnotherSite) {
  Node node(kSelf, false);
  bool gone = false;
  node.registry.Lead([&](const Instance&) { return !gone; }, At(0));
  node.Register(kTcp);
  const std::optional<probe::Probe> probe = node.registry.TakeProbe(At(1000));
  ASSERT_TRUE(probe.has_value());
  gone = true;
  node.registry.FinishProbe(*probe, true, Now(1100));
  EXPECT_EQ(node.StateNow(), State::kInitial);
  EXPECT_EQ(node.registry.CountLeases(At(1100)).held, 0U);
}

TEST(RegistryStatic, WorksFromRegistrationUntilDeregistered) {
  Node node;
  node.Register({.kind = Kind::kStatic});
  const EventPtr event = node.registry.events().Before(Target{false, "/"}, 0, 10).front();
  EXPECT_EQ(event->instance.state, State::kWorking) << "there is no moment of initial";
  node.Tick(10'000'000);
  EXPECT_EQ(node.StateNow(), State::kWorking);
  EXPECT_NE(node.registry.Heartbeat(kPath, 0, 0, Now(10'000'000)), Beat::kUnknown);
  node.Lead(10'000'000);
  EXPECT_EQ(node.registry.CountLeases(At(10'000'000)).held, 0U);
  node.Tick(20'000'000);
  EXPECT_EQ(node.StateNow(), State::kWorking);
  EXPECT_FALSE(node.Probe(true, 20'000'000));
  ASSERT_TRUE(node.registry.Deregister(kPath, 0, Now(20'000'000)).ok());
  EXPECT_EQ(node.registry.tree().Find(kPath), nullptr);
}

TEST(RegistryStatic, OneThatStopsToBeItNeedsSignsOfLife) {
  Node node;
  node.Register({.kind = Kind::kStatic});
  node.Register({}, 1000);
  EXPECT_EQ(node.StateNow(), State::kInitial);
  node.registry.Heartbeat(kPath, 0, 0, Now(2000));
  node.Tick(12'000);
  EXPECT_EQ(node.StateNow(), State::kUnreachable);
  node.Register({.kind = Kind::kStatic}, 13'000);
  EXPECT_EQ(node.StateNow(), State::kWorking);
}

TEST(RegistryStatic, ASpecChangedWithinALifeTakesEffectAtOnce) {
  Node node;
  Spec spec = Checked({});
  spec.incarnation = 7;
  ASSERT_TRUE(node.registry.Register(spec, 0, Now(0)).ok());
  node.registry.Heartbeat(kPath, 0, 0, Now(0));
  spec = Checked({.kind = Kind::kStatic});
  spec.incarnation = 7;
  ASSERT_TRUE(node.registry.Register(spec, 0, Now(1000)).ok());
  EXPECT_EQ(node.registry.CountLeases(At(1000)).held, 0U);
  node.Tick(100'000);
  EXPECT_EQ(node.StateNow(), State::kWorking);
}

// The record of an instance that says so, as the journal and other nodes get it.
replica::Record RecordOf(HealthCheck health) {
  Node node;
  node.Register(std::move(health));
  return node.registry.replica().table().Find(kPath);
}

TEST(RecordCodec, CarriesTheHealthCheck) {
  const HealthCheck http = {
      .kind = Kind::kHttp, .interval_ms = 2000, .timeout_ms = 300, .path = "/health"};
  for (const HealthCheck& health : {HealthCheck{}, kTcp, http}) {
    const replica::Record record = RecordOf(health);
    const auto read = replica::DecodeRecord(replica::EncodeRecord(kPath, record));
    ASSERT_TRUE(read.ok()) << read.status().ToString();
    EXPECT_EQ(read->record.instance->spec->traits->health, health);
    EXPECT_EQ(replica::DigestOf(kPath, read->record), replica::DigestOf(kPath, record));
  }
}

TEST(RecordDigest, TellsHealthChecksApart) {
  const replica::Record none = RecordOf({}), tcp = RecordOf(kTcp);
  HealthCheck slower = kTcp;
  slower.timeout_ms = 1001;
  EXPECT_NE(replica::DigestOf(kPath, none), replica::DigestOf(kPath, tcp));
  EXPECT_NE(replica::DigestOf(kPath, tcp), replica::DigestOf(kPath, RecordOf(slower)));
}

}  // namespace
}  // namespace bellrock::naming
