// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "routing/policy/murmur3.h"

#include <gtest/gtest.h>

#include <string>

namespace bellrock::routing::policy {
namespace {

std::string Bytes(std::initializer_list<unsigned char> bytes) {
  return {bytes.begin(), bytes.end()};
}

// The vectors that ports of SMHasher's MurmurHash3_x86_32 are checked with
// (stackoverflow.com/a/31929528).
TEST(Murmur3, GivesThePublishedValues) {
  EXPECT_EQ(Murmur3_32("", 0), 0U);
  EXPECT_EQ(Murmur3_32("", 1), 0x514E28B7U);
  EXPECT_EQ(Murmur3_32("", 0xffffffff), 0x81F16F39U);
  EXPECT_EQ(Murmur3_32(Bytes({0xff, 0xff, 0xff, 0xff}), 0), 0x76293B50U);
  EXPECT_EQ(Murmur3_32(Bytes({0x21, 0x43, 0x65, 0x87}), 0), 0xF55B516BU);
  EXPECT_EQ(Murmur3_32(Bytes({0x21, 0x43, 0x65, 0x87}), 0x5082EDEE), 0x2362F9DEU);
  EXPECT_EQ(Murmur3_32(Bytes({0x21, 0x43, 0x65}), 0), 0x7E4A8634U);
  EXPECT_EQ(Murmur3_32(Bytes({0x21, 0x43}), 0), 0xA0F7B07AU);
  EXPECT_EQ(Murmur3_32(Bytes({0x21}), 0), 0x72661CF4U);
  EXPECT_EQ(Murmur3_32(Bytes({0, 0, 0, 0}), 0), 0x2362F9DEU);
  EXPECT_EQ(Murmur3_32(Bytes({0, 0, 0}), 0), 0x85F0B427U);
  EXPECT_EQ(Murmur3_32(Bytes({0, 0}), 0), 0x30F4C306U);
  EXPECT_EQ(Murmur3_32(Bytes({0}), 0), 0x514E28B7U);
}

}  // namespace
}  // namespace bellrock::routing::policy
