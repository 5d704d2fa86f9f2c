// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "naming/wire_bytes.h"

#include <gtest/gtest.h>

#include <limits>

namespace bellrock::naming {
namespace {

struct Sample {
  uint8_t kind = 0;
  uint64_t revision = 0;
  int64_t delta = 0;
  bool gone = false;
  std::string name;

  friend bool operator==(const Sample&, const Sample&) = default;
};

std::string Encode(const Sample& sample) {
  ByteWriter out;
  out.Byte(sample.kind);
  out.Varint(sample.revision);
  out.Signed(sample.delta);
  out.Flag(sample.gone);
  out.Text(sample.name);
  return out.Take();
}

Result<Sample> Decode(std::string_view bytes) {
  ByteReader in(bytes);
  Sample sample;
  sample.kind = in.Byte("kind");
  sample.revision = in.Varint("revision");
  sample.delta = in.Signed("delta");
  sample.gone = in.Flag("gone");
  sample.name = in.Text("name", 8);
  BELLROCK_TRY(in.Finish().WithContext("sample"));
  return sample;
}

std::string ErrorOf(std::string_view bytes) {
  return std::string(Decode(bytes).status().message());
}

TEST(WireBytes, ReadBackWhatWasWritten) {
  const Sample samples[] = {
      {},
      {255, 127, -64, true, "n1"},
      {1, 128, 64, false, std::string("\0\x80\n", 3)},
      {2, std::numeric_limits<uint64_t>::max(), std::numeric_limits<int64_t>::min(), true, ""},
      {3, uint64_t{1} << 63, std::numeric_limits<int64_t>::max(), true, "12345678"},
  };
  for (const Sample& sample : samples) {
    const Result<Sample> read = Decode(Encode(sample));
    ASSERT_TRUE(read.ok()) << read.status().ToString();
    EXPECT_EQ(*read, sample);
  }
}

TEST(WireBytes, TakeAsManyBytesAsTheFormatSays) {
  ByteWriter out;
  out.Varint(127);
  EXPECT_EQ(out.Take(), "\x7f");
  out.Varint(300);
  EXPECT_EQ(out.Take(), "\xac\x02");
  out.Varint(std::numeric_limits<uint64_t>::max());
  EXPECT_EQ(out.Take().size(), kVarintBytesMax);
  out.Signed(-1);
  out.Signed(1);
  out.Signed(-64);
  EXPECT_EQ(out.Take(), "\x01\x02\x7f");
  out.Text("ab");
  EXPECT_EQ(out.Take(),
            "\x02"
            "ab");
  out.Raw("ab");
  out.Fixed32(0x04030201);
  EXPECT_EQ(out.bytes(), "ab\x01\x02\x03\x04");
}

TEST(WireBytes, CutShortAtEveryByteNameTheField) {
  const std::string bytes = Encode({7, 300, -1, true, "name"});
  const std::string_view fields[] = {"kind", "revision", "revision", "delta", "gone",
                                     "name", "name",     "name",     "name",  "name"};
  ASSERT_EQ(bytes.size(), std::size(fields));
  for (size_t size = 0; size < bytes.size(); ++size) {
    const std::string error = ErrorOf(std::string_view(bytes).substr(0, size));
    EXPECT_TRUE(error.starts_with("sample: " + std::string(fields[size]) + " at byte ")) << error;
    EXPECT_TRUE(error.ends_with(": cut short")) << error;
  }
}

TEST(WireBytes, OverlongNumberIsRefused) {
  EXPECT_EQ(ErrorOf("k" + std::string(10, '\x80') + std::string(1, '\0')),
            "sample: revision at byte 11: a number longer than 10 bytes");
  // Ten bytes are enough, whatever they say.
  const std::string longest = std::string(9, '\x80') + '\x01';
  ByteReader in(longest);
  EXPECT_EQ(in.Varint("longest"), uint64_t{1} << 63);
  EXPECT_TRUE(in.Finish().ok());
}

TEST(WireBytes, LimitsAreToldWithTheValue) {
  EXPECT_EQ(ErrorOf(Encode({1, 2, 3, true, "123456789"})),
            "sample: name at byte 5: 9 bytes, at most 8 are allowed");
  std::string bytes = Encode({1, 2, 3, true, ""});
  bytes[3] = 2;
  EXPECT_EQ(ErrorOf(bytes), "sample: gone at byte 4: 2 is not below 2");
  bytes[3] = 1;
  EXPECT_EQ(ErrorOf(bytes + "xy"), "sample: 2 bytes after its end");
  // A length beyond what is there asks for no memory.
  ByteReader in("\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01");
  EXPECT_EQ(in.Text("huge"), "");
  EXPECT_EQ(in.Finish().message(), "huge at byte 10: cut short");
}

TEST(WireBytes, TheFirstFailureStaysAndTheRestReadsAsNothing) {
  const std::string bytes = Encode({1, 2, 3, true, "n"});
  ByteReader in(bytes, 1);
  EXPECT_EQ(in.Varint("revision"), 2u);
  in.Fail("revision", "even");
  EXPECT_FALSE(in.ok());
  EXPECT_EQ(in.Byte("byte"), 0);
  EXPECT_EQ(in.Signed("delta"), 0);
  EXPECT_FALSE(in.Flag("gone"));
  EXPECT_EQ(in.Text("name"), "");
  in.Fail("name", "missing");
  EXPECT_EQ(in.Finish().message(), "revision at byte 2: even");
}

}  // namespace
}  // namespace bellrock::naming
