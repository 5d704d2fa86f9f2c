// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
// The stock gRPC client of C++ calls our server, whose address is in the environment (ADDRESS).
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>
#include <memory>
#include <string>
#include <thread>

#include "bellrock/rpc/sample/v1/echo.grpc.pb.h"

namespace bellrock::rpc::sample::v1 {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr int kLarge = 10'000'000;

class GrpcCpp : public ::testing::Test {
 protected:
  GrpcCpp() {
    grpc::ChannelArguments arguments;
    arguments.SetMaxReceiveMessageSize(-1);
    stub = Echo::NewStub(grpc::CreateCustomChannel(std::getenv("ADDRESS"),
                                                   grpc::InsecureChannelCredentials(), arguments));
    context.set_deadline(std::chrono::system_clock::now() + seconds(20));
  }
  // How many handlers were cut short so far.
  int CutShort() {
    grpc::ClientContext own;
    EchoReply unused;
    EXPECT_TRUE(stub->Say(&own, EchoRequest(), &unused).ok());
    const auto found = own.GetServerTrailingMetadata().find("x-cut-short");
    return std::atoi(std::string(found->second.data(), found->second.size()).c_str());
  }

  std::unique_ptr<Echo::Stub> stub;
  grpc::ClientContext context;
  EchoRequest request;
  EchoReply reply;
};

TEST_F(GrpcCpp, Unary) {
  request.set_text("hi");
  const grpc::Status status = stub->Say(&context, request, &reply);
  ASSERT_TRUE(status.ok()) << status.error_message();
  EXPECT_EQ(reply.text(), "hi");
  EXPECT_GT(reply.deadline_ms(), 10'000);
}

TEST_F(GrpcCpp, ServerStreaming) {
  CountRequest count;
  count.set_items(200);
  count.set_item_bytes(5000);
  auto reader = stub->Count(&context, count);
  int items = 0;
  while (reader->Read(&reply)) EXPECT_EQ(reply.text(), std::to_string(items++));
  EXPECT_TRUE(reader->Finish().ok());
  EXPECT_EQ(items, 200);
}

TEST_F(GrpcCpp, ClientStreaming) {
  SumReply sum;
  auto writer = stub->Sum(&context, &sum);
  request.set_text(std::string(1000, 'x'));
  for (int i = 0; i < 2000; ++i) ASSERT_TRUE(writer->Write(request));
  writer->WritesDone();
  EXPECT_TRUE(writer->Finish().ok());
  EXPECT_EQ(sum.bytes(), 2'000'000);
}

TEST_F(GrpcCpp, Bidirectional) {
  auto chat = stub->Chat(&context);
  for (int i = 0; i < 50; ++i) {
    request.set_text(std::to_string(i));
    ASSERT_TRUE(chat->Write(request));
    ASSERT_TRUE(chat->Read(&reply));
    EXPECT_EQ(reply.text(), request.text());
  }
  chat->WritesDone();
  EXPECT_FALSE(chat->Read(&reply));
  EXPECT_TRUE(chat->Finish().ok());
}

TEST_F(GrpcCpp, ErrorsHaveCodeAndText) {
  request.set_code(9);
  request.set_text("100 % wrong");
  const grpc::Status status = stub->Say(&context, request, &reply);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::FAILED_PRECONDITION);
  EXPECT_EQ(status.error_message(), "100 % wrong");
}

TEST_F(GrpcCpp, DeadlinesEndCalls) {
  context.set_deadline(std::chrono::system_clock::now() + milliseconds(200));
  request.set_sleep_ms(60'000);
  EXPECT_EQ(stub->Say(&context, request, &reply).error_code(), grpc::StatusCode::DEADLINE_EXCEEDED);
}

TEST_F(GrpcCpp, MetadataBothWays) {
  const std::string bytes("\0\xff\x01 ,", 5);
  context.AddMetadata("x-echo", "plain text");
  context.AddMetadata("x-echo-bin", bytes);
  ASSERT_TRUE(stub->Say(&context, request, &reply).ok());
  const auto& back = context.GetServerTrailingMetadata();
  EXPECT_EQ(back.find("x-echo")->second, "plain text");
  EXPECT_EQ(back.find("x-echo-bin")->second, grpc::string_ref(bytes));
}

TEST_F(GrpcCpp, TenMegabytesBothWaysPacked) {
  context.set_compression_algorithm(GRPC_COMPRESS_GZIP);
  request.set_text(std::string(kLarge, 'x'));
  request.set_ratio(kLarge);
  const grpc::Status status = stub->Say(&context, request, &reply);
  ASSERT_TRUE(status.ok()) << status.error_message();
  EXPECT_EQ(reply.text().size(), static_cast<size_t>(kLarge));
  EXPECT_EQ(reply.filler().size(), static_cast<size_t>(kLarge));
}

TEST_F(GrpcCpp, CancellingCutsTheHandlerShort) {
  const int before = CutShort();
  CountRequest count;
  count.set_items(1'000'000);
  count.set_pause_ms(10);
  auto reader = stub->Count(&context, count);
  ASSERT_TRUE(reader->Read(&reply));
  context.TryCancel();
  EXPECT_EQ(reader->Finish().error_code(), grpc::StatusCode::CANCELLED);
  int now = before;
  for (int tries = 0; now == before && tries < 1000; ++tries) now = CutShort();
  EXPECT_EQ(now, before + 1);
}

}  // namespace
}  // namespace bellrock::rpc::sample::v1
