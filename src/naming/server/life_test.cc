// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
//
// A server whose disk was lost and whose clock went back begins a life that is earlier than one
// that the others remember.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "naming/server/registry_host.h"
#include "testing/world.h"

namespace bellrock::naming::server {
namespace {

using std::chrono::seconds;
using ::testing::HasSubstr;

NamingServerOptions OnDisk() {
  NamingServerOptions options;
  options.data_dir = "/data";
  return options;
}

Spec Saying(const std::string& path) {
  Spec spec;
  spec.path = path;
  spec.address = "10.0.0.1:8080";
  spec.lease_ms = 3000;
  spec.traits = std::make_shared<const Traits>();
  return spec;
}

TEST(Life, OneThatIsEarlierThanWhatOthersRememberTakesNoWordsAndTheNextIsLater) {
  testing::World world(1);
  world.Run([&] {
    constexpr uint64_t kAheadMs = 3'600'000;
    auto host = RegistryHost::Start(world.Host("a"), OnDisk());
    ASSERT_TRUE(host.ok());
    replica::Replica& replica = (*host)->registry().replica();
    const uint64_t life = replica.self().epoch;
    ASSERT_TRUE((*host)->Register(Saying("/sz/im/music/catalog/default/1"), 0).ok());
    EXPECT_FALSE((*host)->disk_fails());
    replica::VersionVector others;
    others.Raise({{replica.self().node, life + kAheadMs}, 5});
    replica.Adopt(others);
    const auto refused = (*host)->Register(Saying("/sz/im/music/catalog/default/2"), 0);
    EXPECT_EQ(refused.status().code(), StatusCode::kUnavailable);
    EXPECT_THAT(refused.status().ToString(), HasSubstr("start it again"));
    EXPECT_THAT((*host)->storage_error(), HasSubstr("a later life of this server"));
    EXPECT_TRUE((*host)->disk_fails()) << "it should not lead";
    ASSERT_TRUE(fiber::SleepFor(seconds(2)).ok());
    (*host)->Stop();
    auto again = RegistryHost::Start(world.Host("a"), OnDisk());
    ASSERT_TRUE(again.ok());
    EXPECT_GT((*again)->registry().replica().self().epoch, life + kAheadMs);
    EXPECT_TRUE((*again)->Register(Saying("/sz/im/music/catalog/default/2"), 0).ok());
    (*again)->Stop();
  });
}

}  // namespace
}  // namespace bellrock::naming::server
