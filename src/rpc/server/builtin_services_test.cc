// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
// What every server serves beside its own services, by native calls in the simulator; stock gRPC
// clients call the same in tests/interop.
#include <gmock/gmock.h>
#include <google/protobuf/descriptor.pb.h>
#include <gtest/gtest.h>

#include "bellrock/rpc/v1/reflection.bellrock.h"
#include "grpc/health/v1/health.bellrock.h"
#include "grpc/reflection/v1/reflection.bellrock.h"
#include "rpc/access/access_control.h"
#include "rpc/server/reflection.h"
#include "rpc/sim_peers.h"
#include "testing/world.h"

namespace bellrock::rpc {
namespace {

using bellrock::testing::World;
using grpc::health::v1::HealthCheckRequest;
using grpc::health::v1::HealthCheckResponse;
using ::testing::Contains;
using ::testing::HasSubstr;

const std::string kEchoName = "bellrock.rpc.sample.v1.Echo";

void WithClient(const std::function<void(EchoServer&, Client&)>& body, ServerOptions options = {}) {
  World world(4);
  world.Run([&] {
    EchoServer echo(world.Host("s"), "s", std::move(options));
    FixedEndpoints endpoints({At("s")});
    Client client(world.Host("c"), endpoints, nullptr, {});
    body(echo, client);
  });
}

HealthCheckRequest Of(const std::string& service) {
  HealthCheckRequest request;
  request.set_service(service);
  return request;
}

TEST(Health, TellsWhatTheProgramSays) {
  WithClient([](EchoServer& echo, Client& client) {
    const grpc::health::v1::HealthStub health(client);
    EXPECT_EQ(health.Check(Of(kEchoName))->status(), HealthCheckResponse::SERVING);
    EXPECT_TRUE(echo.server.SetServing(kEchoName, false).ok());
    EXPECT_EQ(health.Check(Of(kEchoName))->status(), HealthCheckResponse::NOT_SERVING);
    EXPECT_EQ(health.Check(Of(""))->status(), HealthCheckResponse::SERVING);
    const auto unknown = health.Check(Of("no.Such"));
    EXPECT_EQ(unknown.status().code(), StatusCode::kNotFound);
    EXPECT_THAT(std::string(unknown.status().message()), HasSubstr(kEchoName));
    EXPECT_EQ(echo.server.SetServing("no.Such", true).code(), StatusCode::kNotFound);
  });
}

TEST(Health, WatchersSeeEachChangeOnce) {
  WithClient([](EchoServer& echo, Client& client) {
    const grpc::health::v1::HealthStub health(client);
    auto watch = health.Watch(Of(kEchoName));
    ASSERT_TRUE(watch.ok());
    HealthCheckResponse seen;
    ASSERT_TRUE(*watch->Read(seen));
    EXPECT_EQ(seen.status(), HealthCheckResponse::SERVING);
    EXPECT_TRUE(echo.server.SetServing("", false).ok());  // not what is watched
    EXPECT_TRUE(echo.server.SetServing(kEchoName, false).ok());
    ASSERT_TRUE(*watch->Read(seen));
    EXPECT_EQ(seen.status(), HealthCheckResponse::NOT_SERVING);
  });
}

TEST(Reflection, DescribesWhatIsServedAndNothingElse) {
  WithClient([](EchoServer&, Client& client) {
    const v1::ReflectionStub reflection(client);
    v1::DescribeRequest request;
    request.set_service(kEchoName);
    const auto reply = reflection.Describe(request);
    ASSERT_TRUE(reply.ok()) << reply.status().ToString();
    EXPECT_THAT(reply->services(), Contains(kEchoName));
    EXPECT_THAT(reply->services(), Contains("grpc.health.v1.Health"));
    google::protobuf::FileDescriptorSet files;
    ASSERT_TRUE(files.ParseFromString(reply->file_descriptor_set()));
    // A file stands after what it imports.
    EXPECT_EQ(files.file(files.file_size() - 1).name(), "bellrock/rpc/sample/v1/echo.proto");
    request.set_service("no.Such");
    EXPECT_EQ(reflection.Describe(request).status().code(), StatusCode::kNotFound);
  });
}

TEST(Reflection, ShowsFilesOfServedServicesOnly) {
  ReflectionIndex index;
  index.AddService(kEchoName);
  index.AddService("a.Unknown");  // served, but not compiled in
  EXPECT_EQ(index.services(), (std::vector<std::string>{"a.Unknown", kEchoName}));
  EXPECT_TRUE(index.FileOfSymbol("bellrock.rpc.sample.v1.EchoRequest.text").ok());
  EXPECT_FALSE(index.FileOfSymbol("bellrock.rpc.v1.CallMeta").ok());
  EXPECT_FALSE(index.FileByName("bellrock/rpc/v1/wire.proto").ok());
  EXPECT_FALSE(index.FileOfExtension("bellrock.rpc.sample.v1.EchoRequest", 100).ok());
  EXPECT_TRUE(index.ExtensionNumbers("bellrock.rpc.sample.v1.EchoRequest")->empty());
  EXPECT_FALSE(index.ExtensionNumbers("bellrock.rpc.v1.CallMeta").ok());
  EXPECT_TRUE(index.FilesOfService("a.Unknown")->empty());
}

// Remembers what it saw.
class Witness final : public ServerInterceptor {
 public:
  Status Before(ServerContext&, std::string_view service, std::string_view method) override {
    seen.push_back(std::string(service) + "/" + std::string(method));
    return Status::Ok();
  }
  std::vector<std::string> seen;
};

TEST(BuiltinServices, AreSeenByInterceptors) {
  Witness witness;
  WithClient(
      [&](EchoServer&, Client& client) {
        EXPECT_TRUE(grpc::health::v1::HealthStub(client).Check(Of("")).ok());
        EXPECT_TRUE(v1::ReflectionStub(client).Describe({}).ok());
        EXPECT_EQ(witness.seen, (std::vector<std::string>{"grpc.health.v1.Health/Check",
                                                          "bellrock.rpc.v1.Reflection/Describe"}));
      },
      {.interceptors = {&witness}});
}

// What a health check and a reflecting tool get from a server with this policy.
void ExpectUnderPolicy(std::string_view policy, StatusCode health, StatusCode reflection) {
  World world(5);
  world.Run([&] {
    AccessControl access(world.Host("s"), *AccessPolicy::FromJson(policy));
    EchoServer echo(world.Host("s"), "s", {.interceptors = {&access}});
    FixedEndpoints endpoints({At("s")});
    Client client(world.Host("c"), endpoints, nullptr, {});
    const auto checked = grpc::health::v1::HealthStub(client).Check(Of(kEchoName));
    EXPECT_EQ(checked.status().code(), health) << checked.status().ToString();
    const auto described = v1::ReflectionStub(client).Describe({});
    EXPECT_EQ(described.status().code(), reflection) << described.status().ToString();
    auto chat = grpc::reflection::v1::ServerReflectionStub(client).ServerReflectionInfo();
    ASSERT_TRUE(chat.ok());
    EXPECT_TRUE(chat->CloseWrites().ok());
    grpc::reflection::v1::ServerReflectionResponse response;
    EXPECT_EQ(chat->Read(response).status().code(), reflection);
  });
}

TEST(BuiltinServices, ADefaultOfDenyLeavesHealthOpenAndClosesReflection) {
  ExpectUnderPolicy(R"({"default_action": "DENY"})", StatusCode::kOk,
                    StatusCode::kPermissionDenied);
  ExpectUnderPolicy(R"({"default_action": "ALLOW", "require_identity": true})", StatusCode::kOk,
                    StatusCode::kUnauthenticated);
}

TEST(BuiltinServices, RulesThatNameThemAreObeyed) {
  ExpectUnderPolicy(R"({"default_action": "ALLOW", "rules": [
      {"caller": "*", "method": "grpc.health.v1.Health/*", "action": "DENY"},
      {"caller": "*", "method": "grpc.reflection.v1.ServerReflection/*", "action": "DENY"}]})",
                    StatusCode::kPermissionDenied, StatusCode::kPermissionDenied);
  ExpectUnderPolicy(R"({"default_action": "DENY", "rules": [
      {"caller": "*", "method": "bellrock.rpc.v1.Reflection/*", "action": "ALLOW"}]})",
                    StatusCode::kOk, StatusCode::kOk);
}

TEST(BuiltinServices, CanBeLeftOut) {
  WithClient(
      [](EchoServer&, Client& client) {
        const v1::ReflectionStub reflection(client);
        EXPECT_EQ(reflection.Describe({}).status().code(), StatusCode::kUnimplemented);
      },
      {.builtin_services = false});
}

}  // namespace
}  // namespace bellrock::rpc
