// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
// What a context refuses to load, and how it loads anew.
#include "rpc/tls/tls_context.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rpc/tls/credentials.h"
#include "rpc/tls/tls_peers.h"
#include "rpc/tls/tls_reloader.h"
#include "testing/world.h"

namespace bellrock::rpc {
namespace {

using TlsWorld = TlsWorldOf<bellrock::testing::World>;
using std::chrono::hours;
using std::chrono::seconds;
using ::testing::AllOf;
using ::testing::HasSubstr;

std::string ServerError(TlsWorld& tls, const TlsOptions& options) {
  const auto made = TlsContext::Server(tls.server_host, options);
  EXPECT_FALSE(made.ok());
  return made.status().ToString();
}

TEST(TlsContext, ShowsWhatItLoaded) {
  TlsWorld tls(1);
  tls.world.Run([&] {
    tls.PutFiles();
    const TlsStatus status = tls.Server(tls.ServerOptions())->status();
    EXPECT_EQ(status.subject, "CN=server");
    EXPECT_EQ(status.issuer, "CN=Authority");
    EXPECT_FALSE(status.serial.empty());
    EXPECT_EQ(status.loads, 1U);
    EXPECT_EQ(status.last_error, "");
    EXPECT_EQ(status.loaded_at, tls.server_host.clock.WallNow());
    EXPECT_GT(status.not_after, status.loaded_at);
    EXPECT_EQ(tls.Client({.ca_file = "ca.pem"})->status().subject, "");
  });
}

TEST(TlsContext, NamesTheMissingFile) {
  TlsWorld tls(2);
  tls.world.Run([&] {
    EXPECT_THAT(ServerError(tls, tls.ServerOptions()),
                AllOf(HasSubstr("certificate_file: cannot be read"), HasSubstr("server.pem")));
  });
}

TEST(TlsContext, RefusesOptionsThatDoNotFit) {
  TlsWorld tls(3);
  tls.world.Run([&] {
    tls.PutFiles();
    EXPECT_THAT(ServerError(tls, {}), HasSubstr("a TLS server needs both"));
    EXPECT_THAT(ServerError(tls, {.certificate_file = "server.pem"}), HasSubstr("needs both"));
    TlsOptions options = tls.ServerOptions();
    options.ca_file.clear();
    options.require_client_certificate = true;
    EXPECT_THAT(ServerError(tls, options), HasSubstr("ca_file: is empty"));
    options = tls.ServerOptions();
    options.alpn = {std::string(256, 'x')};
    EXPECT_THAT(ServerError(tls, options), HasSubstr("alpn: "));
    EXPECT_THAT(TlsContext::Client(tls.client_host, {.key_file = "client.key"}).status().ToString(),
                HasSubstr("give both or none"));
    EXPECT_THAT(TlsContext::Client(tls.client_host, {.require_client_certificate = true})
                    .status()
                    .ToString(),
                HasSubstr("is an option of servers"));
  });
}

TEST(TlsContext, RefusesAKeyOfAnotherCertificate) {
  TlsWorld tls(4);
  tls.world.Run([&] {
    tls.PutFiles();
    PutFile(tls.server_host.disk, "server.key", tls.authority.Issue({}).key);
    EXPECT_THAT(
        ServerError(tls, tls.ServerOptions()),
        AllOf(HasSubstr("key_file server.key: is not the key of the certificate in server.pem"),
              HasSubstr("CN=server")));
  });
}

TEST(TlsContext, RefusesACertificateOutOfItsTime) {
  TlsWorld tls(5);
  tls.world.Run([&] {
    tls.PutFiles();
    PutPair(tls.server_host.disk, "server",
            tls.authority.Issue(
                {.common_name = "old", .valid_from = hours(-2), .valid_until = hours(-1)}));
    EXPECT_THAT(ServerError(tls, tls.ServerOptions()),
                AllOf(HasSubstr("certificate_file server.pem: the certificate of CN=old expired on "
                                "2027-"),
                      HasSubstr("issue a new one")));
    PutPair(tls.server_host.disk, "server", tls.authority.Issue({.valid_from = hours(1)}));
    EXPECT_THAT(ServerError(tls, tls.ServerOptions()), HasSubstr("is the clock right?"));
  });
}

// Made by: openssl genpkey -algorithm ed25519 -aes128 -pass pass:x
constexpr const char* kEncryptedKey =
    "-----BEGIN ENCRYPTED PRIVATE KEY-----\n"
    "MIGbMFcGCSqGSIb3DQEFDTBKMCkGCSqGSIb3DQEFDDAcBAi/9LqyBb2qvQICCAAw\n"
    "DAYIKoZIhvcNAgkFADAdBglghkgBZQMEAQIEEIli/hpS8grR5ivEdCUvtMsEQN4x\n"
    "TKleutpOqwFNMIaZZCwhnt2xxhC6JotbnaZSxq/I8AVBuCIfvvWwNVk6IvcuWdoT\n"
    "q4wQ5NOneqbpZ1O8bDo=\n"
    "-----END ENCRYPTED PRIVATE KEY-----\n";

TEST(TlsContext, RefusesFilesThatHoldSomethingElse) {
  TlsWorld tls(6);
  tls.world.Run([&] {
    tls.PutFiles();
    fiber::Disk& disk = tls.server_host.disk;
    const TestPair pair = tls.authority.Issue({});
    const auto error_with = [&](const std::string& certificate, const std::string& key,
                                const std::string& ca) {
      PutFile(disk, "server.pem", certificate);
      PutFile(disk, "server.key", key);
      PutFile(disk, "ca.pem", ca);
      return ServerError(tls, tls.ServerOptions());
    };
    const std::string& ca = tls.authority.certificate();
    EXPECT_THAT(error_with(pair.key, pair.key, ca),
                HasSubstr("certificate_file server.pem: holds no \"-----BEGIN CERTIFICATE-----\""));
    EXPECT_THAT(error_with("", pair.key, ca), HasSubstr("certificate_file server.pem: holds no"));
    EXPECT_THAT(error_with(pair.certificate.substr(0, 200), pair.key, ca),
                AllOf(HasSubstr("holds a damaged certificate"), HasSubstr("OpenSSL: ")));
    EXPECT_THAT(error_with(pair.certificate, pair.certificate, ca),
                HasSubstr("key_file server.key: holds no private key"));
    EXPECT_THAT(error_with(pair.certificate, kEncryptedKey, ca),
                HasSubstr("key_file server.key: is encrypted; write it without passphrase"));
    EXPECT_THAT(error_with(pair.certificate, pair.key, "nothing"),
                HasSubstr("ca_file ca.pem: holds no"));
    EXPECT_THAT(error_with(pair.certificate, pair.key, std::string(kPemBytesMax + 1, 'x')),
                HasSubstr("ca_file ca.pem: has 1048577 bytes, at most 1048576"));
  });
}

TEST(TlsContext, SendsTheChainOfItsFile) {
  TlsWorld tls(7);
  tls.world.Run([&] {
    tls.PutFiles();
    const TestPair pair = tls.authority.Issue({.names = {"DNS:s"}});
    PutFile(tls.server_host.disk, "server.pem", pair.certificate + tls.authority.certificate());
    PutFile(tls.server_host.disk, "server.key", pair.key);
    TlsEnds ends =
        ConnectTls(tls, *tls.Server(tls.ServerOptions()), *tls.Client(tls.ClientOptions()));
    EXPECT_TRUE(ends.client.ok()) << ends.client.status().ToString();
  });
}

TEST(TlsReload, NewHandshakesUseTheNewAndOldConnectionsGoOn) {
  TlsWorld tls(8);
  tls.world.Run([&] {
    tls.PutFiles();
    auto server = tls.Server(tls.ServerOptions());
    auto client = tls.Client(tls.ClientOptions());
    TlsEnds old = ConnectTls(tls, *server, *client);
    const std::string serial = server->status().serial;
    PutPair(tls.server_host.disk, "server",
            tls.authority.Issue({.names = {"DNS:s", "URI:spiffe://corp/music/renewed"}}));
    ASSERT_TRUE(server->Reload().ok());
    EXPECT_NE(server->status().serial, serial);
    EXPECT_EQ(server->status().loads, 2U);
    TlsEnds fresh = ConnectTls(tls, *server, *client);
    EXPECT_EQ((*old.client)->identity().name, "music/catalog");
    EXPECT_EQ((*fresh.client)->identity().name, "music/renewed");
    for (TlsEnds* ends : {&old, &fresh}) {
      ASSERT_TRUE(WriteText(**ends->client, "still here").ok());
      EXPECT_EQ(ReadText(**ends->server, 10), "still here");
    }
  });
}

TEST(TlsReload, AFailedOneKeepsTheOldAndSaysWhy) {
  TlsWorld tls(9);
  tls.world.Run([&] {
    tls.PutFiles();
    auto server = tls.Server(tls.ServerOptions());
    const std::string serial = server->status().serial;
    PutFile(tls.server_host.disk, "server.pem", "rubbish");
    EXPECT_EQ(server->Reload().code(), StatusCode::kInvalidArgument);
    EXPECT_EQ(server->status().serial, serial);
    EXPECT_THAT(server->status().last_error, HasSubstr("server.pem: holds no"));
    EXPECT_EQ(server->status().last_error_at, tls.server_host.clock.WallNow());
    EXPECT_TRUE(ConnectTls(tls, *server, *tls.Client(tls.ClientOptions())).client.ok());
    tls.PutFiles();
    EXPECT_TRUE(server->Reload().ok());
    EXPECT_EQ(server->status().last_error, "");
  });
}

TEST(TlsReload, HappensByItselfUnderTraffic) {
  TlsWorld tls(10);
  tls.world.Run([&] {
    tls.PutFiles();
    auto server = tls.Server(tls.ServerOptions());
    auto client = tls.Client(tls.ClientOptions());
    const TlsReloader reloader(server);
    TlsEnds old = ConnectTls(tls, *server, *client);
    bool stop = false;
    size_t sent = 0;
    size_t got = 0;
    fiber::JoinHandle writing = fiber::Start([&] {
      for (; !stop; sent += 9'000) {
        EXPECT_TRUE(WriteText(**old.client, std::string(9'000, 'x')).ok());
        EXPECT_TRUE(fiber::SleepFor(std::chrono::milliseconds(10)).ok());
      }
      (*old.client)->Close();
    });
    fiber::JoinHandle reading =
        fiber::Start([&] { got = ReadText(**old.server, SIZE_MAX).size(); });
    for (uint64_t round = 2; round < 6; ++round) {
      tls.PutFiles();
      ASSERT_TRUE(fiber::SleepFor(3 * kTlsPollInterval).ok());
      EXPECT_EQ(server->status().loads, round);
      EXPECT_TRUE(ConnectTls(tls, *server, *client).client.ok());
    }
    stop = true;
    writing.Join();
    reading.Join();
    EXPECT_GT(sent, 9'000'000U);
    EXPECT_EQ(got, sent);
  });
}

TEST(TlsReload, TriesRubbishOnce) {
  TlsWorld tls(11);
  tls.world.Run([&] {
    tls.PutFiles();
    auto server = tls.Server(tls.ServerOptions());
    const TlsReloader reloader(server);
    const Status removed = tls.server_host.disk.Remove("server.key");
    ASSERT_TRUE(removed.ok());
    ASSERT_TRUE(fiber::SleepFor(3 * kTlsPollInterval).ok());
    const TlsStatus failed = server->status();
    EXPECT_THAT(failed.last_error, HasSubstr("key_file: cannot be read"));
    ASSERT_TRUE(fiber::SleepFor(10 * kTlsPollInterval).ok());
    EXPECT_EQ(server->status().last_error_at, failed.last_error_at);
    EXPECT_EQ(server->status().loads, 1U);
  });
}

}  // namespace
}  // namespace bellrock::rpc
