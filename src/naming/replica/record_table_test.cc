// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "naming/replica/record_table.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

namespace bellrock::naming::replica {
namespace {

Record Live(uint64_t incarnation) {
  InstanceWord word;
  word.incarnation = incarnation;
  word.spec = std::make_shared<const Spec>();
  return {word, std::nullopt};
}

std::string PathOf(uint64_t number) {
  return "/s" + std::to_string(number % 2) + "/d/l/v" + std::to_string(number % 5) + "/c" +
         std::to_string(number % 3) + "/" + std::to_string(number);
}

TEST(RecordTable, DigestsDependOnWhatIsThereNotOnHowItCame) {
  std::mt19937_64 random(20260306);
  RecordTable wandering, direct;
  for (int i = 0; i < 5'000; ++i) {
    const uint64_t dice = random() % 3;
    wandering.Put(PathOf(random() % 60), dice == 0 ? Record{} : Live(dice));
  }
  std::vector<std::string> paths;
  wandering.ForEachInstance("", [&](const std::string& path, const Record&) {
    paths.push_back(path);
    return true;
  });
  for (auto at = paths.rbegin(); at != paths.rend(); ++at) direct.Put(*at, wandering.Find(*at));
  EXPECT_EQ(wandering.root(), direct.root());
  EXPECT_EQ(wandering.root().records, paths.size());
  for (const std::string& path : paths) wandering.Put(path, {});
  EXPECT_EQ(wandering.root(), Digest{});
}

TEST(RecordTable, EveryDirectoryIsTheSumOfItsChildren) {
  RecordTable table;
  for (uint64_t i = 0; i < 60; ++i) table.Put(PathOf(i), Live(1));
  std::vector<std::string> waiting = {"/"};
  int directories = 0;
  while (!waiting.empty()) {
    const std::string path = waiting.back();
    waiting.pop_back();
    Digest sum;
    table.ForEachChild(path, "", [&](std::string_view name, const Digest& digest) {
      sum += digest;
      if (LevelOf(path) < kClusterLevel) waiting.push_back(ChildPath(path, name));
      return true;
    });
    ASSERT_EQ(sum, table.At(path)) << path;
    ++directories;
  }
  EXPECT_EQ(directories, 1 + 2 * 3 + 10 + 30);
}

TEST(RecordTable, AChangeShowsInItsOwnAncestorsOnly) {
  RecordTable table;
  for (uint64_t i = 0; i < 60; ++i) table.Put(PathOf(i), Live(1));
  const Digest root = table.root(), mine = table.At("/s1"), other = table.At("/s0");
  table.Put(PathOf(1), Live(2));
  EXPECT_NE(table.root(), root);
  EXPECT_NE(table.At("/s1"), mine);
  EXPECT_EQ(table.At("/s0"), other);
}

TEST(RecordTable, ATombstoneIsNoPartOfTheDigests) {
  RecordTable table;
  Record gone = Live(1);
  gone.instance->gone = true;
  table.Put(PathOf(1), gone);
  EXPECT_EQ(table.root(), Digest{});
  EXPECT_FALSE(table.Find(PathOf(1)).empty());
}

TEST(RecordTable, ChildrenComeInOrderAfterAName) {
  RecordTable table;
  for (const char* name : {"a", "b", "b-1", "b.2", "c"}) {
    table.Put(std::string("/s/d/l/v/c/") + name, Live(1));
    table.Put(std::string("/s/d/l/v/c-2/") + name, Live(1));
  }
  std::vector<std::string> names;
  table.ForEachChild("/s/d/l/v/c", "b", [&](std::string_view name, const Digest&) {
    names.emplace_back(name);
    return names.size() < 2;
  });
  EXPECT_EQ(names, (std::vector<std::string>{"b-1", "b.2"}));
}

// Somebody said something of an instance that is gone or never came.
Record Disabled() {
  OperatorWord word;
  word.state = std::make_shared<const OperatorState>(OperatorState{true, false, 0, "broken"});
  return {std::nullopt, word};
}

TEST(RecordTable, AnOperatorsWordAloneIsComparedButNotListed) {
  RecordTable table;
  table.Put("/s/d/l/v/c/1", Disabled());
  EXPECT_EQ(table.root().records, 1u);
  EXPECT_EQ(table.At("/s/d/l/v/c"), table.root());
  EXPECT_EQ(table.tree().FindDirectory(*Path::Parse("/s")), nullptr);
  EXPECT_TRUE(table.tree().services().empty());
  table.Put("/s/d/l/v/c/2", Live(1));
  EXPECT_EQ(table.tree().FindDirectory(*Path::Parse("/s/d"))->counts.total(), 1);
  table.Put("/s/d/l/v/c/2", {});
  EXPECT_EQ(table.tree().FindDirectory(*Path::Parse("/s")), nullptr);
  EXPECT_TRUE(table.tree().services().empty());
  EXPECT_EQ(table.root().records, 1u);
  table.Put("/s/d/l/v/c/1", {});
  EXPECT_EQ(table.root(), Digest{});
  EXPECT_EQ(table.tree().FindRecords("/s"), nullptr);
}

TEST(RecordTable, InstancesAndOtherRecordsOfAClusterAreMergedByName) {
  RecordTable table;
  for (const char* name : {"a", "c", "e"}) table.Put(std::string("/s/d/l/v/c/") + name, Live(1));
  for (const char* name : {"b", "d", "f"}) table.Put(std::string("/s/d/l/v/c/") + name, Disabled());
  std::string names;
  table.ForEachChild("/s/d/l/v/c", "", [&](std::string_view name, const Digest&) {
    names += name;
    return true;
  });
  EXPECT_EQ(names, "abcdef");
}

}  // namespace
}  // namespace bellrock::naming::replica
