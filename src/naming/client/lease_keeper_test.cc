// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "naming/client/lease_keeper.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <set>

namespace bellrock::naming::client {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr Time At(int64_t ms) {
  return Time(milliseconds(ms));
}
const std::vector<std::string> kNone;

v1::InstanceSpec Spec(const std::string& path, int lease_ms = 0) {
  v1::InstanceSpec spec;
  spec.set_path(path);
  spec.set_lease_ms(lease_ms);
  return spec;
}

std::vector<std::string> PathsOf(const std::vector<v1::RegisterRequest>& requests) {
  std::vector<std::string> paths;
  for (const v1::RegisterRequest& request : requests) paths.push_back(request.instance().path());
  return paths;
}

// One registered instance with a lease of 9 s, so with an interval of 3 s.
LeaseKeeper Registered(Time now, const std::vector<std::string>& paths = {"/a"}) {
  LeaseKeeper keeper;
  for (const std::string& path : paths) {
    EXPECT_TRUE(keeper.Add(Spec(path, 9000), now).ok());
  }
  for (const std::string& path : PathsOf(keeper.DueRegistrations(now, 100))) {
    keeper.OnRegister(path, Status::Ok(), 9000, now, 0);
  }
  (void)keeper.TakeChanges();
  return keeper;
}

TEST(LeaseKeeper, RegistersAtOnceThenHeartbeatsAtOnceThenEachThirdOfTheLease) {
  LeaseKeeper keeper;
  EXPECT_EQ(keeper.next_registration(), kNever);
  ASSERT_TRUE(keeper.Add(Spec("/a"), At(5)).ok());
  EXPECT_EQ(keeper.next_registration(), At(5));
  EXPECT_THAT(PathsOf(keeper.DueRegistrations(At(5), 10)), ElementsAre("/a"));
  EXPECT_THAT(keeper.DueRegistrations(At(5), 10), IsEmpty());  // in flight
  keeper.OnRegister("/a", Status::Ok(), 9000, At(6), 0);
  EXPECT_THAT(keeper.DueHeartbeats(At(6)), ElementsAre("/a"));
  keeper.OnHeartbeat(std::vector<std::string>{"/a"}, kNone, At(7));
  EXPECT_EQ(keeper.next_heartbeat(), At(3006));
  EXPECT_THAT(keeper.DueHeartbeats(At(3005)), IsEmpty());
  EXPECT_THAT(keeper.DueHeartbeats(At(3006)), ElementsAre("/a"));
  EXPECT_EQ(keeper.next_heartbeat(), At(6006));
}

TEST(LeaseKeeper, AllOfOneLeaseBeatInOneMessage) {
  LeaseKeeper keeper = Registered(At(0), {"/a", "/b"});
  EXPECT_THAT(keeper.DueHeartbeats(At(0)), ElementsAre("/a", "/b"));
  ASSERT_TRUE(keeper.Add(Spec("/c", 9000), At(1700)).ok());
  (void)keeper.DueRegistrations(At(1700), 10);
  keeper.OnRegister("/c", Status::Ok(), 9000, At(1700), 0);
  EXPECT_THAT(keeper.DueHeartbeats(At(1700)), ElementsAre("/c"));
  EXPECT_THAT(keeper.DueHeartbeats(At(3000)), ElementsAre("/a", "/b", "/c"));
  EXPECT_THAT(keeper.DueHeartbeats(At(3000)), IsEmpty());
}

TEST(LeaseKeeper, UnknownIsRegisteredAgainAtOnce) {
  LeaseKeeper keeper = Registered(At(0), {"/a", "/b"});
  const auto paths = keeper.DueHeartbeats(At(0));
  keeper.OnHeartbeat(paths, std::vector<std::string>{"/b"}, At(10));
  EXPECT_THAT(PathsOf(keeper.DueRegistrations(At(10), 10)), ElementsAre("/b"));
  EXPECT_TRUE(keeper.registered("/a"));
  EXPECT_FALSE(keeper.registered("/b"));
  const auto changes = keeper.TakeChanges();
  ASSERT_EQ(changes.size(), 1u);
  EXPECT_EQ(changes[0].path, "/b");
  EXPECT_EQ(changes[0].status.code(), StatusCode::kNotFound);
}

TEST(LeaseKeeper, FailedRegistrationIsTriedAgainWithBoundedGrowingDelay) {
  LeaseKeeper keeper;
  ASSERT_TRUE(keeper.Add(Spec("/a"), At(0)).ok());
  Time now = At(0);
  Duration longest{0};
  for (int i = 0; i < 20; ++i) {
    ASSERT_EQ(keeper.DueRegistrations(now, 10).size(), 1u);
    keeper.OnRegister("/a", UnavailableError("refused"), 0, now, 0);
    const Time next = keeper.next_registration();
    longest = std::max(longest, next - now);
    EXPECT_GT(next, now);
    EXPECT_THAT(keeper.DueRegistrations(next - Duration(1), 10), IsEmpty());
    now = next;
  }
  EXPECT_EQ(longest, kRetryMax);
  EXPECT_EQ(keeper.TakeChanges().size(), 1u);  // told once, not twenty times
}

TEST(LeaseKeeper, RefusedRegistrationIsTriedSeldom) {
  LeaseKeeper keeper;
  ASSERT_TRUE(keeper.Add(Spec("/a"), At(0)).ok());
  (void)keeper.DueRegistrations(At(0), 10);
  keeper.OnRegister("/a", InvalidArgumentError("weight 0"), 0, At(0), 0);
  EXPECT_EQ(keeper.next_registration(), At(0) + kRefusedRetry);
}

TEST(LeaseKeeper, FailedHeartbeatComesSoonerAndIsToldOnlyWhenTheLeaseIsOver) {
  LeaseKeeper keeper = Registered(At(0));
  const std::vector<std::string> paths = keeper.DueHeartbeats(At(0));
  keeper.OnHeartbeatFailed(paths, UnavailableError("refused"), At(0), 0);
  EXPECT_EQ(keeper.next_heartbeat(), At(0) + kRetryMin);
  EXPECT_TRUE(keeper.registered("/a"));
  EXPECT_THAT(keeper.TakeChanges(), IsEmpty());
  keeper.OnHeartbeatFailed(paths, UnavailableError("refused"), At(9001), 0);
  const auto lost = keeper.TakeChanges();
  ASSERT_EQ(lost.size(), 1u);
  EXPECT_EQ(lost[0].status.code(), StatusCode::kUnavailable);
  keeper.OnHeartbeat(paths, kNone, At(9500));
  const auto back = keeper.TakeChanges();
  ASSERT_EQ(back.size(), 1u);
  EXPECT_TRUE(back[0].status.ok());
}

TEST(LeaseKeeper, PausedIsSilentAndTheSameSpecificationResumesWithoutRegistering) {
  LeaseKeeper keeper = Registered(At(0));
  keeper.Pause("/a");
  EXPECT_THAT(keeper.DueHeartbeats(At(5000)), IsEmpty());
  EXPECT_EQ(keeper.next_heartbeat(), kNever);
  ASSERT_TRUE(keeper.Add(Spec("/a", 9000), At(5001)).ok());
  EXPECT_THAT(keeper.DueRegistrations(At(5001), 10), IsEmpty());
  EXPECT_THAT(keeper.DueHeartbeats(At(5001)), ElementsAre("/a"));
  EXPECT_EQ(keeper.TakeChanges().size(), 1u);  // told again: registered
}

TEST(LeaseKeeper, AnotherSpecificationRegistersAgain) {
  LeaseKeeper keeper = Registered(At(0));
  v1::InstanceSpec spec = Spec("/a", 9000);
  spec.set_address("10.0.0.1:80");
  ASSERT_TRUE(keeper.Add(spec, At(10)).ok());
  const auto due = keeper.DueRegistrations(At(10), 10);
  ASSERT_EQ(due.size(), 1u);
  EXPECT_EQ(due[0].instance().address(), "10.0.0.1:80");
}

TEST(LeaseKeeper, OutcomeOfAnOutdatedRegistrationDoesNotCount) {
  LeaseKeeper keeper;
  ASSERT_TRUE(keeper.Add(Spec("/a"), At(0)).ok());
  (void)keeper.DueRegistrations(At(0), 10);
  v1::InstanceSpec newer = Spec("/a");
  newer.set_weight(7);
  ASSERT_TRUE(keeper.Add(newer, At(1)).ok());
  EXPECT_THAT(keeper.DueRegistrations(At(1), 10), IsEmpty());  // one at a time
  keeper.OnRegister("/a", Status::Ok(), 9000, At(2), 0);
  EXPECT_FALSE(keeper.registered("/a"));
  const auto due = keeper.DueRegistrations(At(2), 10);
  ASSERT_EQ(due.size(), 1u);
  EXPECT_EQ(due[0].instance().weight(), 7);
}

TEST(LeaseKeeper, ForgetsOnlyWhenNoCallIsInFlight) {
  LeaseKeeper keeper;
  ASSERT_TRUE(keeper.Add(Spec("/a"), At(0)).ok());
  (void)keeper.DueRegistrations(At(0), 10);
  EXPECT_TRUE(keeper.Remove("/a"));
  keeper.Forget("/a");
  EXPECT_TRUE(keeper.contains("/a"));
  keeper.OnRegister("/a", Status::Ok(), 9000, At(1), 0);
  EXPECT_FALSE(keeper.contains("/a"));
  EXPECT_FALSE(keeper.Remove("/a"));
}

constexpr uint64_t kUnixMs = 1'700'000'000'000;

Life ChosenHere(uint64_t unix_ms = kUnixMs) {
  return Life{.may_raise = true, .unix_ms = unix_ms};
}

v1::Instance Known(uint64_t incarnation, v1::InstanceState state, const std::string& address) {
  v1::Instance known;
  known.mutable_spec()->set_path("/a");
  known.mutable_spec()->set_address(address);
  known.mutable_spec()->set_incarnation(incarnation);
  known.set_state(state);
  return known;
}

// One instance at 10.0.0.1:80 whose first registration was refused as outdated.
class Outdated : public ::testing::Test {
 protected:
  void SetUp() override {
    v1::InstanceSpec spec = Spec("/a", 9000);
    spec.set_address("10.0.0.1:80");
    ASSERT_TRUE(keeper_.Add(spec, At(0), ChosenHere()).ok());
    ASSERT_EQ(keeper_.DueRegistrations(At(0), 10).size(), 1u);
  }
  void Refuse(const v1::Instance* known, uint64_t unix_ms = kUnixMs) {
    keeper_.OnOutdated("/a", known, AbortedError("outdated"), unix_ms, At(10));
  }

  LeaseKeeper keeper_;
};

TEST(LeaseKeeper, NumbersALifeByTheMomentItWasFirstAdded) {
  LeaseKeeper keeper;
  ASSERT_TRUE(keeper.Add(Spec("/a"), At(0), ChosenHere()).ok());
  EXPECT_EQ(keeper.incarnation("/a"), kUnixMs);
  v1::InstanceSpec heavier = Spec("/a");
  heavier.set_weight(7);
  ASSERT_TRUE(keeper.Add(heavier, At(9), ChosenHere(kUnixMs + 9)).ok());
  EXPECT_EQ(keeper.incarnation("/a"), kUnixMs);  // still the same life
}

TEST(LeaseKeeper, AddedAgainAfterItsRemovalItIsALaterLifeEvenIfTheClockWentBack) {
  LeaseKeeper keeper;
  ASSERT_TRUE(keeper.Add(Spec("/a"), At(0), ChosenHere()).ok());
  keeper.Remove("/a");
  ASSERT_TRUE(keeper.Add(Spec("/a"), At(9), ChosenHere(kUnixMs - 5000)).ok());
  EXPECT_EQ(keeper.incarnation("/a"), kUnixMs + 1);
}

TEST(LeaseKeeper, IncarnationOfTheUserStands) {
  LeaseKeeper keeper;
  v1::InstanceSpec spec = Spec("/a");
  spec.set_incarnation(3);
  ASSERT_TRUE(keeper.Add(spec, At(0), Life{.unix_ms = kUnixMs}).ok());
  EXPECT_EQ(keeper.incarnation("/a"), 3u);
  EXPECT_FALSE(keeper.may_raise("/a"));
}

TEST(LeaseKeeper, CountsHeartbeatsFromOneAndRegistersAgainWithTheCount) {
  LeaseKeeper keeper;
  ASSERT_TRUE(keeper.Add(Spec("/a", 9000), At(0), ChosenHere()).ok());
  EXPECT_EQ(keeper.DueRegistrations(At(0), 10)[0].sequence(), 0u);
  keeper.OnRegister("/a", Status::Ok(), 9000, At(0), 0);
  const auto paths = keeper.DueHeartbeats(At(0));
  const v1::HeartbeatRequest first = keeper.HeartbeatOf(paths);
  EXPECT_THAT(first.counts(), ElementsAre(1));
  EXPECT_THAT(first.incarnations(), ElementsAre(kUnixMs));
  EXPECT_THAT(keeper.HeartbeatOf(paths).counts(), ElementsAre(2));
  keeper.OnHeartbeat(paths, std::vector<std::string>{"/a"}, At(5));
  const auto again = keeper.DueRegistrations(At(5), 10);
  ASSERT_EQ(again.size(), 1u);
  EXPECT_EQ(again[0].sequence(), 2u);
  EXPECT_EQ(again[0].instance().incarnation(), kUnixMs);
}

TEST(LeaseKeeper, HeartbeatLeavesOutWhatWasRemovedWhileItWaitedForItsTurn) {
  LeaseKeeper keeper = Registered(At(0), {"/a", "/b"});
  const auto paths = keeper.DueHeartbeats(At(0));
  keeper.Remove("/a");
  const v1::HeartbeatRequest request = keeper.HeartbeatOf(paths);
  EXPECT_THAT(request.paths(), ElementsAre("/b"));
  EXPECT_EQ(request.counts_size(), 1);
}

TEST(LeaseKeeper, TakesOverALifeWithItsCount) {
  LeaseKeeper keeper;
  v1::InstanceSpec spec = Spec("/a", 9000);
  spec.set_incarnation(kUnixMs - 1000);
  ASSERT_TRUE(keeper.Add(spec, At(0), Life{true, 40, kUnixMs}).ok());
  EXPECT_EQ(keeper.incarnation("/a"), kUnixMs - 1000);
  EXPECT_EQ(keeper.DueRegistrations(At(0), 10)[0].sequence(), 40u);
  keeper.OnRegister("/a", Status::Ok(), 9000, At(0), 0);
  EXPECT_THAT(keeper.HeartbeatOf(keeper.DueHeartbeats(At(0))).counts(), ElementsAre(41));
}

TEST_F(Outdated, TakesAHigherIncarnationThanTheOneOfADeadProcess) {
  const auto known = Known(kUnixMs + 500, v1::INSTANCE_STATE_UNREACHABLE, "10.0.0.9:80");
  Refuse(&known);
  EXPECT_EQ(keeper_.incarnation("/a"), kUnixMs + 501);
  EXPECT_THAT(PathsOf(keeper_.DueRegistrations(At(10), 10)), ElementsAre("/a"));
  EXPECT_THAT(keeper_.TakeChanges(), IsEmpty());
}

TEST_F(Outdated, TakesTheClockWhenTheRegistryOnlyKnowsThatItEnded) {
  Refuse(nullptr, kUnixMs + 70);
  EXPECT_EQ(keeper_.incarnation("/a"), kUnixMs + 70);
}

TEST_F(Outdated, WhatIsLeftOfItsOwnEarlierLifeAtTheSameAddressIsReplaced) {
  const auto known = Known(kUnixMs + 500, v1::INSTANCE_STATE_WORKING, "10.0.0.1:80");
  Refuse(&known);
  EXPECT_EQ(keeper_.incarnation("/a"), kUnixMs + 501);
}

TEST_F(Outdated, AnotherLiveProcessKeepsThePathAndIsNamed) {
  const auto known = Known(kUnixMs + 500, v1::INSTANCE_STATE_WORKING, "10.0.0.9:80");
  Refuse(&known);
  EXPECT_EQ(keeper_.incarnation("/a"), kUnixMs);
  EXPECT_EQ(keeper_.next_registration(), At(10) + kRefusedRetry);
  const auto changes = keeper_.TakeChanges();
  ASSERT_EQ(changes.size(), 1u);
  EXPECT_EQ(changes[0].status.code(), StatusCode::kAlreadyExists);
  EXPECT_THAT(std::string(changes[0].status.message()), ::testing::HasSubstr("10.0.0.9:80"));
}

TEST_F(Outdated, IsBelievedAfterThreeHigherIncarnationsWereRefused) {
  for (int i = 0; i < kRaisesMax; ++i) {
    Refuse(nullptr);
    ASSERT_EQ(keeper_.DueRegistrations(At(10), 10).size(), 1u);
  }
  Refuse(nullptr);
  EXPECT_EQ(keeper_.next_registration(), At(10) + kRefusedRetry);
  EXPECT_EQ(keeper_.TakeChanges().at(0).status.code(), StatusCode::kAborted);
}

TEST(LeaseKeeper, RefusesAnEmptyPath) {
  LeaseKeeper keeper;
  EXPECT_EQ(keeper.Add(Spec(""), At(0)).code(), StatusCode::kInvalidArgument);
}

// A registry with leases that loses messages, dies and comes back empty, under a random load of
// adds and removes. While it is up and loses nothing, no lease of a wanted instance ends; after
// quiet it knows exactly the wanted ones.
class LeaseKeeperRandom : public ::testing::TestWithParam<uint64_t> {
 protected:
  void Add(const std::string& path) {
    wanted_.insert(path);
    ASSERT_TRUE(keeper_.Add(Spec(path, 9000), now_).ok());
  }
  void Remove(const std::string& path) {
    wanted_.erase(path);
    keeper_.Remove(path);
    keeper_.Forget(path);
    registry_.erase(path);
  }
  void Turn(bool up) {
    for (const std::string& path : PathsOf(keeper_.DueRegistrations(now_, 4))) {
      if (up) registry_[path] = now_ + seconds(9);
      keeper_.OnRegister(path, up ? Status::Ok() : UnavailableError("down"), 9000, now_, random_());
    }
    const auto paths = keeper_.DueHeartbeats(now_);
    if (paths.empty()) return;
    ++messages_;
    if (!up) return keeper_.OnHeartbeatFailed(paths, UnavailableError("down"), now_, random_());
    std::vector<std::string> unknown;
    for (const std::string& path : paths) {
      const auto it = registry_.find(path);
      if (it == registry_.end()) {
        unknown.push_back(path);
      } else {
        EXPECT_TRUE(!steady_ || it->second > now_) << path << " was let expire";
        it->second = now_ + seconds(9);
      }
    }
    keeper_.OnHeartbeat(paths, unknown, now_);
  }
  // Simulated time up to `until`, in steps of 50 ms.
  void Quiet(Duration length) {
    for (const Time until = now_ + length; now_ < until; now_ += milliseconds(50)) Turn(true);
  }

  std::mt19937_64 random_{GetParam()};
  LeaseKeeper keeper_;
  std::set<std::string> wanted_;
  std::map<std::string, Time> registry_;
  Time now_ = At(0);
  bool steady_ = false;
  int messages_ = 0;
};

TEST_P(LeaseKeeperRandom, RegistryEndsUpWithExactlyTheWanted) {
  bool up = true;
  for (int step = 0; step < 2000; ++step, now_ += milliseconds(50)) {
    const std::string path = "/" + std::to_string(random_() % 20);
    if (random_() % 10 == 0) Add(path);
    if (random_() % 20 == 0) Remove(path);
    if (random_() % 100 == 0) up = !up;
    if (random_() % 200 == 0) registry_.clear();
    Turn(up);
  }
  Quiet(seconds(6));  // two intervals
  std::set<std::string> known;
  for (const auto& [path, lease] : registry_) known.insert(path);
  EXPECT_EQ(known, wanted_);
  messages_ = 0;
  steady_ = true;
  Quiet(seconds(30));
  EXPECT_LE(messages_, 11);  // one message per interval
  EXPECT_GE(messages_, 9);
}

INSTANTIATE_TEST_SUITE_P(Seeds, LeaseKeeperRandom, ::testing::Range<uint64_t>(1, 101));

}  // namespace
}  // namespace bellrock::naming::client
