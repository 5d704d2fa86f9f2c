// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "shm/route_image.h"

#include <gtest/gtest.h>

#include <cstring>
#include <limits>
#include <vector>

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

// Readers of version 1 knew no plan and no level: what they read lies where it lay.
TEST(RouteImage, IsReadableByReadersThatKnowNoPlan) {
  RouteImage without = Image();
  without.plan.clear();
  for (RouteSlot& slot : without.slots) slot.level = 0;
  const std::vector<std::byte> old_body = EncodeRouteImage(without);
  const std::vector<std::byte> body = EncodeRouteImage(Image());
  constexpr size_t kTextBytesAt = 16;
  constexpr size_t kRecordsAt = 32;
  constexpr size_t kRecordBytes = 48;
  constexpr size_t kLevelAt = 14;  // two bytes that were 0 and not looked at
  uint32_t text = 0;
  std::memcpy(&text, body.data() + kTextBytesAt, sizeof text);
  const size_t text_at = kRecordsAt + 2 * kRecordBytes + Image().sequence.size() * 2;
  EXPECT_EQ(text_at + text, body.size()) << "their check of the size holds";
  for (size_t at = kRecordsAt; at < old_body.size(); ++at) {
    const bool level =
        at < kRecordsAt + 2 * kRecordBytes && (at - kRecordsAt) % kRecordBytes == kLevelAt;
    if (level) continue;
    EXPECT_EQ(body[at], old_body[at]) << at;
  }
}

TEST(RouteImage, ABodyWithoutAPlanIsOne) {
  RouteImage image = Image();
  image.plan.clear();
  const auto decoded = DecodeRouteImage(EncodeRouteImage(image));
  ASSERT_TRUE(decoded.ok());
  EXPECT_EQ(decoded->plan, "");
}

}  // namespace
}  // namespace bellrock::shm
