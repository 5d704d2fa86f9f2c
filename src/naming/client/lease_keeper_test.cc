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

std::vector<std::string> PathsOf(const std::vector<v1::InstanceSpec>& specs) {
  std::vector<std::string> paths;
  for (const v1::InstanceSpec& spec : specs) paths.push_back(spec.path());
  return paths;
}

// One registered instance with a lease of 9 s, so with an interval of 3 s.
LeaseKeeper Registered(Time now, const std::vector<std::string>& paths = {"/a"}) {
  LeaseKeeper keeper;
  for (const std::string& path : paths) {
    EXPECT_TRUE(keeper.Add(Spec(path, 9000), now).ok());
  }
  for (const auto& spec : keeper.DueRegistrations(now, 100)) {
    keeper.OnRegister(spec.path(), Status::Ok(), 9000, now, 0);
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
  EXPECT_EQ(due[0].address(), "10.0.0.1:80");
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
  EXPECT_EQ(due[0].weight(), 7);
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
    for (const auto& spec : keeper_.DueRegistrations(now_, 4)) {
      if (up) registry_[spec.path()] = now_ + seconds(9);
      keeper_.OnRegister(spec.path(), up ? Status::Ok() : UnavailableError("down"), 9000, now_,
                         random_());
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
