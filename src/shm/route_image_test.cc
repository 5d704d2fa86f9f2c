// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "shm/route_image.h"

#include <gtest/gtest.h>

#include <limits>

namespace bellrock::shm {
namespace {

RouteImage Image() {
  RouteImage image;
  image.service = "music/storage";
  image.protection = "all shielded";
  image.roster_generation = 9;
  for (uint32_t slot : {0u, 2u}) {
    RouteSlot& entry = image.slots.emplace_back();
    entry.slot = slot;
    entry.generation = 100 + slot;
    entry.static_weight = 100;
    entry.availability = 1;
    entry.phase = 2;
    entry.level = 1;
    entry.dynamic_weight = 0.5;
    entry.share = 0.25;
    entry.address = "10.0.0.1:70" + std::to_string(slot);
    entry.path = "sz/default/music/storage/default/" + std::to_string(slot);
    entry.site = "sz";
  }
  image.sequence = {0, 2, 0, 2};
  image.plan = std::string("plan\0bytes", 10);
  return image;
}

TEST(RouteImage, SurvivesEncodingWhole) {
  const auto decoded = DecodeRouteImage(EncodeRouteImage(Image()));
  ASSERT_TRUE(decoded.ok()) << decoded.status().ToString();
  EXPECT_EQ(decoded->service, "music/storage");
  EXPECT_EQ(decoded->protection, "all shielded");
  EXPECT_EQ(decoded->roster_generation, 9u);
  ASSERT_EQ(decoded->slots.size(), 2u);
  const RouteSlot& slot = decoded->slots[1];
  EXPECT_EQ(slot.slot, 2u);
  EXPECT_EQ(slot.generation, 102u);
  EXPECT_EQ(slot.address, "10.0.0.1:702");
  EXPECT_EQ(slot.path, "sz/default/music/storage/default/2");
  EXPECT_EQ(slot.site, "sz");
  EXPECT_EQ(slot.phase, 2);
  EXPECT_EQ(slot.share, 0.25);
  EXPECT_EQ(slot.level, 1);
  EXPECT_EQ(decoded->plan, Image().plan);
  EXPECT_EQ(decoded->sequence, Image().sequence);
}

TEST(RouteImage, RefusesWhatIsOutOfRange) {
  RouteImage bad = Image();
  bad.sequence = {0, 2, 0};
  EXPECT_NE(DecodeRouteImage(EncodeRouteImage(bad)).status().message().find("sequence length"),
            std::string::npos);
  bad = Image();
  bad.sequence = {0, 1};
  EXPECT_NE(DecodeRouteImage(EncodeRouteImage(bad)).status().message().find("slot in the sequence"),
            std::string::npos);
  bad = Image();
  bad.slots[0].slot = 70'000;
  EXPECT_EQ(DecodeRouteImage(EncodeRouteImage(bad)).status().code(), StatusCode::kDataLoss);
  bad = Image();
  bad.slots[0].slot = 2;  // twice
  EXPECT_EQ(DecodeRouteImage(EncodeRouteImage(bad)).status().code(), StatusCode::kDataLoss);
  bad = Image();
  bad.slots[1].availability = 4;
  EXPECT_NE(DecodeRouteImage(EncodeRouteImage(bad)).status().message().find("availability"),
            std::string::npos);
  bad = Image();
  bad.slots[1].phase = 0;
  EXPECT_NE(DecodeRouteImage(EncodeRouteImage(bad)).status().message().find("phase"),
            std::string::npos);
  bad = Image();
  bad.slots[1].share = std::numeric_limits<double>::quiet_NaN();
  EXPECT_NE(DecodeRouteImage(EncodeRouteImage(bad)).status().message().find("share"),
            std::string::npos);
}

TEST(RouteImage, NoTruncationOrFlippedByteIsReadOutOfBounds) {
  const std::vector<std::byte> good = EncodeRouteImage(Image());
  for (size_t size = 0; size < good.size(); ++size) {
    EXPECT_FALSE(DecodeRouteImage(std::span(good).first(size)).ok()) << size;
  }
  for (size_t at = 0; at < good.size(); ++at) {
    std::vector<std::byte> flipped = good;
    flipped[at] ^= std::byte{0xff};
    (void)DecodeRouteImage(flipped);  // the sanitizers watch
  }
}

}  // namespace
}  // namespace bellrock::shm
