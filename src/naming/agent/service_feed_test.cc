// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "naming/agent/service_feed.h"

#include <gtest/gtest.h>

#include "fiber/fiber.h"
#include "naming/client/fake_registry_for_test.h"
#include "naming/client/local_channel_for_test.h"
#include "testing/world.h"

namespace bellrock::naming::agent {
namespace {

using std::chrono::milliseconds;

TEST(ServiceFeed, TellsListsUntilUnwatched) {
  testing::World world(23);
  fiber::Environment env = world.Host("host");
  client::FakeRegistry registry;
  client::LocalChannel channel(env, registry);
  registry.Put("/a");
  ServiceFeed feed(env, channel);
  world.Run([&] {
    size_t shown = 99;
    auto show = [&](const std::vector<v1::Instance>& list) { shown = list.size(); };
    ASSERT_TRUE(feed.Watch("music/storage", show).ok());
    EXPECT_EQ(feed.Watch("music/storage", show).code(), StatusCode::kAlreadyExists);
    ASSERT_TRUE(fiber::SleepFor(milliseconds(10)).ok());
    EXPECT_EQ(shown, 1u);
    ASSERT_TRUE(feed.Unwatch("music/storage").ok());
    EXPECT_EQ(feed.Unwatch("music/storage").code(), StatusCode::kNotFound);
    registry.Put("/b");
    ASSERT_TRUE(fiber::SleepFor(milliseconds(10)).ok());
    EXPECT_EQ(shown, 1u);
  });
}

TEST(ServiceFeed, RefusesMoreServicesThanItsBound) {
  testing::World world(29);
  fiber::Environment env = world.Host("host");
  client::FakeRegistry registry;
  client::LocalChannel channel(env, registry);
  constexpr size_t kBound = 8;
  ServiceFeed feed(env, channel, kBound);
  world.Run([&] {
    for (size_t i = 0; i < kBound; ++i) {
      ASSERT_TRUE(feed.Watch("line/s" + std::to_string(i), [](const auto&) {}).ok());
    }
    EXPECT_EQ(feed.Watch("line/more", [](const auto&) {}).code(), StatusCode::kResourceExhausted);
    feed.Stop();
    EXPECT_EQ(feed.size(), 0u);
  });
}

}  // namespace
}  // namespace bellrock::naming::agent
