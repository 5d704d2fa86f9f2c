// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "naming/transfer_gate.h"

#include <gtest/gtest.h>

#include <vector>

namespace bellrock::naming {
namespace {

const Time kStart = Time() + std::chrono::seconds(100);

std::vector<uint64_t> Fill(TransferGate& gate, Time now) {
  std::vector<uint64_t> places;
  while (const auto place = gate.TryEnter(now)) places.push_back(*place);
  return places;
}

TEST(TransferGate, LetsSoManyInAndOneMoreForEachThatLeaves) {
  TransferGate gate;
  const auto places = Fill(gate, kStart);
  EXPECT_EQ(places.size(), TransferGate::kUnderWayMax);
  gate.Leave(places[7]);
  EXPECT_TRUE(gate.TryEnter(kStart).has_value());
  EXPECT_FALSE(gate.TryEnter(kStart).has_value());
}

TEST(TransferGate, ASlowReaderLosesItsPlace) {
  TransferGate gate;
  EXPECT_EQ(gate.NextFree(), kNever);
  const auto places = Fill(gate, kStart);
  EXPECT_EQ(gate.NextFree(), kStart + TransferGate::kHoldMax);
  EXPECT_FALSE(gate.TryEnter(kStart + TransferGate::kHoldMax - Duration(1)).has_value());
  EXPECT_TRUE(gate.TryEnter(kStart + TransferGate::kHoldMax).has_value());
  gate.Leave(places[0]);  // it had run out
  EXPECT_EQ(gate.under_way(), 1u);
}

}  // namespace
}  // namespace bellrock::naming
