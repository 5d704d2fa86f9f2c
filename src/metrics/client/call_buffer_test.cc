// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/client/call_buffer.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace bellrock::metrics::client {
namespace {

rpc::CallRecord RecordOf(std::string_view instance, StatusCode code = StatusCode::kOk) {
  return {"web/gateway", "music/catalog", "music.v1.Catalog", "GetMp3List", instance,
          code,          Duration(0)};
}

TEST(CallBuffer, HandsOverEveryCallOnceInOrder) {
  CallBuffer buffer;
  uint32_t next = 0;
  const auto check = [&next](const NameSet& names, uint32_t latency_us, uint32_t second) {
    EXPECT_EQ(latency_us, next++);
    EXPECT_EQ(second, 7u);
    EXPECT_EQ(names.instance, "i");
  };
  uint32_t appended = 0;
  for (uint32_t batch :
       {0u, 1u, 100u, CallBuffer::kChunkEntries, 3 * CallBuffer::kChunkEntries + 5}) {
    for (uint32_t i = 0; i < batch; ++i) buffer.Append(RecordOf("i"), appended++, 7);
    buffer.Drain(check);
    EXPECT_EQ(next, appended);
  }
}

TEST(CallBuffer, BeyondItsBoundCallsAreLostAndCounted) {
  CallBuffer buffer;
  const uint64_t bound = uint64_t{CallBuffer::kChunkEntries} * CallBuffer::kChunksMax;
  constexpr uint64_t kMarks = 3;  // the second, and the names
  for (uint64_t i = 0; i < bound + 5; ++i) buffer.Append(RecordOf("i"), 1, 1);
  EXPECT_EQ(buffer.TakeLost(), 5u + kMarks);
  EXPECT_EQ(buffer.TakeLost(), 0u);
  buffer.Append(RecordOf("new"), 1, 1);
  buffer.Append(RecordOf("i"), 1, 2);
  EXPECT_EQ(buffer.TakeLost(), 2u);
  EXPECT_EQ(buffer.KindOf(RecordOf("other")).generation, 0u);
  uint64_t seen = 0;
  buffer.Drain([&seen](const NameSet&, uint32_t, uint32_t) { ++seen; });
  EXPECT_EQ(seen, bound - kMarks);
  buffer.Append(RecordOf("i"), 1, 1);  // room again
  EXPECT_EQ(buffer.TakeLost(), 0u);
}

TEST(CallBuffer, TellsNamesApartThatComeFromTheSameAddress) {
  CallBuffer buffer;
  std::string name = "instance/1";
  buffer.Append(RecordOf(name), 1, 1);
  name.back() = '2';
  buffer.Append(RecordOf(name), 1, 1);
  buffer.Append(RecordOf(name, StatusCode::kInternal), 1, 1);
  std::vector<std::string> seen;
  buffer.Drain([&seen](const NameSet& names, uint32_t, uint32_t) {
    seen.push_back(names.instance + std::to_string(static_cast<int>(names.code)));
  });
  EXPECT_EQ(seen, (std::vector<std::string>{"instance/10", "instance/20", "instance/213"}));
}

TEST(CallBuffer, TellsErrorTypesApartWhereverTheirTextLies) {
  CallBuffer buffer;
  for (const char* type : {"SoldOut", "SoldOld", "", "SoldOut"}) {
    const std::string text = type;
    rpc::CallRecord record = RecordOf("i", StatusCode::kInternal);
    record.error_type = text;
    buffer.Append(record, 1, 1);
  }
  std::vector<std::string> seen;
  buffer.Drain([&seen](const NameSet& names, uint32_t, uint32_t) {
    seen.push_back(names.error_type + std::to_string(names.index));
  });
  EXPECT_EQ(seen, (std::vector<std::string>{"SoldOut0", "SoldOld1", "2", "SoldOut0"}));
}

TEST(CallBuffer, NamesOfAFullIndexLiveUntilTheirCallsAreTaken) {
  CallBuffer buffer;
  const size_t names = 2 * kDimensionSetsMax + 10;
  for (size_t i = 0; i < names; ++i) buffer.Append(RecordOf(std::to_string(i)), 1, 1);
  size_t next = 0;
  buffer.Drain([&next](const NameSet& of, uint32_t, uint32_t) {
    EXPECT_EQ(of.instance, std::to_string(next++));
  });
  EXPECT_EQ(next, names);
}

TEST(CallBuffer, CountsByKindWhatItCountsByNames) {
  CallBuffer buffer;
  const rpc::CallKind one = buffer.KindOf(RecordOf("1"));
  std::vector<std::string> wanted;
  std::vector<std::string> seen;
  const auto drain = [&] {
    buffer.Drain([&seen](const NameSet& names, uint32_t latency_us, uint32_t second) {
      seen.push_back(names.instance + "/" + std::to_string(latency_us) + "/" +
                     std::to_string(second));
    });
  };
  // Over several chunks, with seconds that come and go and names that come in between.
  for (uint32_t i = 0; i < 5 * CallBuffer::kChunkEntries; ++i) {
    const uint32_t second = i / 1000 % 3;
    const std::string instance = i % 3 == 0 ? "1" : std::to_string(i / 500);
    if (i % 3 == 0) {
      ASSERT_TRUE(buffer.Append(one, i, second));
    } else {
      buffer.Append(RecordOf(instance), i, second);
    }
    wanted.push_back(instance + "/" + std::to_string(i) + "/" + std::to_string(second));
    if (i % 7001 == 0) drain();
  }
  drain();
  EXPECT_EQ(seen, wanted);
}

TEST(CallBuffer, AKindIsOfItsOwnNamesOnly) {
  CallBuffer buffer;
  CallBuffer other;
  const rpc::CallKind kind = buffer.KindOf(RecordOf("1"));
  EXPECT_FALSE(other.Append(kind, 1, 1));
  EXPECT_FALSE(buffer.Append(rpc::CallKind(), 1, 1));
  EXPECT_TRUE(buffer.Append(kind, 1, 1));
  // A full index goes, and its kinds with it.
  for (size_t i = 0; i < kDimensionSetsMax; ++i) buffer.Append(RecordOf(std::to_string(i)), 1, 1);
  EXPECT_FALSE(buffer.Append(kind, 1, 1));
  EXPECT_TRUE(buffer.Append(buffer.KindOf(RecordOf("1")), 2, 1));
  uint64_t of_one = 0;
  buffer.Drain([&](const NameSet& names, uint32_t latency_us, uint32_t) {
    if (names.instance == "1") of_one += latency_us;
  });
  EXPECT_EQ(of_one, 4u);
}

TEST(BufferList, HandsABufferOfAnEndedThreadToTheNext) {
  BufferList list;
  CallBuffer& first = list.Own();
  CallBuffer& second = list.Own();
  EXPECT_NE(&first, &second);
  first.Disown();
  EXPECT_EQ(&list.Own(), &first);
  size_t buffers = 0;
  list.ForEach([&buffers](CallBuffer&) { ++buffers; });
  EXPECT_EQ(buffers, 2u);
}

TEST(DimensionsOf, GivesWhatAServerAccepts) {
  const std::string instance = "a\xff\xe5\x8c\x97\xe5\x8c" + std::string(400, 'x');
  const Dimensions dimensions = DimensionsOf(NameSet(RecordOf(instance), 0));
  EXPECT_EQ(dimensions.method, "music.v1.Catalog/GetMp3List");
  EXPECT_EQ(dimensions.instance.substr(0, 8), "a?\xe5\x8c\x97??x");
  v1::Dimensions wire;
  EncodeDimensions(dimensions, wire);
  v1::Dimensions read;
  ASSERT_TRUE(read.ParseFromString(wire.SerializeAsString()));
  EXPECT_TRUE(DecodeDimensions(read).ok());
}

}  // namespace
}  // namespace bellrock::metrics::client
