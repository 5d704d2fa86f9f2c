// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "server/data_centre_secret.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "bellrock/testing.h"
#include "testing/world.h"

namespace bellrock::server {
namespace {

using naming::server::ClusterSecret;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr char kQueue[] = "bellrock.metrics.v1.Queue";
constexpr char kOpen[] = "bellrock.metrics.v1.Query";

class DataCentreSecretTest : public ::testing::Test {
 protected:
  // What a client with the secret `text` sends with a call of `service`.
  TestContext Sent(const char* text, std::string_view service) {
    DataCentreSecret secret(world_.Host("b").clock, ClusterSecret::From(text).value());
    CallOptions options;
    ClientCall call{"bellrock/server", service, "Read", options};
    EXPECT_TRUE(static_cast<ClientInterceptor&>(secret).Before(call).ok());
    TestContext context;
    for (const auto& [key, value] : options.metadata) context.set_metadata(key, value);
    return context;
  }

  testing::World world_{1};
  DataCentreSecret secret_{world_.Host("a").clock, ClusterSecret::From("0123456789abcdef").value()};
};

TEST_F(DataCentreSecretTest, WhoHasTheSameSecretMayAsk) {
  TestContext context = Sent("0123456789abcdef\n", kQueue);
  EXPECT_TRUE(secret_.Before(context, kQueue, "Read").ok());
}

TEST_F(DataCentreSecretTest, WhoHasNoneOrAnotherIsToldWhatToDo) {
  TestContext nobody;
  TestContext other = Sent("fedcba9876543210", kQueue);
  for (TestContext* context : {&nobody, &other}) {
    for (const char* service :
         {kQueue, "bellrock.metrics.v1.Store", "bellrock.metrics.v1.Compute"}) {
      const Status refused = secret_.Before(*context, service, "Read");
      EXPECT_EQ(refused.code(), StatusCode::kUnauthenticated) << service;
      EXPECT_THAT(std::string(refused.message()), HasSubstr("--cluster-secret-file"));
    }
  }
}

TEST_F(DataCentreSecretTest, OtherServicesAskForNothingAndAreToldNothing) {
  TestContext nobody;
  EXPECT_TRUE(secret_.Before(nobody, kOpen, "Figures").ok());
  CallOptions options;
  ClientCall call{"bellrock/server", kOpen, "Figures", options};
  EXPECT_TRUE(secret_.Before(call).ok());
  EXPECT_THAT(options.metadata, IsEmpty());
}

}  // namespace
}  // namespace bellrock::server
