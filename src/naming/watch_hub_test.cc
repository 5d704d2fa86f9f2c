// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "naming/watch_hub.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

namespace bellrock::naming {
namespace {

using ::testing::ElementsAre;

EventPtr Put(const std::string& path, uint64_t revision) {
  auto event = std::make_shared<Event>();
  event->revision = revision;
  event->instance.spec.path = path;
  return event;
}

std::string PathNumber(int n) {
  return "/a/b/c/d/e/" + std::to_string(n);
}

std::vector<uint64_t> Revisions(const std::vector<Notice>& notices) {
  std::vector<uint64_t> revisions;
  for (const Notice& notice : notices) revisions.push_back(notice.event->revision);
  return revisions;
}

struct Seen {
  Seen(WatchHub& hub, const std::string& target)
      : watcher(hub, *Target::Parse(target), [this] { ++wakes; }) {}
  int wakes = 0;
  Watcher watcher;
};

TEST(WatchHub, AChangeReachesItsPathAllAboveAndItsShortName) {
  WatchHub hub;
  const char* wanted[] = {"/",        "/a",         "/a/b",         "/a/b/c",
                          "/a/b/c/d", "/a/b/c/d/e", "/a/b/c/d/e/1", "c/d"};
  const char* others[] = {"/a/b/c/d/e/2", "/a/b/x", "/b", "b/c", "d/e"};
  std::vector<std::unique_ptr<Seen>> yes, no;
  for (const char* target : wanted) yes.push_back(std::make_unique<Seen>(hub, target));
  for (const char* target : others) no.push_back(std::make_unique<Seen>(hub, target));
  hub.Publish(Put("/a/b/c/d/e/1", 1));
  for (const auto& seen : yes) EXPECT_EQ(seen->wakes, 1) << seen->watcher.target().key;
  for (const auto& seen : no) EXPECT_EQ(seen->wakes, 0) << seen->watcher.target().key;
}

TEST(WatchHub, WakesOnceUntilTaken) {
  WatchHub hub;
  Seen seen(hub, "/");
  hub.Publish(Put("/a/b/c/d/e/1", 1));
  hub.Publish(Put("/a/b/c/d/e/2", 2));
  EXPECT_EQ(seen.wakes, 1);
  EXPECT_THAT(Revisions(seen.watcher.Take().notices), ElementsAre(1, 2));
  EXPECT_FALSE(seen.watcher.ready());
  hub.Publish(Put("/a/b/c/d/e/1", 3));
  EXPECT_EQ(seen.wakes, 2);
}

TEST(WatchHub, EventsOfOnePathCoalesceToTheLast) {
  WatchHub hub;
  Seen seen(hub, "c/d");
  uint64_t revision = 0;
  for (int path : {1, 2, 1, 3, 1, 2}) hub.Publish(Put(PathNumber(path), ++revision));
  EXPECT_THAT(Revisions(seen.watcher.Take().notices), ElementsAre(4, 5, 6));
}

TEST(WatchHub, ManyChangesOfFewPathsNeverOverflow) {
  WatchHub hub;
  Seen seen(hub, "/a");
  for (uint64_t r = 1; r <= 100'000; ++r)
    hub.Publish(Put(PathNumber(static_cast<int>(r % 100)), r));
  const Watcher::Batch batch = seen.watcher.Take();
  EXPECT_FALSE(batch.overflowed);
  EXPECT_EQ(batch.notices.size(), 100u);
  EXPECT_EQ(batch.notices.back().event->revision, 100'000u);
}

TEST(WatchHub, TooManyPathsOverflowToAFullState) {
  WatchHub hub;
  Seen seen(hub, "/a");
  for (uint64_t r = 1; r <= 2 * Watcher::kQueueMax; ++r)
    hub.Publish(Put(PathNumber(static_cast<int>(r)), r));
  Watcher::Batch batch = seen.watcher.Take();
  EXPECT_TRUE(batch.overflowed);
  EXPECT_TRUE(batch.notices.empty());
  hub.Publish(Put("/a/b/c/d/e/1", 9999));
  batch = seen.watcher.Take();
  EXPECT_FALSE(batch.overflowed);
  EXPECT_THAT(Revisions(batch.notices), ElementsAre(9999));
}

TEST(WatchHub, WatchersComeAndGoInAnyOrder) {
  WatchHub hub;
  std::vector<std::unique_ptr<Seen>> seen;
  for (int i = 0; i < 10; ++i) seen.push_back(std::make_unique<Seen>(hub, i % 2 ? "/a" : "/"));
  for (int gone : {0, 3, 5}) seen[gone].reset();
  EXPECT_EQ(hub.watchers(), 7u);
  hub.Publish(Put("/a/b/c/d/e/1", 1));
  for (const auto& one : seen) EXPECT_TRUE(one == nullptr || one->wakes == 1);
  seen.clear();
  EXPECT_EQ(hub.watchers(), 0u);
  hub.Publish(Put("/a/b/c/d/e/1", 2));
}

TEST(EventRing, TellsWhatCameSinceOrThatItCannot) {
  EventRing ring(3);
  const Target all{false, "/"};
  EXPECT_TRUE(ring.Since(all, {}, 0).has_value());
  for (uint64_t r = 1; r <= 5; ++r) ring.Push(Put(r % 2 ? "/a/b/c/d/e/1" : "/x/b/c/d/e/1", r));
  EXPECT_FALSE(ring.Since(all, {}, 1).has_value());
  EXPECT_THAT(Revisions(*ring.Since(all, {}, 2)), ElementsAre(4, 5));
  EXPECT_THAT(Revisions(*ring.Since(*Target::Parse("/a"), {}, 3)), ElementsAre(5));
  EXPECT_TRUE(ring.Since(all, {}, 5)->empty());
  EXPECT_FALSE(ring.Since(all, {}, 6).has_value()) << "from another history";
  EXPECT_TRUE(ring.ChangedSince(all, 1));
  EXPECT_FALSE(ring.ChangedSince(*Target::Parse("/x"), 4));
  ring.Restart(100);
  EXPECT_FALSE(ring.Since(all, {}, 5).has_value());
  EXPECT_TRUE(ring.Since(all, {}, 100)->empty());
}

}  // namespace
}  // namespace bellrock::naming
