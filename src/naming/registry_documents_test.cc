// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
// Documents: at one node, at two that were apart, on disk, and what watchers of instances see.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "naming/registry.h"
#include "naming/replica/journal.h"
#include "naming/replica/record_codec.h"
#include "naming/replica/repair.h"
#include "naming/spec_check.h"

namespace bellrock::naming {
namespace {

constexpr char kPath[] = "/-/-/music/storage/-/routing";
constexpr int64_t kStart = 1'000'000;

Moment Now(int64_t ms) {
  return {Time() + std::chrono::milliseconds(ms), kStart + ms};
}

OperatorState Saying(std::string document, std::string why = "ann: test") {
  OperatorState state;
  state.document = std::move(document);
  state.reason = std::move(why);
  return state;
}

struct Node {
  explicit Node(uint64_t self = 1, RegistryOptions options = {}) : registry({self, 0}, options) {}
  Result<uint64_t> Set(const std::string& document, int64_t ms = 0, uint64_t expected = 0) {
    return registry.SetDocument(kPath, Saying(document), expected, Now(ms));
  }
  std::string Read() const {
    const auto found = registry.FindDocument(kPath);
    return found ? found->bytes : "nothing";
  }
  void PullFrom(Node& from, int64_t ms) {
    registry.replica().Apply(from.registry.replica().AnswerPull(registry.replica().MakePull()),
                             Now(ms));
  }

  Registry registry;
};

TEST(Documents, NotesOfServersAreNoEvents) {
  Node node;
  std::vector<std::string> heard;
  node.registry.SetDocumentListener([&](const std::string& path) { heard.push_back(path); });
  const std::string note = "/-/-/alarms/sz/-/alarms-state";
  ASSERT_TRUE(node.registry.SetDocument(note, Saying("a"), 0, Now(0)).ok());
  EXPECT_EQ(heard, std::vector<std::string>{note});
  ASSERT_TRUE(node.registry.SetDocument(kPath, Saying("a"), 0, Now(0)).ok());
  const auto events = node.registry.events().Before(*Target::Parse("/"), 0, 10);
  ASSERT_EQ(events.size(), 1u);
  EXPECT_EQ(events.front()->path(), kPath);
}

TEST(Documents, AreKeptWithAVersionThatGrows) {
  Node node;
  EXPECT_EQ(node.Read(), "nothing");
  const uint64_t first = *node.Set("a");
  EXPECT_EQ(*node.Set("a"), first) << "the same again changes nothing";
  const uint64_t second = *node.Set("b");
  EXPECT_GT(second, first);
  EXPECT_EQ(node.Read(), "b");
  const auto found = node.registry.FindDocument(kPath);
  EXPECT_EQ(found->version, second);
  EXPECT_EQ(found->why, "ann: test");
  EXPECT_EQ(found->changed_unix_ms, kStart);
}

TEST(Documents, AnotherVersionThanExpectedIsRefused) {
  Node node;
  const uint64_t first = *node.Set("a");
  ASSERT_TRUE(node.Set("b", 1, first).ok());
  const Status refused = node.Set("c", 2, first).status();
  EXPECT_EQ(refused.code(), StatusCode::kAborted);
  EXPECT_NE(refused.message().find(std::to_string(first)), std::string::npos);
  EXPECT_EQ(node.Read(), "b");
}

TEST(Documents, OnlyReservedPathsHaveThemAndNothingElse) {
  Node node;
  const auto code = [&](const char* path, const OperatorState& state) {
    return node.registry.SetDocument(path, state, 0, Now(0)).status().code();
  };
  EXPECT_EQ(code("/sz/-/music/storage/-/routing", Saying("a")), StatusCode::kInvalidArgument);
  EXPECT_EQ(code("/-/-/music/storage/c/routing", Saying("a")), StatusCode::kInvalidArgument);
  OperatorState disabled = Saying("a");
  disabled.disabled = true;
  EXPECT_EQ(code(kPath, disabled), StatusCode::kInvalidArgument);
  EXPECT_EQ(code(kPath, Saying(std::string(kDocumentBytesMax + 1, 'x'))),
            StatusCode::kInvalidArgument);
  EXPECT_EQ(code(kPath, Saying(std::string(kDocumentBytesMax, 'x'))), StatusCode::kOk);
  EXPECT_EQ(node.registry.Operate(kPath, Saying("a"), Now(0)).code(), StatusCode::kInvalidArgument);
  Spec spec;
  spec.path = kPath;
  spec.address = "10.0.0.1:8080";
  spec.traits = std::make_shared<const Traits>();
  EXPECT_EQ(node.registry.Register(spec, 0, Now(0)).status().code(), StatusCode::kInvalidArgument);
}

TEST(Documents, TakeNoMoreThanTheirShareOfMemory) {
  Node node(1, RegistryOptions{.document_bytes_max = 10});
  ASSERT_TRUE(node.Set("12345678").ok());
  EXPECT_EQ(node.registry.SetDocument("/-/-/music/other/-/routing", Saying("12345678"), 0, Now(0))
                .status()
                .code(),
            StatusCode::kResourceExhausted);
  EXPECT_TRUE(node.Set("1234567890").ok()) << "what it replaces does not count";
  ASSERT_TRUE(node.Set("").ok());
  EXPECT_EQ(node.registry.replica().table().document_bytes(), 0u);
}

TEST(Documents, ShowAsNoInstanceAndTellNoWatcherButStandInTheLog) {
  Node node;
  int woken = 0;
  Watcher watcher(node.registry.hub(), *Target::Parse("/"), [&] { ++woken; }, {});
  std::vector<std::string> heard;
  node.registry.SetDocumentListener([&](const std::string& path) { heard.push_back(path); });
  const uint64_t before = node.registry.revision();
  ASSERT_TRUE(node.Set("a").ok());
  EXPECT_EQ(node.registry.tree().size(), 0u);
  EXPECT_TRUE(node.registry.tree().services().empty());
  EXPECT_FALSE(node.registry.ChangedSince(*Target::Parse("/"), before));
  EXPECT_FALSE(node.registry.ChangedSince(*Target::Parse("music/storage"), before));
  EXPECT_EQ(woken, 0);
  EXPECT_EQ(heard, std::vector<std::string>{kPath});
  const auto events = node.registry.events().Before(*Target::Parse("music/storage"), 0, 10);
  ASSERT_EQ(events.size(), 1u);
  EXPECT_EQ(events[0]->why, "ann: test");
  EXPECT_EQ(events[0]->path(), kPath);
}

TEST(Documents, OfTwoSetApartTheLaterHoldsEverywhere) {
  Node a(1), b(2);
  int told = 0;
  a.registry.SetDocumentListener([&](const std::string&) { ++told; });
  ASSERT_TRUE(a.Set("of a", 5).ok());
  ASSERT_TRUE(b.Set("of b", 7).ok());
  a.PullFrom(b, 10);
  b.PullFrom(a, 10);
  EXPECT_EQ(a.Read(), "of b");
  EXPECT_EQ(b.Read(), "of b");
  EXPECT_EQ(told, 2);
  EXPECT_EQ(a.registry.FindDocument(kPath)->version, b.registry.FindDocument(kPath)->version);
  EXPECT_EQ(a.registry.replica().table().root(), b.registry.replica().table().root());
  EXPECT_EQ(a.registry.replica().conflicts().count(), 1u);
}

TEST(Documents, ADifferenceInBytesIsFoundByDigestAndRepaired) {
  Node a(1), b(2);
  ASSERT_TRUE(a.Set("a").ok());
  EXPECT_NE(a.registry.replica().table().root(), b.registry.replica().table().root());
  replica::RepairSession session(b.registry.replica(), 1, replica::RepairSession::Kind::kNeeded);
  while (!session.done()) {
    session.OnReply(replica::AnswerRepair(a.registry.replica(), session.request(), Now(1)), Now(1));
  }
  EXPECT_EQ(b.Read(), "a");
  EXPECT_EQ(a.registry.replica().table().root(), b.registry.replica().table().root());
}

TEST(Documents, AreReadBackFromJournalAndSnapshot) {
  Node node;
  ASSERT_TRUE(node.Set("kept").ok());
  replica::Journal journal;
  journal.Collect(node.registry.replica());
  const std::string unit = journal.NextUnit(node.registry.replica());
  std::vector<std::string> entries;
  replica::SnapshotCursor cursor;
  while (!cursor.Next(node.registry.replica(), 100, entries)) {
  }
  Node from_journal, from_snapshot;
  for (Node* again : {&from_journal, &from_snapshot}) {
    again->registry.BeginRecovery();
    replica::Recovery recovery(again->registry.replica());
    if (again == &from_journal) {
      ASSERT_TRUE(recovery.OnUnit(unit, Now(9)).ok());
    } else {
      for (const std::string& entry : entries) {
        ASSERT_TRUE(recovery.OnSnapshotEntry(entry, Now(9)).ok());
      }
    }
    recovery.Finish();
    again->registry.FinishRecovery();
    EXPECT_EQ(again->Read(), "kept");
    EXPECT_EQ(again->registry.FindDocument(kPath)->version,
              node.registry.FindDocument(kPath)->version);
    int visited = 0;
    again->registry.ForEachDocument("", [&](const Document&) { return ++visited > 0; });
    EXPECT_EQ(visited, 1);
  }
}

TEST(Documents, AWindowIsReadAsItWasBeforeThereWereDocuments) {
  replica::OperatorWord word;
  OperatorState state;
  state.isolated = true;
  state.window = MaintenanceWindow{5, 9, true, std::make_shared<const OperatorState>()};
  word.state = std::make_shared<const OperatorState>(state);
  const std::string bytes =
      replica::EncodeRecord("/sz/im/music/catalog/default/1", {std::nullopt, word});
  // Flags of the window with nothing new among them: what an older server writes and reads.
  const std::string old_end("\x01\x0a\x12\x00\x00", 5);
  EXPECT_TRUE(bytes.ends_with(old_end));
  const auto read = replica::DecodeRecord(bytes);
  ASSERT_TRUE(read.ok()) << read.status().ToString();
  EXPECT_EQ(*read->record.operator_word->state, state);
}

}  // namespace
}  // namespace bellrock::naming
