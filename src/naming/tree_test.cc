// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "naming/tree.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <random>
#include <string>
#include <vector>

namespace bellrock::naming {
namespace {

std::shared_ptr<const replica::OperatorWord> Disabling() {
  auto state = std::make_shared<const OperatorState>(OperatorState{true, false, 0, ""});
  return std::make_shared<const replica::OperatorWord>(replica::OperatorWord{state, {}, {}});
}

using ::testing::ElementsAre;

Instance& Insert(Tree& tree, const std::string& path, uint64_t revision = 1) {
  return tree.Insert(path, {revision}, [](Instance&) {});
}

std::vector<std::string> PathsUnder(const Tree& tree, const std::string& target,
                                    const std::string& after = "") {
  std::vector<std::string> paths;
  tree.ForEach(*Target::Parse(target), after, [&](const Instance& i) {
    paths.push_back(PathOf(i));
    return true;
  });
  return paths;
}

TEST(Tree, FindsInstancesByFullPathOnly) {
  Tree tree;
  Instance& one = Insert(tree, "/a/b/c/d/e/1");
  EXPECT_EQ(tree.Find("/a/b/c/d/e/1"), &one);
  EXPECT_EQ(tree.Find("/a/b/c/d/e/2"), nullptr);
  EXPECT_EQ(tree.Find("/a/b/c/d/e"), nullptr);
  EXPECT_EQ(tree.Find(""), nullptr);
}

TEST(Tree, AShortNameSpansSitesAndDepartments) {
  Tree tree;
  Insert(tree, "/sh/x/music/catalog/default/2");
  Insert(tree, "/sz/x/music/catalog/default/1");
  Insert(tree, "/sh/y/music/catalog/blue/1");
  Insert(tree, "/sz/x/music/storage/default/1");
  EXPECT_THAT(PathsUnder(tree, "music/catalog"),
              ElementsAre("/sh/x/music/catalog/default/2", "/sh/y/music/catalog/blue/1",
                          "/sz/x/music/catalog/default/1"));
  EXPECT_THAT(PathsUnder(tree, "music/catalog", "/sh/x/music/catalog/default/2"),
              ElementsAre("/sh/y/music/catalog/blue/1", "/sz/x/music/catalog/default/1"));
  EXPECT_EQ(tree.services().at("music/catalog").counts.initial, 3);
  EXPECT_THAT(PathsUnder(tree, "/sz/x/music/storage/default/1"), testing::SizeIs(1));
}

TEST(Tree, EmptyDirectoriesGoAndTheirParentsRemember) {
  Tree tree;
  Insert(tree, "/a/b/c/d/e/1", 1);
  Instance& two = Insert(tree, "/a/b/c2/d/e/1", 2);
  tree.Remove(two, {3});
  EXPECT_EQ(tree.FindDirectory(*Path::Parse("/a/b/c2")), nullptr);
  EXPECT_FALSE(tree.services().contains("c2/d"));
  EXPECT_EQ(tree.FindDirectory(*Path::Parse("/a/b"))->revision, 3u);
  EXPECT_EQ(tree.FindDirectory(*Path::Parse("/a/b/c"))->revision, 1u);
}

// Counts of every directory and service against counting anew; walks with a cursor against a sorted
// list.
TEST(Tree, CountsAndCursorsAgreeWithANaiveModel) {
  std::mt19937_64 random(7);
  Tree tree;
  std::map<std::string, Instance*> alive;
  const auto pick = [&](const char* names) { return names[random() % std::strlen(names)]; };
  for (uint64_t step = 1; step <= 4000; ++step) {
    const std::string path = fmt::format("/{}/{}/{}/{}/{}/{}", pick("ab"), pick("x-"), pick("mn"),
                                         pick("pqr"), pick("c_"), random() % 5);
    auto known = alive.find(path);
    if (known == alive.end()) {
      alive[path] = &Insert(tree, path, step);
    } else if (random() % 3 == 0) {
      tree.Remove(*known->second, {step});
      alive.erase(known);
    } else {
      tree.Update(*known->second, {step}, [&](Instance& i) {
        i.state = static_cast<State>(random() % 3);
        i.operator_word = random() % 2 == 0 ? nullptr : Disabling();
      });
    }
    if (step % 50 != 0) continue;
    std::map<std::string, Counts> expected;
    for (const auto& [p, instance] : alive) {
      for (std::string at = p.substr(0, p.rfind('/')); !at.empty();
           at = at.substr(0, at.rfind('/')))
        expected[at].Add(*instance, 1);
      expected["/"].Add(*instance, 1);
      expected[std::string(ShortNameOf(p))].Add(*instance, 1);
    }
    for (const auto& [key, counts] : expected) {
      const Counts& kept = key.front() == '/' ? tree.FindDirectory(*Path::Parse(key))->counts
                                              : tree.services().at(key).counts;
      ASSERT_EQ(kept, counts) << key << " at step " << step;
    }
    // In three bites.
    std::vector<std::string> walked;
    std::string after;
    bool ended = false;
    while (!ended) {
      size_t taken = 0;
      ended = tree.ForEach(Target{false, "/"}, after, [&](const Instance& i) {
        if (taken++ == alive.size() / 3 + 1) return false;
        walked.push_back(PathOf(i));
        return true;
      });
      if (!walked.empty()) after = walked.back();
    }
    ASSERT_EQ(walked, PathsUnder(tree, "/"));
    std::sort(walked.begin(), walked.end());
    ASSERT_EQ(walked.size(), alive.size());
    ASSERT_TRUE(std::equal(walked.begin(), walked.end(), alive.begin(),
                           [](const auto& a, const auto& b) { return a == b.first; }));
  }
}

}  // namespace
}  // namespace bellrock::naming
