// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "naming/command.h"

#include <gtest/gtest.h>

namespace bellrock::naming {
namespace {

Spec SampleSpec() {
  Spec spec;
  spec.path = "/a/b/c/d/e/1";
  spec.address = "10.0.0.1:80";
  spec.weight = 300;
  spec.lease_ms = 15'000;
  spec.incarnation = uint64_t{1} << 60;
  spec.traits = std::make_shared<const Traits>(Traits{"v1.2", {{"zone", "3"}, {"", ""}}});
  return spec;
}

TEST(Command, ReadsBackWhatItWrote) {
  const std::string bytes = EncodeCommand(RegisterCommand{SampleSpec(), 1'700'000'000'123});
  const Result<Command> read = DecodeCommand(bytes);
  ASSERT_TRUE(read.ok()) << read.status().ToString();
  const auto& command = std::get<RegisterCommand>(*read);
  EXPECT_EQ(command.spec.path, "/a/b/c/d/e/1");
  EXPECT_EQ(command.spec.weight, 300);
  EXPECT_EQ(command.spec.lease_ms, 15'000);
  EXPECT_EQ(command.spec.incarnation, uint64_t{1} << 60);
  EXPECT_EQ(*command.spec.traits, *SampleSpec().traits);
  EXPECT_EQ(command.unix_ms, 1'700'000'000'123);
}

TEST(Command, EveryKindKeepsItsBytes) {
  InstanceEntry entry;
  entry.instance.spec = SampleSpec();
  entry.instance.state = State::kUnreachable;
  entry.applied = 77;
  const Command commands[] = {RegisterCommand{SampleSpec(), 1}, DeregisterCommand{"/x", 2},
                              OperatorCommand{"/x", {true, false, 7, "why"}, 3},
                              WorkingCommand{"/x", 4}};
  for (const Command& command : commands) {
    const std::string bytes = EncodeCommand(command);
    const Result<Command> read = DecodeCommand(bytes);
    ASSERT_TRUE(read.ok());
    EXPECT_EQ(EncodeCommand(*read), bytes);
    EXPECT_EQ(read->index(), command.index());
  }
  const SnapshotEntry entries[] = {HeaderEntry{5}, entry,
                                   OperatorEntry{"/x", {false, true, 0, ""}}};
  for (const SnapshotEntry& one : entries) {
    const std::string bytes = EncodeSnapshotEntry(one);
    const Result<SnapshotEntry> read = DecodeSnapshotEntry(bytes);
    ASSERT_TRUE(read.ok());
    EXPECT_EQ(EncodeSnapshotEntry(*read), bytes);
  }
}

TEST(Command, UnreachableComesBackAsWorking) {
  InstanceEntry entry;
  entry.instance.spec = SampleSpec();
  entry.instance.state = State::kUnreachable;
  const auto read = DecodeSnapshotEntry(EncodeSnapshotEntry(entry));
  ASSERT_TRUE(read.ok());
  EXPECT_EQ(std::get<InstanceEntry>(*read).instance.state, State::kWorking);
}

TEST(Command, CutOrForeignBytesAreDataLoss) {
  const std::string bytes = EncodeCommand(RegisterCommand{SampleSpec(), 1});
  for (size_t size = 0; size < bytes.size(); ++size) {
    const auto read = DecodeCommand(std::string_view(bytes).substr(0, size));
    ASSERT_FALSE(read.ok()) << size;
    EXPECT_EQ(read.status().code(), StatusCode::kDataLoss);
  }
  EXPECT_FALSE(DecodeCommand(bytes + "x").ok());
  EXPECT_FALSE(DecodeCommand("\x63").ok());
}

}  // namespace
}  // namespace bellrock::naming
