// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "cli/call/reflection_client.h"

#include <gmock/gmock.h>
#include <google/protobuf/descriptor.pb.h>
#include <gtest/gtest.h>

#include <deque>
#include <map>
#include <set>
#include <string>

#include "bellrock/rpc/v1/reflection.pb.h"
#include "grpc/reflection/v1/reflection.pb.h"

namespace bellrock::cli {
namespace {

using google::protobuf::FileDescriptorProto;
using ::testing::HasSubstr;
namespace grpc_v1 = grpc::reflection::v1;

constexpr char kNative[] = "bellrock.rpc.v1.Reflection";
constexpr char kGrpcV1[] = "grpc.reflection.v1.ServerReflection";
constexpr char kGrpcV1Alpha[] = "grpc.reflection.v1alpha.ServerReflection";

// shop.proto imports types.proto.
std::map<std::string, FileDescriptorProto> ShopFiles() {
  std::map<std::string, FileDescriptorProto> files;
  FileDescriptorProto& types = files["types.proto"];
  types.set_name("types.proto");
  types.set_package("shop.v1");
  types.add_message_type()->set_name("Ask");
  FileDescriptorProto& shop = files["shop.proto"];
  shop.set_name("shop.proto");
  shop.set_package("shop.v1");
  shop.add_dependency("types.proto");
  auto& service = *shop.add_service();
  service.set_name("Price");
  auto& method = *service.add_method();
  method.set_name("Get");
  method.set_input_type(".shop.v1.Ask");
  method.set_output_type(".shop.v1.Ask");
  return files;
}

// A server's side of gRPC's reflection that sends each file without its imports.
class FrugalReflection final : public StreamCall {
 public:
  Status Write(const Message& message) override {
    grpc_v1::ServerReflectionRequest request;
    request.ParseFromString(message.SerializeAsString());  // both versions have the same numbers
    grpc_v1::ServerReflectionResponse answer;
    if (request.has_list_services()) {
      answer.mutable_list_services_response()->add_service()->set_name("shop.v1.Price");
    } else if (request.file_containing_symbol() == "shop.v1.Price") {
      AddFile("shop.proto", answer);
    } else {
      AddFile(request.file_by_filename(), answer);
    }
    answers_.push_back(answer.SerializeAsString());
    return Status::Ok();
  }
  Result<bool> Read(Message& message) override {
    if (answers_.empty()) return false;
    message.ParseFromString(answers_.front());
    answers_.pop_front();
    return true;
  }
  Status CloseWrites() override { return Status::Ok(); }

 private:
  void AddFile(const std::string& name, grpc_v1::ServerReflectionResponse& answer) {
    const auto found = files_.find(name);
    if (found == files_.end()) {
      answer.mutable_error_response()->set_error_code(static_cast<int>(StatusCode::kNotFound));
      answer.mutable_error_response()->set_error_message("no file " + name);
      return;
    }
    answer.mutable_file_descriptor_response()->add_file_descriptor_proto(
        found->second.SerializeAsString());
  }

  const std::map<std::string, FileDescriptorProto> files_ = ShopFiles();
  std::deque<std::string> answers_;
};

// A callee with some of the three reflections.
class Callee final : public ChannelInterface {
 public:
  explicit Callee(std::set<std::string> served) : served_(std::move(served)) {}

  Status Call(std::string_view service, std::string_view, const Message&, Message& reply,
              const CallOptions&) override {
    asked_.emplace_back(service);
    if (!served_.contains(std::string(service))) return UnimplementedError("not served");
    google::protobuf::FileDescriptorSet set;
    for (const auto& [name, file] : ShopFiles()) *set.add_file() = file;
    auto& described = static_cast<rpc::v1::DescribeReply&>(reply);
    described.add_services("shop.v1.Price");
    described.set_file_descriptor_set(set.SerializeAsString());
    return Status::Ok();
  }
  Result<std::unique_ptr<StreamReader>> OpenStream(std::string_view, std::string_view,
                                                   const Message&, const CallOptions&) override {
    return UnimplementedError("not served");
  }
  Result<std::unique_ptr<StreamCall>> OpenDuplex(std::string_view service, std::string_view,
                                                 const CallOptions&) override {
    asked_.emplace_back(service);
    if (!served_.contains(std::string(service))) return UnimplementedError("not served");
    return std::unique_ptr<StreamCall>(std::make_unique<FrugalReflection>());
  }
  const std::vector<std::string>& asked() const { return asked_; }

 private:
  const std::set<std::string> served_;
  std::vector<std::string> asked_;
};

void ExpectShop(Callee& callee) {
  const auto schema = FetchSchema(callee, {});
  ASSERT_TRUE(schema.ok()) << schema.status().ToString();
  EXPECT_TRUE((*schema)->Find("shop.v1.Price/Get").ok());
}

TEST(FetchSchema, OneCallIsEnoughForABellrockServer) {
  Callee callee({kNative, kGrpcV1});
  ExpectShop(callee);
  EXPECT_EQ(callee.asked().size(), 1u);
}

TEST(FetchSchema, AGrpcServerIsAskedForWhatItsFilesImport) {
  Callee callee({kGrpcV1});
  ExpectShop(callee);
}

TEST(FetchSchema, AnOldGrpcServerIsAskedInItsVersion) {
  Callee callee({kGrpcV1Alpha});
  ExpectShop(callee);
  EXPECT_EQ(callee.asked().size(), 3u);
}

TEST(FetchSchema, ACalleeWithoutReflectionIsToldApart) {
  Callee callee({});
  const auto schema = FetchSchema(callee, {});
  EXPECT_EQ(schema.status().code(), StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(schema.status().message()), HasSubstr("serves no reflection"));
}

}  // namespace
}  // namespace bellrock::cli
