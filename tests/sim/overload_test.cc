// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
// What a server's protections are worth: callers who do not slow down, in simulated time, before a
// service that can do only so much and cannot stop what it has begun.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "bellrock/rpc/v1/protection.pb.h"
#include "rpc/protect/protection.h"
#include "rpc/protect/simulated_service.h"

namespace bellrock::rpc::protect {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr Duration kServiceTime = milliseconds(10);
constexpr Duration kTimeout = milliseconds(100);
constexpr int kServers = 16;
constexpr const char* kOn = R"({"concurrency": {"mode": "PROTECTION_ON"},
                                "queue": {"mode": "PROTECTION_ON"}})";

struct Tally {
  int64_t offered = 0;
  int64_t good = 0;  // served in time
  int64_t late = 0;
  int64_t refused = 0;
  std::vector<Duration> latencies{};  // of admitted calls, from their arrival

  Duration Percentile(double share) {
    if (latencies.empty()) return Duration(0);
    std::sort(latencies.begin(), latencies.end());
    return latencies[static_cast<size_t>(share * static_cast<double>(latencies.size() - 1))];
  }
};

class Overload {
 public:
  Overload(uint64_t seed, std::string_view policy)
      : service_(seed, kServers, kServiceTime), protection_({"a.B/Do"}) {
    service_.set_exponential(true);
    Set(policy);
  }

  void Set(std::string_view json) {
    const Result<Policy> policy = PolicyFromJson(json);
    ASSERT_TRUE(policy.ok()) << policy.status().ToString();
    std::vector<Wake> wakes;
    ASSERT_TRUE(protection_.SetPolicy(service_.now(), *policy, wakes).ok());
  }
  double capacity() const { return service_.capacity(); }
  const Protection& protection() const { return protection_; }
  v1::ProtectionStatus Snapshot() const { return protection_.Snapshot(service_.now()); }

  // Offers `times` of the capacity, spread over consumers by their shares.
  std::map<std::string, Tally> Run(double times, Duration duration,
                                   const std::map<std::string, double>& consumers) {
    tallies_.clear();
    service_.Offer(times * capacity(), duration, [&] {
      double at = std::uniform_real_distribution<double>(0, 1)(service_.random());
      for (const auto& [consumer, share] : consumers) {
        at -= share;
        if (at < 0) return Arrive(consumer);
      }
      Arrive(consumers.rbegin()->first);
    });
    return tallies_;
  }
  Tally Run(double times, Duration duration) { return Run(times, duration, {{"w/g", 1}})["w/g"]; }

  std::string Show(double times, Duration duration, Tally tally) const {
    const double all = capacity() * static_cast<double>(duration.count()) / 1e9;
    return fmt::format(
        "offered {:.1f} C: good {:.1f} % of C, late {}, refused {}, p50 {} ms, p99 {} ms, limit {}",
        times, 100 * static_cast<double>(tally.good) / all, tally.late, tally.refused,
        tally.Percentile(0.5) / milliseconds(1), tally.Percentile(0.99) / milliseconds(1),
        protection_.limit());
  }

 private:
  struct Call {
    std::string consumer;
    Time arrived;
    Time deadline;
  };

  void Arrive(const std::string& consumer) {
    const Time now = service_.now();
    const auto call = std::make_shared<Call>(Call{consumer, now, now + kTimeout});
    ++tallies_[consumer].offered;
    std::vector<Wake> wakes;
    Decision decision = protection_.Admit(
        now, {.consumer = consumer, .arrived = now, .deadline = call->deadline}, wakes);
    if (decision.verdict == Verdict::kWait) {
      waiting_[decision.ticket] = call;
      service_.At(call->deadline, [this] { Look(); });
    } else {
      Decide(call, decision);
    }
    Deliver(wakes);
  }
  void Look() {
    std::vector<Wake> wakes;
    protection_.OnTime(service_.now(), wakes);
    Deliver(wakes);
  }
  void Deliver(std::vector<Wake>& wakes) {
    for (const Wake& wake : wakes) {
      const auto call = waiting_.at(wake.ticket);
      waiting_.erase(wake.ticket);
      Decide(call, wake.decision);
    }
  }
  void Decide(const std::shared_ptr<Call>& call, const Decision& decision) {
    if (decision.verdict == Verdict::kRefuse) {
      ++tallies_[call->consumer].refused;
      return;
    }
    service_.Serve([this, call, token = decision.token] {
      const Time now = service_.now();
      const bool in_time = now <= call->deadline;
      Tally& tally = tallies_[call->consumer];
      ++(in_time ? tally.good : tally.late);
      tally.latencies.push_back(now - call->arrived);
      std::vector<Wake> wakes;
      protection_.OnFinished(now, token, in_time ? StatusCode::kOk : StatusCode::kDeadlineExceeded,
                             wakes);
      Deliver(wakes);
    });
  }

  SimulatedService service_;
  Protection protection_;
  std::map<uint64_t, std::shared_ptr<Call>> waiting_;
  std::map<std::string, Tally> tallies_;
};

double GoodShare(const Overload& overload, const Tally& tally, Duration duration) {
  return static_cast<double>(tally.good) * 1e9 /
         (overload.capacity() * static_cast<double>(duration.count()));
}

TEST(Overload, WithoutProtectionTheServerWorksForNobody) {
  for (const double times : {2.0, 3.0, 4.0}) {
    Overload overload(1, "{}");
    (void)overload.Run(times, seconds(10));
    const Tally tally = overload.Run(times, seconds(20));
    EXPECT_LT(GoodShare(overload, tally, seconds(20)), 0.05)
        << overload.Show(times, seconds(20), tally);
  }
}

TEST(Overload, WithProtectionItServesWhatItCanAndInTime) {
  for (uint64_t seed = 1; seed <= 3; ++seed) {
    for (const double times : {2.0, 3.0, 4.0}) {
      Overload overload(seed, kOn);
      (void)overload.Run(times, seconds(10));
      Tally tally = overload.Run(times, seconds(30));
      const std::string shown =
          fmt::format("seed {}: {}", seed, overload.Show(times, seconds(30), tally));
      EXPECT_GE(GoodShare(overload, tally, seconds(30)), 0.9) << shown;
      EXPECT_LE(tally.Percentile(0.5), milliseconds(40)) << shown;
      EXPECT_LE(tally.Percentile(0.99), milliseconds(110)) << shown;
      EXPECT_LE(static_cast<double>(tally.late), 0.03 * static_cast<double>(tally.good)) << shown;
    }
  }
}

// What tells the parts of it apart: a queue without a bound on age is late for everybody, and so is
// a limit that is too high.
TEST(Overload, NeitherAQueueInDryRunNorAGenerousLimitIsEnough) {
  for (const char* policy :
       {R"({"concurrency": {"mode": "PROTECTION_ON"}, "queue": {"mode": "PROTECTION_DRY_RUN"}})",
        R"({"concurrency": {"mode": "PROTECTION_ON", "fixed": 1000},
            "queue": {"mode": "PROTECTION_ON"}})"}) {
    Overload overload(1, policy);
    (void)overload.Run(2, seconds(10));
    const Tally tally = overload.Run(2, seconds(10));
    EXPECT_LT(GoodShare(overload, tally, seconds(10)), 0.1)
        << policy << overload.Show(2, seconds(10), tally);
  }
}

TEST(Overload, ProtectionStandsTheFirstSecondsTooAndWhatItHasNotSeenBefore) {
  for (uint64_t seed = 1; seed <= 5; ++seed) {
    Overload overload(seed, kOn);
    const Tally tally = overload.Run(4, seconds(5));
    EXPECT_GE(GoodShare(overload, tally, seconds(5)), 0.85)
        << "seed " << seed << ": " << overload.Show(4, seconds(5), tally);
  }
}

TEST(Overload, ProtectionCostsNothingWhileThereIsRoom) {
  Overload overload(1, kOn);
  (void)overload.Run(0.5, seconds(10));
  const Tally tally = overload.Run(0.5, seconds(60));
  EXPECT_EQ(tally.refused, 0) << overload.Show(0.5, seconds(60), tally);
  EXPECT_EQ(tally.good + tally.late, tally.offered);
}

TEST(Overload, IsOverByItselfWhenTheLoadIs) {
  for (uint64_t seed = 1; seed <= 5; ++seed) {
    Overload overload(seed, kOn);
    (void)overload.Run(4, seconds(30));
    (void)overload.Run(0.7, seconds(2));
    const Tally tally = overload.Run(0.7, seconds(30));
    EXPECT_LE(static_cast<double>(tally.refused), 0.001 * static_cast<double>(tally.offered))
        << "seed " << seed << ": " << overload.Show(0.7, seconds(30), tally);
    const v1::ProtectionStatus status = overload.Snapshot();
    for (const v1::ProtectionState& state : status.protections()) {
      for (const v1::RefusalState& refusal : state.refusals()) {
        EXPECT_EQ(refusal.refusing_for_us(), 0U) << refusal.ShortDebugString();
      }
    }
  }
}

TEST(Overload, BackgroundIsRefusedFirst) {
  const std::string policy = R"({"concurrency": {"mode": "PROTECTION_ON"},
      "queue": {"mode": "PROTECTION_ON"},
      "shares": {"critical": 0.2},
      "consumers": [{"consumer": "pay/*", "qos": "QOS_CRITICAL"},
                    {"consumer": "job/*", "qos": "QOS_BACKGROUND"}]})";
  for (const double times : {2.0, 4.0}) {
    Overload overload(1, policy);
    const std::map<std::string, double> consumers = {
        {"pay/till", 0.2 / times}, {"w/g", 0.4 / times}, {"job/report", 1 - 0.6 / times}};
    (void)overload.Run(times, seconds(10), consumers);
    auto tallies = overload.Run(times, seconds(60), consumers);
    const auto served = [&](const char* consumer) {
      return static_cast<double>(tallies[consumer].good) /
             static_cast<double>(tallies[consumer].offered);
    };
    const std::string shown =
        fmt::format("{} C: critical {:.4f}, normal {:.4f}, background {:.4f}", times,
                    served("pay/till"), served("w/g"), served("job/report"));
    EXPECT_GE(served("pay/till"), 0.995) << shown;
    EXPECT_GE(served("w/g"), 0.97) << shown;
    EXPECT_LE(served("job/report"), 0.4) << shown;
    Tally all;
    for (const auto& [consumer, tally] : tallies) all.good += tally.good;
    EXPECT_GE(GoodShare(overload, all, seconds(60)), 0.9) << shown;
  }
}

TEST(Overload, QuotasAreExactOverAPeriod) {
  Overload overload(1, R"({"quotas": {"mode": "PROTECTION_ON", "quotas": [
      {"consumer": "w/g", "calls_per_second": 300, "burst": 1},
      {"consumer": "*", "calls_per_second": 50, "burst": 20}]}})");
  auto tallies = overload.Run(0.9, seconds(60), {{"a/b", 0.4}, {"w/g", 0.6}});
  const auto admitted = [&](const char* consumer) {
    return tallies[consumer].offered - tallies[consumer].refused;
  };
  EXPECT_NEAR(static_cast<double>(admitted("a/b")), 20 + 60 * 50, 2);
  // With a burst of 1 a token is lost whenever no call comes while the bucket is full.
  EXPECT_LE(admitted("w/g"), 1 + 60 * 300);
  EXPECT_GE(admitted("w/g"), 60 * 300 * 0.7);
}

TEST(Overload, ADryRunChangesNothingButItsCounts) {
  Overload off(7, "{}");
  Overload dry(7, R"({"concurrency": {"mode": "PROTECTION_DRY_RUN"},
      "queue": {"mode": "PROTECTION_DRY_RUN"},
      "quotas": {"mode": "PROTECTION_DRY_RUN", "quotas": [
          {"consumer": "*", "calls_per_second": 50}]}})");
  const Tally without = off.Run(1.2, seconds(20));
  const Tally with = dry.Run(1.2, seconds(20));
  EXPECT_EQ(with.refused, 0);
  EXPECT_EQ(with.good, without.good);
  EXPECT_EQ(with.latencies, without.latencies);
  uint64_t would = 0;
  const v1::ProtectionStatus status = dry.Snapshot();
  for (const v1::ProtectionState& state : status.protections()) {
    for (const v1::RefusalState& refusal : state.refusals()) {
      EXPECT_EQ(refusal.refused(), 0U) << refusal.ShortDebugString();
      would += refusal.would_refuse();
    }
  }
  EXPECT_GT(would, 1000U);
}

}  // namespace
}  // namespace bellrock::rpc::protect
