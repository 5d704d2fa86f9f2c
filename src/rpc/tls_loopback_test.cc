// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
// TLS over real sockets and several loops, with files of the real disk.
#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>

#include "fiber/fiber.h"
#include "fiber/sync.h"
#include "rpc/client.h"
#include "rpc/echo_service.h"
#include "rpc/server.h"
#include "rpc/tls/test_authority.h"
#include "rpc/tls/tls_context.h"

namespace bellrock::rpc {
namespace {

using sample::v1::EchoRequest;

// A certificate for 127.0.0.1 and its authority, in a folder of the test.
class TlsLoopback : public ::testing::Test {
 protected:
  TlsLoopback()
      : folder_(::testing::TempDir() + "bellrock_tls_" + std::to_string(::getpid())),
        authority_("Authority", environment_.clock.WallNow()) {
    std::filesystem::remove_all(folder_);
    EXPECT_TRUE(environment_.disk.CreateDirectories(folder_).ok());
    PutFile(environment_.disk, folder_ + "/ca.pem", authority_.certificate());
    PutServerPair();
  }
  ~TlsLoopback() override { std::filesystem::remove_all(folder_); }

  void PutServerPair() {
    PutPair(environment_.disk, folder_ + "/server",
            authority_.Issue({.common_name = "server", .names = {"IP:127.0.0.1"}}));
  }
  std::shared_ptr<TlsContext> NewServerTls() {
    auto made = TlsContext::Server(environment_, {.certificate_file = folder_ + "/server.pem",
                                                  .key_file = folder_ + "/server.key"});
    EXPECT_TRUE(made.ok()) << made.status().ToString();
    return *made;
  }
  std::shared_ptr<TlsContext> NewClientTls() {
    auto made = TlsContext::Client(environment_, {.ca_file = folder_ + "/ca.pem"});
    EXPECT_TRUE(made.ok()) << made.status().ToString();
    return *made;
  }

  fiber::Environment environment_ = fiber::RealEnvironment();
  const std::string folder_;
  TestAuthority authority_;
};

TEST_F(TlsLoopback, ServesOnSeveralLoopsWhileCertificatesAreReplaced) {
  fiber::LoopGroup server_loops(2);
  fiber::LoopGroup client_loops(2);
  EchoService service;
  auto server_tls = NewServerTls();
  Server server(environment_, {.tls = server_tls, .tls_required = true}, nullptr);
  // The service counts without locks, so that it has a home.
  ASSERT_TRUE(server.Add(service, &server_loops.loop(0)).ok());
  ASSERT_TRUE(server.Listen(Address::Tcp("127.0.0.1", 0), server_loops).ok());
  auto client_tls = NewClientTls();
  std::atomic<int> served = 0;
  const auto call_from = [&](fiber::Loop& loop) {
    return fiber::RunOn(loop, [&] {
      for (int round = 0; round < 10; ++round) {
        FixedEndpoints endpoints({server.address()});
        Client client(environment_, endpoints, nullptr,
                      {.timeout = std::chrono::seconds(20),
                       .connect_timeout = std::chrono::seconds(10),
                       .tls = client_tls});
        EchoRequest request;
        request.set_text(std::string(100'000, 'x'));
        auto reply = sample::v1::EchoStub(client).Say(request);
        EXPECT_TRUE(reply.ok()) << reply.status().ToString();
        if (reply.ok() && reply->text() == request.text()) ++served;
      }
    });
  };
  std::atomic<bool> other_done = false;
  ASSERT_TRUE(client_loops.loop(1).Post([&] {
    EXPECT_TRUE(call_from(client_loops.loop(1)).ok());
    other_done = true;
  }));
  EXPECT_TRUE(call_from(client_loops.loop(0)).ok());
  for (int round = 0; round < 3; ++round) {
    PutServerPair();
    EXPECT_TRUE(server_tls->Reload().ok());
    EXPECT_TRUE(call_from(client_loops.loop(0)).ok());
  }
  while (!other_done) {
    EXPECT_TRUE(fiber::RunOn(client_loops.loop(1), [] { fiber::Yield(); }).ok());
  }
  EXPECT_EQ(served, 50);
  EXPECT_EQ(server_tls->status().loads, 4U);
  EXPECT_GE(server_tls->status().handshakes, 50U);
}

TEST_F(TlsLoopback, CarriesMuchMoreThanSocketsHold) {
  fiber::Loop loop;
  auto server_tls = NewServerTls();
  auto client_tls = NewClientTls();
  loop.Post([&] {
    EchoService service;
    Server server(environment_, {.tls = server_tls}, nullptr);
    ASSERT_TRUE(server.Add(service).ok());
    ASSERT_TRUE(server.Listen(Address::Tcp("127.0.0.1", 0)).ok());
    FixedEndpoints endpoints({server.address()});
    Client client(environment_, endpoints, nullptr,
                  {.timeout = std::chrono::seconds(60),
                   .connect_timeout = std::chrono::seconds(10),
                   .tls = client_tls});
    EchoRequest request;
    request.set_text(std::string(20 << 20, 'x'));
    auto reply = sample::v1::EchoStub(client).Say(request);
    EXPECT_TRUE(reply.ok()) << reply.status().ToString();
    EXPECT_TRUE(reply.ok() && reply->text() == request.text());
    loop.Stop();
  });
  loop.Run();
}

}  // namespace
}  // namespace bellrock::rpc
