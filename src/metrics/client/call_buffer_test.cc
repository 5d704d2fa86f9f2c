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
  const auto check = [&next](const CallBuffer::Entry& entry) {
    EXPECT_EQ(entry.latency_us, next++);
    EXPECT_EQ(entry.second, 7u);
    EXPECT_EQ(entry.names->instance, "i");
  };
  uint32_t appended = 0;
  for (uint32_t batch : {0u, 1u, 100u, CallBuffer::kChunkCalls, 3 * CallBuffer::kChunkCalls + 5}) {
    for (uint32_t i = 0; i < batch; ++i) buffer.Append(RecordOf("i"), appended++, 7);
    buffer.Drain(check);
    EXPECT_EQ(next, appended);
  }
}

TEST(CallBuffer, BeyondItsBoundCallsAreLostAndCounted) {
  CallBuffer buffer;
  const uint64_t bound = uint64_t{CallBuffer::kChunkCalls} * CallBuffer::kChunksMax;
  for (uint64_t i = 0; i < bound + 5; ++i) buffer.Append(RecordOf("i"), 1, 1);
  EXPECT_EQ(buffer.TakeLost(), 5u);
  EXPECT_EQ(buffer.TakeLost(), 0u);
  uint64_t seen = 0;
  buffer.Drain([&seen](const CallBuffer::Entry&) { ++seen; });
  EXPECT_EQ(seen, bound);
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
  buffer.Drain([&seen](const CallBuffer::Entry& entry) {
    seen.push_back(entry.names->instance + std::to_string(static_cast<int>(entry.names->code)));
  });
  EXPECT_EQ(seen, (std::vector<std::string>{"instance/10", "instance/20", "instance/213"}));
}

TEST(CallBuffer, NamesOfAFullIndexLiveUntilTheirCallsAreTaken) {
  CallBuffer buffer;
  const size_t names = 2 * kDimensionSetsMax + 10;
  for (size_t i = 0; i < names; ++i) buffer.Append(RecordOf(std::to_string(i)), 1, 1);
  size_t next = 0;
  buffer.Drain([&next](const CallBuffer::Entry& entry) {
    EXPECT_EQ(entry.names->instance, std::to_string(next++));
  });
  EXPECT_EQ(next, names);
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
  const Dimensions dimensions = DimensionsOf(NameSet(RecordOf(instance)));
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
