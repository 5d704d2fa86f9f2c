// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "naming/alias_index.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>

#include "naming/tree.h"

namespace bellrock::naming {
namespace {

using ::testing::HasSubstr;

constexpr char kAlias[] = "64001:65536";

// Instances in a tree, which say what a test wants.
class AliasIndexTest : public ::testing::Test {
 protected:
  Instance& Say(const std::string& service, int number, const std::string& alias) {
    const std::string path = "/sz/im/" + service + "/default/" + std::to_string(number);
    Instance* instance = tree_.Find(path);
    if (instance == nullptr) instance = &tree_.Insert(*Path::ParseInstance(path), ++revision_);
    auto traits = std::make_shared<Traits>();
    if (!alias.empty()) traits->labels.emplace(kAliasLabel, alias);
    instance->traits = std::move(traits);
    index_.Put(*instance, ++revision_);
    return *instance;
  }
  void Go(Instance& instance) {
    index_.Remove(instance, ++revision_);
    tree_.Remove(instance, revision_);
  }
  std::string Found(const std::string& alias = kAlias) {
    const Result<std::string> found = index_.Find(alias);
    return found.ok() ? *found : std::string(StatusCodeName(found.status().code()));
  }

  Tree tree_;
  AliasIndex index_;
  uint64_t revision_ = 0;
};

TEST_F(AliasIndexTest, StandsForTheServiceWhoseInstancesCarryIt) {
  EXPECT_EQ(index_.Find(kAlias).status().code(), StatusCode::kNotFound);
  Say("music/catalog", 1, kAlias);
  Say("music/catalog", 2, kAlias);
  Say("music/storage", 1, "64001:65537");
  Say("music/lyrics", 1, "");
  EXPECT_EQ(Found(), "music/catalog");
  EXPECT_EQ(Found("64001:65537"), "music/storage");
  EXPECT_EQ(index_.Resolve(kAlias)->key, "music/catalog");
  EXPECT_TRUE(index_.Resolve(kAlias)->is_service);
  EXPECT_EQ(index_.Resolve("/sz/im")->key, "/sz/im");
  EXPECT_THAT(index_.Resolve("1:2").status().message(), HasSubstr("alias=1:2"));
}

TEST_F(AliasIndexTest, OfTwoServicesItStandsForNeither) {
  Instance& catalog = Say("music/catalog", 1, kAlias);
  Say("music/storage", 1, kAlias);
  const Status status = index_.Find(kAlias).status();
  EXPECT_EQ(status.code(), StatusCode::kFailedPrecondition);
  EXPECT_THAT(status.message(),
              HasSubstr("music/catalog (1 instances) and music/storage (1 instances)"));
  Say("music/catalog", 1, "");
  EXPECT_EQ(Found(), "music/storage") << "what the other says by now is known at once";
  Say("music/catalog", 1, kAlias);
  Go(catalog);
  EXPECT_EQ(Found(), "music/storage");
}

TEST_F(AliasIndexTest, KeepsStandingForTheLastServiceThatHadIt) {
  Go(Say("music/catalog", 1, kAlias));
  EXPECT_EQ(Found(), "music/catalog");
  Say("music/storage", 1, kAlias);
  EXPECT_EQ(Found(), "music/storage");
}

TEST_F(AliasIndexTest, TellsItsFollowersWhenItMovesAndNotOtherwise) {
  Instance& catalog = Say("music/catalog", 1, kAlias);
  int moved = 0;
  std::optional<AliasFollower> follower;
  follower.emplace(index_, kAlias, [&] { ++moved; });
  const uint64_t since = index_.moved_at(kAlias);
  Say("music/catalog", 2, kAlias);
  Instance& storage = Say("music/storage", 1, kAlias);
  EXPECT_EQ(moved, 0) << "ambiguous: who followed stays";
  Go(storage);
  EXPECT_EQ(moved, 0);
  EXPECT_EQ(index_.moved_at(kAlias), since);
  Say("music/catalog", 2, "");
  Go(catalog);
  EXPECT_EQ(moved, 0) << "nobody carries it for a moment";
  Say("music/storage", 1, kAlias);
  EXPECT_EQ(moved, 1);
  EXPECT_EQ(index_.moved_at(kAlias), revision_);
  follower.reset();
  Say("music/storage", 1, "");
  Say("music/catalog", 1, kAlias);
  EXPECT_EQ(moved, 1);
}

TEST_F(AliasIndexTest, WhatWasFollowedButNeverCarriedIsForgotten) {
  {
    AliasFollower follower(index_, kAlias, [] {});
  }
  EXPECT_EQ(index_.size(), 0U);
  EXPECT_EQ(Found(), "NOT_FOUND");
}

TEST_F(AliasIndexTest, RemembersABoundedNumberThatNobodyCarries) {
  for (size_t n = 0; n <= AliasIndex::kVacantMax; ++n) {
    Go(Say("music/catalog", 1, "1:" + std::to_string(n)));
  }
  EXPECT_EQ(index_.size(), AliasIndex::kVacantMax);
  EXPECT_EQ(Found("1:0"), "NOT_FOUND") << "the first one went";
  EXPECT_EQ(Found("1:1"), "music/catalog");
}

TEST_F(AliasIndexTest, TakesNoLabelThatIsNoAlias) {
  Say("music/catalog", 1, "catalog");
  EXPECT_EQ(index_.size(), 0U);
}

}  // namespace
}  // namespace bellrock::naming
