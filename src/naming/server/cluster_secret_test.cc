// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "naming/server/cluster_secret.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <span>
#include <string>

#include "naming/server/registry_host.h"
#include "naming/server/replication_service.h"
#include "testing/world.h"

namespace bellrock::naming::server {
namespace {

using ::testing::HasSubstr;

const ClusterSecret kOurs = *ClusterSecret::From("a secret of ours, long enough\n");
const ClusterSecret kTheirs = *ClusterSecret::From("a secret of theirs, long enough");

TEST(ClusterSecret, OpensWhatWasSealedWithIt) {
  const std::string sealed = kOurs.Sealed("news");
  EXPECT_EQ(sealed.size(), 4 + ClusterSecret::kTagBytes);
  EXPECT_EQ(kOurs.Opened(sealed), "news");
  EXPECT_EQ(ClusterSecret::From("a secret of ours, long enough")->Opened(sealed), "news")
      << "a line's end is no part of it";
}

TEST(ClusterSecret, OpensNothingElse) {
  EXPECT_FALSE(kOurs.Opened("news"));
  EXPECT_FALSE(kOurs.Opened("news of somebody without a secret, long enough for a tag"));
  EXPECT_FALSE(kOurs.Opened(kTheirs.Sealed("news")));
  std::string changed = kOurs.Sealed("news");
  for (size_t i = 0; i < changed.size(); ++i) {
    changed[i] ^= 1;
    EXPECT_FALSE(kOurs.Opened(changed)) << "byte " << i;
    changed[i] ^= 1;
  }
}

TEST(ClusterSecret, AdmitsCallsWithItsTokenOnly) {
  EXPECT_TRUE(kOurs.Admits(kOurs.token()));
  EXPECT_FALSE(kOurs.Admits(kTheirs.token()));
  EXPECT_FALSE(kOurs.Admits(""));
  EXPECT_FALSE(kOurs.Admits(std::nullopt));
  EXPECT_EQ(kOurs.token().find("secret"), std::string::npos);
}

TEST(ClusterSecret, RefusesASecretThatIsGuessedEasily) {
  EXPECT_THAT(ClusterSecret::From("short\n").status().ToString(), HasSubstr("openssl rand -hex"));
  EXPECT_FALSE(ClusterSecret::From("").ok());
  EXPECT_FALSE(ClusterSecret::From(std::string(ClusterSecret::kBytesMax + 1, 'x')).ok());
}

class CallContext final : public ServerContext {
 public:
  explicit CallContext(std::optional<std::string> token) : token_(std::move(token)) {}

  std::string_view caller() const override { return "test/test"; }
  std::string_view peer() const override { return "10.0.0.9:1"; }
  Time deadline() const override { return kNever; }
  bool cancelled() const override { return false; }
  int attempt() const override { return 0; }
  std::optional<std::string_view> metadata(std::string_view name) const override {
    if (name != ClusterSecret::kTokenName || !token_) return std::nullopt;
    return *token_;
  }

 private:
  const std::optional<std::string> token_;
};

TEST(ClusterSecret, ReplicationIsForServersThatHaveIt) {
  testing::World world(1);
  world.Run([&] {
    NamingServerOptions options;
    options.cluster.emplace().secret = kOurs;
    const auto host = *RegistryHost::Start(world.Host("a"), options);
    ReplicationService replication(host, [] {});
    CallContext ours(kOurs.token()), theirs(kTheirs.token()), nobody(std::nullopt);
    EXPECT_TRUE(replication.Share(ours, {}).ok());
    for (CallContext* context : {&theirs, &nobody}) {
      EXPECT_EQ(replication.Share(*context, {}).status().code(), StatusCode::kUnauthenticated);
      EXPECT_EQ(replication.Pull(*context, {}).status().code(), StatusCode::kUnauthenticated);
      EXPECT_EQ(replication.Repair(*context, {}).status().code(), StatusCode::kUnauthenticated);
    }
    host->Stop();
  });
}

TEST(ClusterSecret, IsReadFromAFile) {
  testing::World world(1);
  world.Run([&] {
    fiber::Environment environment = world.Host("a");
    auto file = environment.disk.Open("/secret", fiber::OpenMode::kCreateNew);
    ASSERT_TRUE(file.ok()) << file.status().ToString();
    const std::string text = "a secret of ours, long enough\n";
    ASSERT_TRUE((*file)->Append(std::as_bytes(std::span(text))).ok());
    const auto read = ClusterSecret::Read(environment.disk, "/secret");
    ASSERT_TRUE(read.ok()) << read.status().ToString();
    EXPECT_EQ(read->token(), kOurs.token());
    EXPECT_THAT(ClusterSecret::Read(environment.disk, "/none").status().ToString(),
                HasSubstr("/none"));
  });
}

}  // namespace
}  // namespace bellrock::naming::server
