// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "fiber/fiber.h"
#include "fiber/loop.h"
#include "rpc/tls/test_authority.h"
#include "rpc/tls/tls_context.h"

// What the tests of TLS in the simulator share.
namespace bellrock::rpc {

// Two hosts, an authority that both trust, and a certificate for each.
struct TlsPeers {
  TlsPeers(fiber::Environment server, fiber::Environment client)
      : server_host(server),
        client_host(client),
        authority("Authority", server_host.clock.WallNow()) {}

  // Inside World::Run().
  void PutFiles() {
    for (fiber::Disk* disk : {&server_host.disk, &client_host.disk}) {
      PutFile(*disk, "ca.pem", authority.certificate());
    }
    PutPair(server_host.disk, "server",
            authority.Issue(
                {.common_name = "server", .names = {"DNS:s", "URI:spiffe://corp/music/catalog"}}));
    PutPair(client_host.disk, "client",
            authority.Issue({.names = {"URI:spiffe://corp/music/web"}}));
  }

  TlsOptions ServerOptions() const {
    return {.certificate_file = "server.pem", .key_file = "server.key", .ca_file = "ca.pem"};
  }
  TlsOptions ClientOptions() const {
    return {.certificate_file = "client.pem", .key_file = "client.key", .ca_file = "ca.pem"};
  }
  std::shared_ptr<TlsContext> Server(const TlsOptions& options) {
    auto made = TlsContext::Server(server_host, options);
    EXPECT_TRUE(made.ok()) << made.status().ToString();
    return *made;
  }
  std::shared_ptr<TlsContext> Client(const TlsOptions& options) {
    auto made = TlsContext::Client(client_host, options);
    EXPECT_TRUE(made.ok()) << made.status().ToString();
    return *made;
  }
  Time In(Duration time) const { return fiber::Loop::Current()->Now() + time; }

  fiber::Environment server_host;
  fiber::Environment client_host;
  TestAuthority authority;
};

// The hosts "s" and "c" of a simulated world.
template <typename World>
struct InWorld {
  explicit InWorld(uint64_t seed) : world(seed) {}
  World world;
};
template <typename World>
struct TlsWorldOf : InWorld<World>, TlsPeers {
  explicit TlsWorldOf(uint64_t seed)
      : InWorld<World>(seed), TlsPeers(this->world.Host("s"), this->world.Host("c")) {}
};

using MaybeTls = Result<std::unique_ptr<TlsStream>>;
struct TlsEnds {
  MaybeTls server = UnavailableError("not begun");
  MaybeTls client = UnavailableError("not begun");
};

// Two ends of a plain connection.
struct PlainEnds {
  std::unique_ptr<fiber::Stream> server;
  std::unique_ptr<fiber::Stream> client;
};
inline PlainEnds ConnectPlain(TlsPeers& tls) {
  auto listener = tls.server_host.network.Listen(Address::Tcp("s", 0), {});
  EXPECT_TRUE(listener.ok()) << listener.status().ToString();
  PlainEnds ends;
  fiber::JoinHandle accepting =
      fiber::Start([&] { ends.server = std::move(*(*listener)->Accept()); });
  ends.client = std::move(*tls.client_host.network.Connect((*listener)->address()));
  accepting.Join();
  return ends;
}

// A handshake of both.
inline TlsEnds ConnectTls(TlsPeers& tls, TlsContext& server, TlsContext& client, PlainEnds plain) {
  TlsEnds ends;
  const Time deadline = tls.In(std::chrono::seconds(5));
  fiber::JoinHandle accepting =
      fiber::Start([&] { ends.server = server.Accept(std::move(plain.server), {}, deadline); });
  ends.client = client.Connect(std::move(plain.client), {}, deadline);
  accepting.Join();
  return ends;
}
inline TlsEnds ConnectTls(TlsPeers& tls, TlsContext& server, TlsContext& client) {
  return ConnectTls(tls, server, client, ConnectPlain(tls));
}

inline Status WriteText(fiber::Stream& stream, std::string_view text) {
  return stream.WriteAll({reinterpret_cast<const std::byte*>(text.data()), text.size()});
}

// Exactly `size` bytes, or fewer if the stream ended; `end` tells how.
inline std::string ReadText(fiber::Stream& stream, size_t size, Status* end = nullptr) {
  std::string text;
  char buffer[5000];
  while (text.size() < size) {
    const size_t wanted = std::min(sizeof(buffer), size - text.size());
    Result<size_t> got = stream.Read(std::as_writable_bytes(std::span(buffer, wanted)));
    if (end != nullptr) *end = got.status();
    if (!got.ok() || *got == 0) break;
    text.append(buffer, *got);
  }
  return text;
}

}  // namespace bellrock::rpc
