// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "routing/policy/unit.h"

#include <gmock/gmock.h>

#include <array>

#include "routing/policy/fleet_for_test.h"

namespace bellrock::routing::policy {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::UnorderedElementsAre;

constexpr std::array<uint32_t, 3> kLastThree = {3, 2, 1};

std::vector<uint16_t> Choose(const Unit& table, std::string_view key) {
  std::vector<uint16_t> out(8);
  out.resize(table.Choose(key, out));
  return out;
}

TEST(Unit, TakesTheDigitsOfTheMask) {
  constexpr std::array<uint32_t, 3> kFourth = {4, 3, 2};
  constexpr std::array<uint32_t, 2> kTurned = {1, 5};
  EXPECT_EQ(Unit::NumberOf("123456789", kLastThree), 789U);
  EXPECT_EQ(Unit::NumberOf("123456789", kFourth), 678U);
  EXPECT_EQ(Unit::NumberOf("123456789", kTurned), 95U);
  EXPECT_EQ(Unit::NumberOf("7", kLastThree), 7U) << "digits that are not there are 0";
  EXPECT_EQ(Unit::NumberOf("123456789012345678901234567890", kLastThree), 890U);
}

TEST(Unit, TakesNumbersOnly) {
  for (const char* key : {"", "user-17", "-17", "1 7", "0x17"}) {
    EXPECT_EQ(Unit::NumberOf(key, kLastThree), std::nullopt) << key;
  }
}

TEST(Unit, ReadsLabels) {
  using Range = Unit::Range;
  EXPECT_THAT(*Unit::ParseLabel("000-249,500", 1000), ElementsAre(Range{0, 249}, Range{500, 500}));
  EXPECT_THAT(*Unit::ParseLabel("7", 1000), ElementsAre(Range{7, 7}));
  EXPECT_THAT(*Unit::ParseLabel("999-999", 1000), ElementsAre(Range{999, 999}));
  for (const char* label :
       {"", ",", "1,", "a", "1-", "-1", "2-1", "1000", "0-1000", "1 ", "1-2-3", "99999999999"}) {
    EXPECT_EQ(Unit::ParseLabel(label, 1000), std::nullopt) << label;
  }
}

TEST(Unit, SaysWhatIsWrongWithAMask) {
  EXPECT_THAT(Unit::Check({}).message(), HasSubstr("unit_digits"));
  constexpr std::array<uint32_t, 5> kMany = {5, 4, 3, 2, 1};
  constexpr std::array<uint32_t, 2> kTwice = {1, 1};
  constexpr std::array<uint32_t, 1> kZero = {0};
  constexpr std::array<uint32_t, 1> kFar = {21};
  EXPECT_THAT(Unit::Check(kMany).message(), HasSubstr("unit_digits: 5 digits; name 1 to 4"));
  EXPECT_THAT(Unit::Check(kTwice).message(), HasSubstr("unit_digits: 1 is there twice"));
  EXPECT_THAT(Unit::Check(kZero).message(), HasSubstr("unit_digits: 0 is not a digit's place"));
  EXPECT_THAT(Unit::Check(kFar).message(), HasSubstr("unit_digits: 21 is not a digit's place"));
  EXPECT_TRUE(Unit::Check(kLastThree).ok());
}

TEST(Unit, SendsANumberToTheOwnersOfItsUnit) {
  Fleet fleet(4);
  fleet.members()[0].units = "000-249";
  fleet.members()[1].units = "250-499,900";
  fleet.members()[2].units = "250-499";
  fleet.members()[3].units = "500-8x9";  // bad: owns nothing
  const Unit table(fleet.members(), kLastThree);
  EXPECT_THAT(Choose(table, "10001"), ElementsAre(0));
  EXPECT_THAT(Choose(table, "10900"), ElementsAre(1));
  EXPECT_THAT(Choose(table, "10300"), UnorderedElementsAre(1, 2));
  EXPECT_THAT(Choose(table, "10500"), ElementsAre()) << "owned by nobody";
  EXPECT_THAT(Choose(table, "ten"), ElementsAre());
}

TEST(Unit, EachKeyHasItsOwnOrderOfTheOwners) {
  Fleet fleet(2);
  fleet.members()[0].units = fleet.members()[1].units = "000-999";
  fleet.members()[1].weight = 300;
  const Unit table(fleet.members(), kLastThree);
  const Spread spread = SpreadOf(OwnersOf(table, 20'000), 2);
  EXPECT_NEAR(static_cast<double>(spread.keys[0]), 5000, 300);
  EXPECT_EQ(Choose(table, "17"), Choose(table, "17"));
}

TEST(Unit, OverlappingRangesOfOneLabelMakeOneOwner) {
  Fleet fleet(1);
  fleet.members()[0].units = "1-5,3,4-9";
  EXPECT_THAT(Choose(Unit(fleet.members(), kLastThree), "4"), ElementsAre(0));
}

TEST(Unit, KeepsABoundedNumberOfOwners) {
  Fleet fleet(Unit::kOwnersMax + 10);
  for (KeyedMember& member : fleet.members()) member.units = "0-999";
  std::vector<uint16_t> out(Unit::kOwnersMax + 10);
  EXPECT_EQ(Unit(fleet.members(), kLastThree).Choose("5", out), Unit::kOwnersMax);
}

}  // namespace
}  // namespace bellrock::routing::policy
