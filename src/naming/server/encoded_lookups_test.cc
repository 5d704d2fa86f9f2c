// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "naming/server/encoded_lookups.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <memory>

#include "bellrock/naming/v1/naming.pb.h"

namespace bellrock::naming::server {
namespace {

class EncodedLookupsTest : public ::testing::Test {
 protected:
  EncodedLookupsTest() {
    registry_.Lead([](const Instance&) { return true; }, at_.now);
  }

  static std::string PathOf(const std::string& service, int n) {
    return fmt::format("/sz/im/music/{}/default/10.0.0.{}:80", service, n);
  }
  void Register(const std::string& path) {
    Spec spec;
    spec.path = path;
    spec.address = "10.0.0.1:80";
    spec.traits = std::make_shared<const Traits>();
    ASSERT_TRUE(registry_.Register(std::move(spec), 0, at_).ok());
  }
  int Found(const std::string& target, bool all, const WatchFilter& filter = {}) {
    const auto bytes = lookups_.InstancesOf(*Target::Parse(target), filter, all);
    v1::LookupReply reply;
    EXPECT_TRUE(bytes.ok());
    EXPECT_TRUE(reply.ParseFromString(std::string(bytes->view())));
    return reply.instances_size();
  }

  const Moment at_{Time(), 1'800'000'000'000};
  Registry registry_{{1, 1}};
  EncodedLookups lookups_{registry_};
};

TEST_F(EncodedLookupsTest, OneIsEncodedOnceUntilSomethingUnderItChanges) {
  Register(PathOf("catalog", 1));
  EXPECT_EQ(Found("music/catalog", false), 0);  // no heartbeat yet
  EXPECT_EQ(Found("music/catalog", true), 1);
  EXPECT_EQ(lookups_.encoded(), 2u);
  registry_.Heartbeat(PathOf("catalog", 1), 0, 0, at_);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(Found("music/catalog", false), 1);
  EXPECT_EQ(lookups_.encoded(), 3u);
  Register(PathOf("other", 1));
  EXPECT_EQ(Found("music/catalog", false), 1);
  EXPECT_EQ(lookups_.encoded(), 3u);
}

TEST_F(EncodedLookupsTest, AServiceThatWentAndCameBackIsNotWhatItWas) {
  Register(PathOf("catalog", 1));
  EXPECT_EQ(Found("music/catalog", true), 1);
  ASSERT_TRUE(registry_.Deregister(PathOf("catalog", 1), 0, at_).ok());
  EXPECT_EQ(Found("music/catalog", true), 0);
  EXPECT_EQ(Found("/sz/im", true), 0);
  Register(PathOf("catalog", 2));
  Register(PathOf("catalog", 3));
  EXPECT_EQ(Found("music/catalog", true), 2);
  EXPECT_EQ(Found("/sz/im", true), 2);
  EXPECT_EQ(Found(PathOf("catalog", 3), true), 1);
}

TEST_F(EncodedLookupsTest, DifferentFiltersAreDifferentAnswers) {
  Register(PathOf("catalog", 1));
  EXPECT_EQ(Found("music/catalog", true), 1);
  EXPECT_EQ(Found("music/catalog", true, *WatchFilter::Make({"sh"}, {}, {})), 0);
  EXPECT_EQ(Found("music/catalog", true, *WatchFilter::Make({"sz"}, {}, {})), 1);
  EXPECT_EQ(lookups_.encoded(), 3u);
}

TEST_F(EncodedLookupsTest, MoreThanItKeepsAreForgottenAndStillRight) {
  Register(PathOf("catalog", 1));
  for (size_t i = 0; i <= EncodedLookups::kKeptMax; ++i) {
    const auto filter = WatchFilter::Make({"sz", fmt::format("s{}", i)}, {}, {});
    ASSERT_EQ(Found("music/catalog", true, *filter), 1);
  }
  EXPECT_EQ(lookups_.encoded(), EncodedLookups::kKeptMax + 1);
  const auto first = WatchFilter::Make({"sz", "s0"}, {}, {});
  EXPECT_EQ(Found("music/catalog", true, *first), 1);
  EXPECT_EQ(lookups_.encoded(), EncodedLookups::kKeptMax + 2);
}

}  // namespace
}  // namespace bellrock::naming::server
