// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "naming/watch_filter.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "naming/event_ring.h"

namespace bellrock::naming {
namespace {

using ::testing::HasSubstr;
using Names = std::vector<std::string>;

constexpr char kPath[] = "/sz/im/music/catalog/blue/10.0.0.1:80";

Traits Labelled(std::map<std::string, std::string> labels) {
  return Traits{"1.0", std::move(labels)};
}

std::string Refusal(const Names& sites, const Names& clusters, const Names& labels) {
  return WatchFilter::Make(sites, clusters, labels).status().ToString();
}

EventPtr PutOf(const std::string& path, std::map<std::string, std::string> labels) {
  auto event = std::make_shared<Event>();
  event->revision = 1;
  event->instance.spec.path = path;
  event->instance.spec.traits = std::make_shared<Traits>(Labelled(std::move(labels)));
  return event;
}

TEST(WatchFilter, TheEmptyOneWantsAll) {
  const auto filter = WatchFilter::Make({}, {}, {});
  ASSERT_TRUE(filter.ok());
  EXPECT_TRUE(filter->empty());
  EXPECT_TRUE(filter->Wants(kPath, Labelled({})));
}

TEST(WatchFilter, SitesAndClustersAreAnyOfTheirLists) {
  EXPECT_TRUE(WatchFilter::Make({"sh", "sz"}, {}, {})->WantsPath(kPath));
  EXPECT_FALSE(WatchFilter::Make({"sh", "s", "szx"}, {}, {})->WantsPath(kPath));
  EXPECT_TRUE(WatchFilter::Make({}, {"green", "blue"}, {})->WantsPath(kPath));
  EXPECT_FALSE(WatchFilter::Make({"sz"}, {"green"}, {})->WantsPath(kPath));
}

TEST(WatchFilter, LabelsAreAllOfTheList) {
  const auto filter = WatchFilter::Make({}, {}, {"zone=1", "lane=a=b"});
  ASSERT_TRUE(filter.ok());
  EXPECT_TRUE(filter->WantsTraits(Labelled({{"zone", "1"}, {"lane", "a=b"}, {"more", "x"}})));
  EXPECT_FALSE(filter->WantsTraits(Labelled({{"zone", "1"}})));
  EXPECT_FALSE(filter->WantsTraits(Labelled({{"zone", "2"}, {"lane", "a=b"}})));
}

TEST(WatchFilter, EqualWishesHaveEqualKeys) {
  const auto one = WatchFilter::Make({"b", "a", "b"}, {"c"}, {"y=2", "x=1", "x=1"});
  const auto same = WatchFilter::Make({"a", "b"}, {"c"}, {"x=1", "y=2"});
  EXPECT_EQ(one->key(), same->key());
  EXPECT_NE(one->key(), WatchFilter::Make({"a"}, {"b", "c"}, {"x=1", "y=2"})->key());
  EXPECT_NE(WatchFilter::Make({}, {}, {"x=1|3:y=2"})->key(),
            WatchFilter::Make({}, {}, {"x=1", "y=2"})->key());
}

TEST(WatchFilter, WhatIsNoFilterIsToldWhatToDo) {
  EXPECT_THAT(Refusal({"a/b"}, {}, {}), HasSubstr("filter.sites \"a/b\": use one component"));
  EXPECT_THAT(Refusal({}, {""}, {}), HasSubstr("filter.clusters \"\""));
  EXPECT_THAT(Refusal({}, {}, {"zone"}), HasSubstr("filter.labels \"zone\": write key=value"));
  EXPECT_THAT(Refusal({}, {}, {"=1"}), HasSubstr("write key=value"));
  Names many;
  for (size_t i = 0; i <= WatchFilter::kNamesMax; ++i) many.push_back("s" + std::to_string(i));
  EXPECT_THAT(Refusal(many, {}, {}), HasSubstr("filter.sites has 65 names: give at most 64"));
}

TEST(WatchFilter, AnInstanceThatStopsMatchingIsARemoval) {
  const auto filter = WatchFilter::Make({"sz"}, {}, {"zone=1"});
  const auto there = NoticeOf(*filter, PutOf(kPath, {{"zone", "1"}}));
  ASSERT_TRUE(there.has_value());
  EXPECT_FALSE(there->removal);
  const auto gone = NoticeOf(*filter, PutOf(kPath, {{"zone", "2"}}));
  ASSERT_TRUE(gone.has_value());
  EXPECT_TRUE(gone->removal);
  EXPECT_FALSE(NoticeOf(*filter, PutOf("/sh/im/music/catalog/blue/1", {{"zone", "1"}})));
}

}  // namespace
}  // namespace bellrock::naming
