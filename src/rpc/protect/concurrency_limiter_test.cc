// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "rpc/protect/concurrency_limiter.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "rpc/protect/simulated_service.h"

namespace bellrock::rpc::protect {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::seconds;

struct Outcome {
  double served_per_second = 0;
  Duration mean{};
  Duration worst{};
  int limit_lowest = 1 << 30;
  int limit_highest = 0;
};

// Callers whom the limiter turns away when the limit is reached.
struct Limited {
  Outcome Run(double rate, Duration duration) {
    Outcome outcome;
    int64_t served = 0;
    Duration sum{};
    service.Offer(rate, duration, [&] {
      limiter.OnTime(service.now());
      outcome.limit_lowest = std::min(outcome.limit_lowest, limiter.limit());
      outcome.limit_highest = std::max(outcome.limit_highest, limiter.limit());
      if (in_flight >= limiter.limit()) return;
      ++in_flight;
      service.Serve([&, began = service.now()] {
        const Duration latency = service.now() - began;
        limiter.OnSample(service.now(), {began, latency, in_flight});
        --in_flight;
        ++served;
        sum += latency;
        outcome.worst = std::max(outcome.worst, latency);
      });
    });
    outcome.served_per_second = static_cast<double>(served) * 1e9 / duration.count();
    outcome.mean = sum / std::max<int64_t>(served, 1);
    // What is still served refers to this run.
    while (in_flight > 0) service.RunUntil(service.now() + milliseconds(1));
    return outcome;
  }

  SimulatedService service;
  ConcurrencyLimiter limiter;
  int in_flight = 0;
};

std::string Show(const Limited& limited, const Outcome& outcome) {
  return fmt::format("served {:.0f}/s of {:.0f}/s, mean {} us, limit {} ({}..{}), base {} us",
                     outcome.served_per_second, limited.service.capacity(),
                     outcome.mean.count() / 1000, limited.limiter.limit(), outcome.limit_lowest,
                     outcome.limit_highest, limited.limiter.base_latency().count() / 1000);
}

TEST(ConcurrencyLimiter, KeepsAnOverloadedServerBusyAndItsLatencyNearTheUnloadedOne) {
  for (const bool exponential : {false, true}) {
    for (const int servers : {4, 16, 64, 200}) {
      Limited limited{{1, servers, milliseconds(10)}, ConcurrencyLimiter({})};
      limited.service.set_exponential(exponential);
      (void)limited.Run(3 * limited.service.capacity(), seconds(10));
      const Outcome outcome = limited.Run(3 * limited.service.capacity(), seconds(60));
      const std::string shown = fmt::format(
          "{} servers{}: {}", servers, exponential ? ", exponential" : "", Show(limited, outcome));
      EXPECT_GE(outcome.served_per_second, 0.93 * limited.service.capacity()) << shown;
      // The floor of 8 is a queue before four servers, and a square root of little is much.
      EXPECT_LE(outcome.mean, milliseconds(servers == 4 ? 50 : 22)) << shown;
    }
  }
}

TEST(ConcurrencyLimiter, FindsTheUnloadedLatencyAlthoughItHasOnlySeenOverload) {
  Limited limited{{2, 16, milliseconds(10)}, ConcurrencyLimiter({.initial = 500})};
  (void)limited.Run(4 * limited.service.capacity(), seconds(5));
  EXPECT_LE(limited.limiter.base_latency(), milliseconds(12));
  EXPECT_LE(limited.limiter.limit(), 50);
}

TEST(ConcurrencyLimiter, NeverLeavesItsFloorAndCeiling) {
  Limited limited{{3, 2, milliseconds(10)}, ConcurrencyLimiter({.floor = 5, .ceiling = 30})};
  const Outcome slow = limited.Run(2000, seconds(40));
  EXPECT_GE(slow.limit_lowest, 5) << Show(limited, slow);
  limited.service.set_servers(1000);
  const Outcome fast = limited.Run(50'000, seconds(40));
  EXPECT_EQ(fast.limit_highest, 30) << Show(limited, fast);
}

TEST(ConcurrencyLimiter, RecoversByItselfWhenTheServerDoes) {
  Limited limited{{4, 64, milliseconds(10)}, ConcurrencyLimiter({})};
  const double rate = 1.5 * limited.service.capacity();
  (void)limited.Run(rate, seconds(10));
  limited.service.set_servers(4);
  const Outcome hurt = limited.Run(rate, seconds(20));
  EXPECT_LE(limited.limiter.limit(), 24) << Show(limited, hurt);
  limited.service.set_servers(64);
  (void)limited.Run(rate, seconds(5));
  const Outcome well = limited.Run(rate, seconds(10));
  EXPECT_GE(well.served_per_second, 0.93 * limited.service.capacity()) << Show(limited, well);
}

TEST(ConcurrencyLimiter, TakesASlowerServiceForWhatItIs) {
  // Calls that wait for somebody else: ten times slower, but more of them at once do not make it
  // worse. What refuses them for long misfires.
  Limited limited{{5, 10'000, milliseconds(5)}, ConcurrencyLimiter({})};
  (void)limited.Run(4000, seconds(10));
  limited.service.set_service(milliseconds(50));
  (void)limited.Run(4000, seconds(10));
  const Outcome outcome = limited.Run(4000, seconds(10));
  EXPECT_GE(outcome.served_per_second, 0.98 * 4000) << Show(limited, outcome);
}

TEST(ConcurrencyLimiter, DoesNotStarveAServiceOfMicroseconds) {
  // apache/brpc issue 1006: 25 us, limit 0, for ever.
  Limited limited{{6, 8, microseconds(25)}, ConcurrencyLimiter({})};
  limited.service.set_exponential(true);
  const Outcome outcome = limited.Run(0.7 * limited.service.capacity(), seconds(4));
  EXPECT_GE(outcome.served_per_second, 0.69 * limited.service.capacity()) << Show(limited, outcome);
}

TEST(ConcurrencyLimiter, GrowsOnlyWithCalls) {
  Limited limited{{7, 64, milliseconds(10)}, ConcurrencyLimiter({})};
  (void)limited.Run(100, seconds(60));
  EXPECT_EQ(limited.limiter.limit(), 20) << "one call at a time says nothing about a hundred";
}

TEST(ConcurrencyLimiter, GivesUpAProbeWithoutCalls) {
  Limited limited{{8, 16, milliseconds(10)}, ConcurrencyLimiter({.initial = 200})};
  for (int step = 0; step < 1000 && !limited.limiter.probing(); ++step) {
    (void)limited.Run(6400, milliseconds(20));
  }
  ASSERT_TRUE(limited.limiter.probing());
  const int probed = limited.limiter.limit();
  limited.limiter.OnTime(limited.service.now() + seconds(6));
  EXPECT_FALSE(limited.limiter.probing());
  EXPECT_GT(limited.limiter.limit(), probed);
}

TEST(ConcurrencyLimiter, DoesNotProbeWhereItsLimitIsNotKept) {
  Limited limited{{9, 16, milliseconds(10)}, ConcurrencyLimiter({.initial = 200})};
  limited.limiter.set_enforced(false);
  for (int step = 0; step < 1000; ++step) {
    (void)limited.Run(3200, milliseconds(20));
    ASSERT_FALSE(limited.limiter.probing());
  }
}

TEST(ConcurrencyLimiter, AFixedLimitStays) {
  Limited limited{{10, 4, milliseconds(10)}, ConcurrencyLimiter({.fixed = 7})};
  const Outcome outcome = limited.Run(2000, seconds(20));
  EXPECT_EQ(outcome.limit_lowest, 7);
  EXPECT_EQ(outcome.limit_highest, 7);
  EXPECT_GE(outcome.served_per_second, 0.95 * limited.service.capacity());
}

TEST(ConcurrencyLimiter, KeepsWhatItLearntUnderNewBounds) {
  Limited limited{{11, 64, milliseconds(10)}, ConcurrencyLimiter({})};
  (void)limited.Run(12'800, seconds(20));
  const int learnt = limited.limiter.limit();
  ASSERT_GT(learnt, 50);
  limited.limiter.SetOptions({.ceiling = 40});
  EXPECT_EQ(limited.limiter.limit(), 40);
  limited.limiter.SetOptions({.floor = 60});
  EXPECT_EQ(limited.limiter.limit(), 60);
}

}  // namespace
}  // namespace bellrock::rpc::protect
