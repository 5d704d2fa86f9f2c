// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
// Who gets through a handshake, who does not, and what is said about it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rpc/tls/tls_peers.h"
#include "testing/world.h"

namespace bellrock::rpc {
namespace {

using TlsWorld = TlsWorldOf<bellrock::testing::World>;
using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::AllOf;
using ::testing::HasSubstr;

TEST(TlsHandshake, AgreesOnKeysProtocolAndNames) {
  TlsWorld tls(1);
  tls.world.Run([&] {
    tls.PutFiles();
    TlsOptions server = tls.ServerOptions();
    server.alpn = {"bellrock/1", "h2", "http/1.1"};
    server.require_client_certificate = true;
    TlsOptions client = tls.ClientOptions();
    client.alpn = {"http/1.1", "h2"};
    auto serving = tls.Server(server);
    TlsEnds ends = ConnectTls(tls, *serving, *tls.Client(client));
    ASSERT_TRUE(ends.server.ok()) << ends.server.status().ToString();
    ASSERT_TRUE(ends.client.ok()) << ends.client.status().ToString();
    EXPECT_EQ((*ends.server)->alpn(), "h2") << "the server's order counts";
    EXPECT_EQ((*ends.client)->alpn(), "h2");
    EXPECT_EQ((*ends.server)->version(), "TLSv1.3");
    EXPECT_EQ((*ends.server)->identity().name, "music/web");
    EXPECT_EQ((*ends.client)->identity().name, "music/catalog");
    EXPECT_EQ((*ends.client)->peer().host(), "s");
    ASSERT_TRUE(WriteText(**ends.client, "question").ok());
    EXPECT_EQ(ReadText(**ends.server, 8), "question");
    ASSERT_TRUE(WriteText(**ends.server, "answer").ok());
    EXPECT_EQ(ReadText(**ends.client, 6), "answer");
    EXPECT_EQ(serving->status().handshakes, 1U);
  });
}

TEST(TlsHandshake, NeedsNoClientCertificateUnlessAsked) {
  TlsWorld tls(2);
  tls.world.Run([&] {
    tls.PutFiles();
    TlsEnds ends =
        ConnectTls(tls, *tls.Server(tls.ServerOptions()), *tls.Client({.ca_file = "ca.pem"}));
    ASSERT_TRUE(ends.server.ok()) << ends.server.status().ToString();
    ASSERT_TRUE(ends.client.ok()) << ends.client.status().ToString();
    EXPECT_EQ((*ends.server)->identity().name, "");
    EXPECT_EQ((*ends.server)->alpn(), "");
  });
}

TEST(TlsHandshake, RefusesAClientWithoutCertificate) {
  TlsWorld tls(3);
  tls.world.Run([&] {
    tls.PutFiles();
    TlsOptions server = tls.ServerOptions();
    server.require_client_certificate = true;
    auto serving = tls.Server(server);
    TlsEnds ends = ConnectTls(tls, *serving, *tls.Client({.ca_file = "ca.pem"}));
    EXPECT_EQ(ends.server.status().code(), StatusCode::kUnauthenticated);
    EXPECT_THAT(std::string(ends.server.status().message()),
                AllOf(HasSubstr("sent no certificate"), HasSubstr("certificate_file")));
    EXPECT_EQ(serving->status().handshakes_failed, 1U);
    // In TLS 1.3 the client hears of it with its first read.
    ASSERT_TRUE(ends.client.ok()) << ends.client.status().ToString();
    Status end;
    EXPECT_EQ(ReadText(**ends.client, 1, &end), "");
    EXPECT_THAT(std::string(end.message()), HasSubstr("it wants a certificate of ours"));
  });
}

TEST(TlsHandshake, RefusesAServerOfAnotherAuthority) {
  TlsWorld tls(4);
  tls.world.Run([&] {
    tls.PutFiles();
    const TestAuthority other("Other", tls.server_host.clock.WallNow());
    PutFile(tls.client_host.disk, "ca.pem", other.certificate());
    TlsEnds ends =
        ConnectTls(tls, *tls.Server(tls.ServerOptions()), *tls.Client({.ca_file = "ca.pem"}));
    EXPECT_EQ(ends.client.status().code(), StatusCode::kUnauthenticated);
    EXPECT_THAT(std::string(ends.client.status().message()),
                AllOf(HasSubstr("TLS handshake with s:"), HasSubstr("CN=server"),
                      HasSubstr("issued by CN=Authority"),
                      HasSubstr("no authority in our ca_file signed it")));
    EXPECT_EQ(ends.server.status().code(), StatusCode::kUnauthenticated);
    EXPECT_THAT(std::string(ends.server.status().message()),
                HasSubstr("its ca_file lacks the authority"));
  });
}

TEST(TlsHandshake, RefusesAClientOfAnotherAuthority) {
  TlsWorld tls(5);
  tls.world.Run([&] {
    tls.PutFiles();
    const TestAuthority other("Other", tls.server_host.clock.WallNow());
    PutPair(tls.client_host.disk, "client", other.Issue({.common_name = "music/web"}));
    TlsEnds ends =
        ConnectTls(tls, *tls.Server(tls.ServerOptions()), *tls.Client(tls.ClientOptions()));
    EXPECT_EQ(ends.server.status().code(), StatusCode::kUnauthenticated);
    EXPECT_THAT(std::string(ends.server.status().message()),
                AllOf(HasSubstr("the client's certificate"), HasSubstr("issued by CN=Other")));
  });
}

TEST(TlsHandshake, RefusesAServerOfAnotherName) {
  TlsWorld tls(6);
  tls.world.Run([&] {
    tls.PutFiles();
    TlsOptions client = tls.ClientOptions();
    for (const char* name : {"elsewhere", "10.0.0.1"}) {
      client.server_name = name;
      TlsEnds ends = ConnectTls(tls, *tls.Server(tls.ServerOptions()), *tls.Client(client));
      EXPECT_EQ(ends.client.status().code(), StatusCode::kUnauthenticated);
      EXPECT_THAT(std::string(ends.client.status().message()),
                  AllOf(HasSubstr("it is for s, spiffe"), HasSubstr(name)));
    }
  });
}

TEST(TlsHandshake, AcceptsAnIpAddressInTheCertificate) {
  TlsWorld tls(7);
  tls.world.Run([&] {
    tls.PutFiles();
    PutPair(tls.server_host.disk, "server",
            tls.authority.Issue({.names = {"IP:10.0.0.1", "IP:fe80::1"}}));
    TlsOptions client = tls.ClientOptions();
    for (const char* name : {"10.0.0.1", "fe80::1"}) {
      client.server_name = name;
      TlsEnds ends = ConnectTls(tls, *tls.Server(tls.ServerOptions()), *tls.Client(client));
      EXPECT_TRUE(ends.client.ok()) << ends.client.status().ToString();
    }
  });
}

TEST(TlsHandshake, ChecksTheIdentityInsteadOfTheHost) {
  TlsWorld tls(8);
  tls.world.Run([&] {
    tls.PutFiles();
    TlsOptions client = tls.ClientOptions();
    client.server_name = "10.1.2.3";  // not in the certificate
    client.server_identity = "music/catalog";
    auto server = tls.Server(tls.ServerOptions());
    EXPECT_TRUE(ConnectTls(tls, *server, *tls.Client(client)).client.ok());
    client.server_identity = "music/player";
    TlsEnds ends = ConnectTls(tls, *server, *tls.Client(client));
    EXPECT_EQ(ends.client.status().code(), StatusCode::kUnauthenticated);
    EXPECT_THAT(std::string(ends.client.status().message()),
                AllOf(HasSubstr("music/catalog"), HasSubstr("expects \"music/player\"")));
  });
}

TEST(TlsHandshake, RefusesWhatHasExpiredSinceItWasLoaded) {
  TlsWorld tls(9);
  tls.world.Run([&] {
    tls.PutFiles();
    auto server = tls.Server(tls.ServerOptions());
    auto client = tls.Client({.ca_file = "ca.pem"});
    EXPECT_TRUE(ConnectTls(tls, *server, *client).client.ok());
    ASSERT_TRUE(fiber::SleepFor(hours(2)).ok());
    TlsEnds ends = ConnectTls(tls, *server, *client);
    EXPECT_EQ(ends.client.status().code(), StatusCode::kUnauthenticated);
    EXPECT_THAT(std::string(ends.client.status().message()), HasSubstr("it expired on 2027-"));
  });
}

TEST(TlsHandshake, RefusesACertificateForAnotherPurpose) {
  TlsWorld tls(10);
  tls.world.Run([&] {
    tls.PutFiles();
    PutPair(tls.client_host.disk, "client",
            tls.authority.Issue({.common_name = "web", .usage = "serverAuth"}));
    TlsEnds ends =
        ConnectTls(tls, *tls.Server(tls.ServerOptions()), *tls.Client(tls.ClientOptions()));
    EXPECT_THAT(std::string(ends.server.status().message()), HasSubstr("lacks clientAuth"));
  });
}

TEST(TlsHandshake, RefusesWithoutACommonProtocol) {
  TlsWorld tls(11);
  tls.world.Run([&] {
    tls.PutFiles();
    TlsOptions server = tls.ServerOptions();
    server.alpn = {"h2"};
    TlsOptions client = tls.ClientOptions();
    client.alpn = {"smtp"};
    TlsEnds ends = ConnectTls(tls, *tls.Server(server), *tls.Client(client));
    EXPECT_THAT(std::string(ends.server.status().message()), HasSubstr("alpn"));
    EXPECT_THAT(std::string(ends.client.status().message()), HasSubstr("alpn"));
  });
}

TEST(TlsHandshake, TakesTheBytesThatWereReadBefore) {
  TlsWorld tls(12);
  tls.world.Run([&] {
    tls.PutFiles();
    auto server = tls.Server(tls.ServerOptions());
    PlainEnds plain = ConnectPlain(tls);
    MaybeTls accepted = UnavailableError("not begun");
    fiber::JoinHandle accepting = fiber::Start([&] {
      const std::string first = ReadText(*plain.server, 3);
      EXPECT_EQ(first[0], '\x16');
      accepted = server->Accept(std::move(plain.server), first, tls.In(seconds(1)));
    });
    auto client = tls.Client(tls.ClientOptions())->Connect(std::move(plain.client), {}, kNever);
    accepting.Join();
    EXPECT_TRUE(accepted.ok()) << accepted.status().ToString();
  });
}

TEST(TlsHandshake, RefusesGarbage) {
  TlsWorld tls(13);
  tls.world.Run([&] {
    tls.PutFiles();
    auto server = tls.Server(tls.ServerOptions());
    const std::string header("\x16\x03\x01\x40\x00", 5);
    for (const std::string& garbage :
         {std::string("GET / HTTP/1.1\r\n\r\n"), std::string("BELLRK1\n"),
          header + std::string(99, 'x'), header + std::string(20000, '\0'),
          std::string(100, '\x16')}) {
      PlainEnds plain = ConnectPlain(tls);
      ASSERT_TRUE(WriteText(*plain.client, garbage).ok());
      plain.client->Close();
      const auto accepted = server->Accept(std::move(plain.server), {}, tls.In(seconds(1)));
      EXPECT_THAT(accepted.status().code(),
                  ::testing::AnyOf(StatusCode::kInvalidArgument, StatusCode::kUnavailable));
      EXPECT_THAT(std::string(accepted.status().message()), HasSubstr("TLS handshake with c:"));
    }
    EXPECT_EQ(server->status().handshakes_failed, 5U);
  });
}

TEST(TlsHandshake, EndsAtItsDeadlineHoweverSlowThePeer) {
  TlsWorld tls(14);
  tls.world.Run([&] {
    tls.PutFiles();
    auto server = tls.Server(tls.ServerOptions());
    PlainEnds plain = ConnectPlain(tls);
    fiber::JoinHandle dripping = fiber::Start([&] {
      // A record of 16 KiB, a byte a second.
      while (WriteText(*plain.client, std::string(1, '\x16')).ok()) {
        if (!fiber::SleepFor(seconds(20)).ok()) return;
      }
    });
    const Time begun = tls.world.loop().Now();
    const auto accepted =
        server->Accept(std::move(plain.server), "\x16\x03\x01\x40", tls.In(seconds(10)));
    EXPECT_EQ(accepted.status().code(), StatusCode::kDeadlineExceeded);
    EXPECT_EQ(tls.world.loop().Now() - begun, seconds(10));
    EXPECT_THAT(std::string(accepted.status().message()), HasSubstr("not finished in time"));
  });
}

TEST(TlsHandshake, SaysWhenThePeerGoes) {
  TlsWorld tls(15);
  tls.world.Run([&] {
    tls.PutFiles();
    PlainEnds plain = ConnectPlain(tls);
    plain.server->Close();
    const auto client =
        tls.Client(tls.ClientOptions())->Connect(std::move(plain.client), {}, kNever);
    EXPECT_EQ(client.status().code(), StatusCode::kUnavailable);
  });
}

TEST(TlsHandshake, TellsAPlainServer) {
  TlsWorld tls(16);
  tls.world.Run([&] {
    tls.PutFiles();
    PlainEnds plain = ConnectPlain(tls);
    ASSERT_TRUE(WriteText(*plain.server, "HTTP/1.1 400 Bad Request\r\n\r\n").ok());
    const auto client =
        tls.Client(tls.ClientOptions())->Connect(std::move(plain.client), {}, kNever);
    EXPECT_EQ(client.status().code(), StatusCode::kInvalidArgument);
    EXPECT_THAT(std::string(client.status().message()), HasSubstr("is it a plain port?"));
  });
}

}  // namespace
}  // namespace bellrock::rpc
