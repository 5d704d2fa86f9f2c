// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "fleet.h"

#include <gtest/gtest.h>

#include <set>

namespace bellrock::bench {
namespace {

TEST(Fleet, AnInstanceIsKnownByItsAddressAndItsPath) {
  const Fleet fleet{.count = 1'000'000, .per_service = 10};
  for (int64_t n : {0, 255, 256, 999'999}) {
    EXPECT_EQ(NumberOf(AddressOf(n)), n);
    EXPECT_EQ(NumberOf(InstancePath(fleet, n)), n);
  }
}

TEST(Fleet, WhatIsNotOursHasNoNumber) {
  for (const char* text : {"", "10", "10.1.2", "11.1.2.3:8080", "/sh/im/line0/x", "10.a.b.c:1"}) {
    EXPECT_EQ(NumberOf(text), -1) << text;
  }
}

TEST(Fleet, EachServiceHasItsShareAndNeighboursDiffer) {
  const Fleet fleet{.count = 1'000, .per_service = 10};
  std::set<int64_t> of_seven;
  for (int64_t n = 0; n < fleet.count; ++n) {
    if (fleet.ServiceOf(n) == 7) of_seven.insert(fleet.IndexOf(n));
  }
  EXPECT_EQ(of_seven.size(), 10u);
  EXPECT_NE(fleet.ServiceOf(41), fleet.ServiceOf(42));
}

}  // namespace
}  // namespace bellrock::bench
