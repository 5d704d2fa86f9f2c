// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "routing/refuser.h"

#include <gtest/gtest.h>

#include <array>
#include <vector>

namespace bellrock::routing {
namespace {

struct Refused {
  std::array<double, 3> share{};  // by Qos
  double all = 0;
};

// A tenth background, a fifth critical, the rest normal.
Refused After(Refuser& refuser, double share, int calls) {
  constexpr std::array kMix = {Qos::kBackground, Qos::kNormal, Qos::kNormal, Qos::kCritical,
                               Qos::kNormal,     Qos::kNormal, Qos::kNormal, Qos::kCritical,
                               Qos::kNormal,     Qos::kNormal};
  std::array<int, 3> asked{};
  std::array<int, 3> refused{};
  for (int call = 0; call < calls; ++call) {
    const Qos qos = kMix[static_cast<size_t>(call) % kMix.size()];
    ++asked[static_cast<size_t>(qos)];
    if (refuser.Refuse(share, qos)) ++refused[static_cast<size_t>(qos)];
  }
  Refused result;
  for (size_t kind = 0; kind < 3; ++kind) {
    result.share[kind] = static_cast<double>(refused[kind]) / asked[kind];
    result.all += static_cast<double>(refused[kind]) / calls;
  }
  return result;
}

double Of(const Refused& refused, Qos qos) {
  return refused.share[static_cast<size_t>(qos)];
}

TEST(Refuser, BackgroundGoesFirstThenNormalAndCriticalLast) {
  Refuser refuser;
  (void)After(refuser, 0.05, 500);  // gets to know the mix
  Refused refused = After(refuser, 0.05, 10000);
  EXPECT_NEAR(Of(refused, Qos::kBackground), 0.5, 0.03);
  EXPECT_EQ(Of(refused, Qos::kNormal), 0);
  EXPECT_EQ(Of(refused, Qos::kCritical), 0);
  refused = After(refuser, 0.45, 10000);
  EXPECT_GE(Of(refused, Qos::kBackground), 0.99);
  EXPECT_NEAR(Of(refused, Qos::kNormal), 0.5, 0.02);
  EXPECT_EQ(Of(refused, Qos::kCritical), 0);
  refused = After(refuser, 0.9, 10000);
  EXPECT_GE(Of(refused, Qos::kNormal), 0.99);
  EXPECT_NEAR(Of(refused, Qos::kCritical), 0.5, 0.03);
}

TEST(Refuser, RefusesTheShareItIsGiven) {
  for (const double share : {0.01, 0.1, 0.33, 0.5, 0.77, 0.95, 1.0}) {
    Refuser refuser;
    (void)After(refuser, share, 500);
    EXPECT_NEAR(After(refuser, share, 10000).all, share, 0.01);
  }
}

TEST(Refuser, RefusesNothingAtZero) {
  Refuser refuser;
  EXPECT_EQ(After(refuser, 0, 1000).all, 0);
}

TEST(Refuser, RefusesEvenlyAndNotInBursts) {
  Refuser refuser;
  int since = 0;
  int longest = 0;
  for (int call = 0; call < 10000; ++call) {
    ++since;
    if (refuser.Refuse(0.25, Qos::kNormal)) since = 0;
    longest = std::max(longest, since);
  }
  EXPECT_LE(longest, 4);
}

}  // namespace
}  // namespace bellrock::routing
