// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "rpc/error_catalog.h"

#include <gtest/gtest.h>

#include <fstream>
#include <set>
#include <string>

#include "rpc/client.h"
#include "rpc/sim_peers.h"
#include "testing/world.h"

namespace bellrock::rpc {
namespace {

using sample::v1::EchoRequest;
using sample::v1::EchoStub;
using testing::World;

// Of the rows "| BR-1203 | ..." of docs/errors.md, each with a cause and a remedy.
std::set<int> DocumentedNumbers() {
  std::set<int> numbers;
  std::ifstream page(std::string(BELLROCK_DOCS) + "/errors.md");
  for (std::string line; std::getline(page, line);) {
    if (line.rfind("| BR-", 0) != 0) continue;
    EXPECT_GT(line.size(), 60U) << "cause or remedy is missing: " << line;
    EXPECT_TRUE(numbers.insert(std::stoi(line.substr(5, 4))).second) << "twice: " << line;
  }
  return numbers;
}

TEST(ErrorCatalog, CodeAndDocumentListTheSameNumbers) {
  std::set<int> in_code;
  for (const ErrorNumber number : kErrorNumbers) in_code.insert(static_cast<int>(number));
  EXPECT_EQ(in_code.size(), kErrorNumbers.size());
  EXPECT_EQ(in_code, DocumentedNumbers());
}

void ExpectNumber(const Status& status, ErrorNumber number) {
  const std::string text = "[BR-" + std::to_string(static_cast<int>(number)) + "]";
  EXPECT_NE(status.message().find(text), std::string_view::npos) << status.message();
}

TEST(ErrorCatalog, MainFailuresCarryTheirNumber) {
  World world(1);
  world.Run([&] {
    EchoServer echo(world.Host("s"), "s");
    ListedEndpoints nobody({});
    Client lonely(world.Host("c"), nobody, nullptr, {});
    ExpectNumber(EchoStub(lonely).Say({}).status(), ErrorNumber::kNoInstance);

    ListedEndpoints dead({At("dead")});
    Client refused(world.Host("c"), dead, nullptr, {.attempts = 1});
    ExpectNumber(EchoStub(refused).Say({}).status(), ErrorNumber::kConnectFailed);
    ExpectNumber(EchoStub(refused).Say({}).status(), ErrorNumber::kConnectBackoff);

    ListedEndpoints endpoints({At("s")});
    Client client(world.Host("c"), endpoints, nullptr, {.attempts = 1, .frame_bytes_max = 1000});
    EchoStub stub(client);
    EchoRequest slow;
    slow.set_sleep_ms(10'000);
    ExpectNumber(stub.Say(slow, {.timeout = milliseconds(10)}).status(),
                 ErrorNumber::kNoReplyInTime);
    EchoRequest large;
    large.set_text(std::string(2000, 'x'));
    ExpectNumber(stub.Say(large).status(), ErrorNumber::kMessageTooLarge);
    ExpectNumber(stub.Say({}, {.metadata = {{"Upper", "x"}}}).status(), ErrorNumber::kBadMetadata);
    sample::v1::EchoReply reply;
    ExpectNumber(client.Call("no.Such", "Method", large, reply, {.timeout = seconds(1)}),
                 ErrorNumber::kMessageTooLarge);
    ExpectNumber(client.Call("no.Such", "Method", EchoRequest(), reply, {}),
                 ErrorNumber::kUnknownMethod);
  });
}

TEST(ErrorCatalog, GrpcFailuresCarryTheSameNumbers) {
  World world(3);
  world.Run([&] {
    EchoServer echo(world.Host("s"), "s");
    ListedEndpoints dead({At("dead")});
    Client refused(world.Host("c"), dead, nullptr, {.attempts = 1, .protocol = Protocol::kGrpc});
    ExpectNumber(EchoStub(refused).Say({}).status(), ErrorNumber::kConnectFailed);
    ListedEndpoints endpoints({At("s")});
    Client client(world.Host("c"), endpoints, nullptr,
                  {.attempts = 1, .frame_bytes_max = 1000, .protocol = Protocol::kGrpc});
    EchoRequest request;
    request.set_sleep_ms(10'000);
    ExpectNumber(EchoStub(client).Say(request, {.timeout = milliseconds(10)}).status(),
                 ErrorNumber::kNoReplyInTime);
    request.set_text(std::string(2000, 'x'));
    ExpectNumber(EchoStub(client).Say(request).status(), ErrorNumber::kMessageTooLarge);
    sample::v1::EchoReply reply;
    ExpectNumber(client.Call("no.Such", "Method", EchoRequest(), reply, {}),
                 ErrorNumber::kUnknownMethod);
    auto writer = EchoStub(client).Sum();
    ASSERT_TRUE(writer.ok());
    ASSERT_TRUE(writer->Finish().ok());
    ExpectNumber(writer->Write(EchoRequest()), ErrorNumber::kStreamOver);
  });
}

// What the server on host "s" answers to one HTTP request.
std::string Answer(World& world, const std::string& request) {
  auto stream = Connect(world.Host("c"), "s");
  Send(*stream, request);
  return ReadFor(*stream, seconds(1));
}

std::string Post(const std::string& method, const std::string& body,
                 const std::string& headers = "") {
  return "POST /bellrock.rpc.sample.v1.Echo/" + method + " HTTP/1.1\r\nHost: s\r\n" + headers +
         "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

TEST(ErrorCatalog, HttpFailuresCarryTheirNumber) {
  World world(4);
  world.Run([&] {
    EchoServer echo(world.Host("s"), "s", {.frame_bytes_max = 1000});
    const auto expect = [&](const std::string& request, ErrorNumber number) {
      const std::string answer = Answer(world, request);
      const std::string text = "[BR-" + std::to_string(static_cast<int>(number)) + "]";
      EXPECT_NE(answer.find(text), std::string::npos) << request << "\n" << answer;
    };
    expect("GET / HTTP/1.1\r\nHost s\r\n\r\n", ErrorNumber::kBadHttp);
    expect("GET /%zz HTTP/1.1\r\nHost: s\r\n\r\n", ErrorNumber::kBadHttp);
    expect(Post("Say", "{}", "Bellrock-Timeout-Ms: soon\r\n"), ErrorNumber::kBadHttp);
    expect(Post("Say", std::string(2000, ' ')), ErrorNumber::kHttpTooLarge);
    expect(Post("Nope", "{}"), ErrorNumber::kNothingAtPath);
    expect("PUT /bellrock.rpc.sample.v1.Echo/Say HTTP/1.1\r\nHost: s\r\nContent-Length: 0\r\n\r\n",
           ErrorNumber::kOtherVerb);
    expect(Post("Say", R"({"oops": 1})"), ErrorNumber::kBadHttpField);
    expect(Post("Sum", "{}"), ErrorNumber::kNotOverHttp);
    expect("GET /-/nope HTTP/1.1\r\nHost: s\r\n\r\n", ErrorNumber::kPagesDenied);
  });
}

TEST(ErrorCatalog, ANumberIsGivenOnceAndKeepsTheCause) {
  const Status plain = NotFoundError("x").WithCause(UnavailableError("y"));
  const Status numbered = WithNumber(ErrorNumber::kNothingAtPath, plain);
  EXPECT_EQ(numbered.message(), "x [BR-1803]");
  ASSERT_NE(numbered.cause(), nullptr);
  EXPECT_EQ(numbered.cause()->message(), "y");
  EXPECT_EQ(WithNumber(ErrorNumber::kBadHttp, numbered).message(), "x [BR-1803]");
  EXPECT_TRUE(WithNumber(ErrorNumber::kBadHttp, Status::Ok()).ok());
}

TEST(ErrorCatalog, WhatAHandlerSaysHasNoNumber) {
  World world(2);
  world.Run([&] {
    EchoServer echo(world.Host("s"), "s");
    ListedEndpoints endpoints({At("s")});
    Client client(world.Host("c"), endpoints, nullptr, {});
    EchoRequest request;
    request.set_code(static_cast<int>(StatusCode::kNotFound));
    request.set_text("no such song");
    EXPECT_EQ(EchoStub(client).Say(request).status().message(), "no such song");
  });
}

}  // namespace
}  // namespace bellrock::rpc
