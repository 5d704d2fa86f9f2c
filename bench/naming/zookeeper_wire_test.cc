// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "zookeeper_wire.h"

#include <gtest/gtest.h>

namespace bellrock::bench {
namespace {

TEST(Jute, WritesNumbersInNetworkOrderAndTextsBehindTheirLength) {
  JuteWriter writer;
  writer.Int(-2).Long(0x0102).Bool(true).Text("ab");
  EXPECT_EQ(writer.bytes(), std::string("\xff\xff\xff\xfe\0\0\0\0\0\0\x01\x02\x01\0\0\0\x02"
                                        "ab",
                                        19));
}

TEST(Jute, ReadsWhatItWrote) {
  JuteWriter writer;
  writer.Int(-101).Long(-7).Text("/services").Text("");
  JuteReader reader(writer.bytes());
  EXPECT_EQ(reader.Int(), -101);
  EXPECT_EQ(reader.Long(), -7);
  EXPECT_EQ(reader.Text(), "/services");
  EXPECT_EQ(reader.Text(), "");
  EXPECT_TRUE(reader.ok());
  EXPECT_TRUE(reader.rest().empty());
}

TEST(Jute, ShortBytesAreNotOk) {
  JuteReader number(std::string_view("\0\0", 2));
  EXPECT_EQ(number.Int(), 0);
  EXPECT_FALSE(number.ok());
  JuteReader text(std::string_view("\0\0\0\x09short", 9));
  EXPECT_EQ(text.Text(), "");
  EXPECT_FALSE(text.ok());
}

}  // namespace
}  // namespace bellrock::bench
