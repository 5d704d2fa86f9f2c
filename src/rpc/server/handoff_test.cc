// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
// Handlers that block their thread, over real sockets: the calls beside them go on.
#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <stdexcept>
#include <string>

#include "fiber/fiber.h"
#include "fiber/sync.h"
#include "rpc/client.h"
#include "rpc/echo_service.h"
#include "rpc/server.h"

namespace bellrock::rpc {
namespace {

using sample::v1::CountRequest;
using sample::v1::EchoReply;
using sample::v1::EchoRequest;
using sample::v1::EchoStub;

constexpr Duration kCallMax = std::chrono::seconds(20);

// "wait" blocks its thread until a call of "go" comes; "fail" does so and then throws.
class BlockingService final : public sample::v1::EchoService {
 public:
  Result<EchoReply> Say(ServerContext&, const EchoRequest& request) override {
    if (request.text() == "go") {
      gone_.set_value();
    } else {
      gone_.get_future().wait();
    }
    if (request.text() == "fail") static_cast<void>(std::vector<int>().at(1));
    EchoReply reply;
    reply.set_text(request.text());
    return reply;
  }

  // Blocks between two items; Write() brings it back to the loop each time.
  Status Count(ServerContext&, const CountRequest& request, Writer<EchoReply>& writer) override {
    EchoReply item;
    for (int i = 0; i < request.items(); ++i) {
      if (i == 1) gone_.get_future().wait();
      item.set_text(std::to_string(i));
      BELLROCK_TRY(writer.Write(item));
    }
    return Status::Ok();
  }

 private:
  std::promise<void> gone_;
};

// One loop with client and server on it, so that a handler that blocks blocks all unless the loop
// is handed over.
void OnOneLoop(const std::function<void(EchoStub&)>& body) {
  fiber::LoopOptions options;
  options.handoff.enabled = true;
  fiber::Loop loop(options);
  loop.Post([&] {
    BlockingService service;
    Server server(fiber::RealEnvironment(), {.hand_off = true}, nullptr);
    ASSERT_TRUE(server.Add(service).ok());
    ASSERT_TRUE(server.Listen(Address::Tcp("127.0.0.1", 0)).ok());
    {
      FixedEndpoints endpoints({server.address()});
      Client client(fiber::RealEnvironment(), endpoints, nullptr, {.timeout = kCallMax});
      EchoStub stub(client);
      body(stub);
    }
    server.Shutdown(loop.Now() + kCallMax);
    loop.Stop();
  });
  loop.Run();
  EXPECT_GE(loop.handoffs(), 1u);
}

EchoRequest Request(const std::string& text) {
  EchoRequest request;
  request.set_text(text);
  return request;
}

TEST(RpcHandoff, ABlockedHandlerHoldsUpNoOtherCall) {
  OnOneLoop([](EchoStub& stub) {
    Result<EchoReply> waited = UnavailableError("not called");
    fiber::JoinHandle caller = fiber::Start([&] { waited = stub.Say(Request("wait")); });
    fiber::Yield();
    auto gone = stub.Say(Request("go"));
    EXPECT_TRUE(gone.ok()) << gone.status().ToString();
    caller.Join();
    ASSERT_TRUE(waited.ok()) << waited.status().ToString();
    EXPECT_EQ(waited->text(), "wait");
  });
}

TEST(RpcHandoff, AnExceptionFromABlockedHandlerFailsItsCall) {
  OnOneLoop([](EchoStub& stub) {
    Result<EchoReply> failed = UnavailableError("not called");
    fiber::JoinHandle caller = fiber::Start([&] { failed = stub.Say(Request("fail")); });
    fiber::Yield();
    EXPECT_TRUE(stub.Say(Request("go")).ok());
    caller.Join();
    EXPECT_EQ(failed.status().code(), StatusCode::kInternal);
  });
}

TEST(RpcHandoff, AStreamGoesOnAfterItsHandlerBlocked) {
  OnOneLoop([](EchoStub& stub) {
    CountRequest request;
    request.set_items(3);
    auto reader = stub.Count(request);
    ASSERT_TRUE(reader.ok());
    EchoReply item;
    Result<bool> more = reader->Read(item);
    EXPECT_TRUE(more.ok() && *more);
    EXPECT_TRUE(stub.Say(Request("go")).ok());
    int items = 1;
    while ((more = reader->Read(item)).ok() && *more)
      EXPECT_EQ(item.text(), std::to_string(items++));
    EXPECT_TRUE(more.ok()) << more.status().ToString();
    EXPECT_EQ(items, 3);
  });
}

}  // namespace
}  // namespace bellrock::rpc
