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
