// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
// Peers that a TlsContext would never make: OpenSSL's own client, in memory.
#include "rpc/tls/tls_session.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

#include "rpc/tls/buffer_bio.h"
#include "rpc/tls/test_authority.h"

namespace bellrock::rpc {
namespace {

using ::testing::HasSubstr;

constexpr WallTime kNow{std::chrono::seconds(1'800'000'000)};

std::shared_ptr<const Credentials> ServerCredentials() {
  const TestPair pair = TestAuthority("Authority", kNow).Issue({.common_name = "server"});
  auto made = MakeCredentials(TlsRole::kServer, {.certificate_file = "a", .key_file = "b"},
                              {.certificate = pair.certificate, .key = pair.key, .ca = {}}, kNow);
  EXPECT_TRUE(made.ok()) << made.status().ToString();
  return *made;
}

// A client that does as the test says, and the session under test.
class Duel {
 public:
  explicit Duel(int version) {
    server = std::make_unique<TlsSession>(TlsRole::kServer, ServerCredentials(),
                                          TlsExpectation{.now = kNow});
    context_ = SSL_CTX_new(TLS_client_method());
    SSL_CTX_set_security_level(context_, 0);
    SSL_CTX_set_min_proto_version(context_, TLS1_VERSION);
    SSL_CTX_set_max_proto_version(context_, version);
    client = SSL_new(context_);
    BIO* bio = NewBufferBio(buffers_);
    SSL_set_bio(client, bio, bio);
    SSL_set_connect_state(client);
  }
  ~Duel() {
    SSL_free(client);
    SSL_CTX_free(context_);
  }

  void Exchange() {
    server->input().Append(from_client_.view());
    from_client_.Consume(from_client_.size());
    to_client_.Append(server->output().view());
    server->output().Consume(server->output().size());
  }
  TlsSession::Step Shake() {
    TlsSession::Step step = TlsSession::Step::kNeedsInput;
    for (int round = 0; round < 5; ++round) {
      SSL_do_handshake(client);
      Exchange();
      step = server->Handshake();
      Exchange();
    }
    return step;
  }
  std::string Say(const std::string& text) {
    SSL_write(client, text.data(), static_cast<int>(text.size()));
    return Receive();
  }
  std::string Receive() {
    Exchange();
    std::string got(1000, '\0');
    got.resize(server->Decrypt(std::as_writable_bytes(std::span(got))));
    Exchange();
    return got;
  }

  std::unique_ptr<TlsSession> server;
  SSL* client = nullptr;

 private:
  ByteBuffer to_client_;
  ByteBuffer from_client_;
  BioBuffers buffers_{to_client_, from_client_};
  SSL_CTX* context_ = nullptr;
};

TEST(TlsSession, SpeaksTls12And13) {
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    Duel duel(version);
    ASSERT_EQ(duel.Shake(), TlsSession::Step::kDone) << duel.server->failure().ToString();
    EXPECT_EQ(duel.server->version(), version == TLS1_2_VERSION ? "TLSv1.2" : "TLSv1.3");
    EXPECT_EQ(duel.Say("hello"), "hello");
  }
}

TEST(TlsSession, RefusesOldVersions) {
  Duel duel(TLS1_1_VERSION);
  EXPECT_EQ(duel.Shake(), TlsSession::Step::kFailed);
  EXPECT_THAT(std::string(duel.server->failure().message()), HasSubstr("older than 1.2"));
}

TEST(TlsSession, RefusesRenegotiation) {
  Duel duel(TLS1_2_VERSION);
  ASSERT_EQ(duel.Shake(), TlsSession::Step::kDone);
  ASSERT_EQ(SSL_renegotiate(duel.client), 1);
  EXPECT_EQ(SSL_do_handshake(duel.client), -1) << "it waits for an answer";
  EXPECT_EQ(duel.Receive(), "");
  ERR_clear_error();
  EXPECT_EQ(SSL_do_handshake(duel.client), -1);
  EXPECT_EQ(ERR_GET_REASON(ERR_peek_error()), SSL_R_NO_RENEGOTIATION);
}

TEST(TlsSession, FollowsNewKeys) {
  Duel duel(TLS1_3_VERSION);
  ASSERT_EQ(duel.Shake(), TlsSession::Step::kDone);
  ASSERT_EQ(SSL_key_update(duel.client, SSL_KEY_UPDATE_REQUESTED), 1);
  EXPECT_EQ(duel.Say("with new keys"), "with new keys");
  const std::string answer = "and back";
  ASSERT_TRUE(duel.server->Encrypt(std::as_bytes(std::span(answer))).ok());
  duel.Exchange();
  char buffer[100];
  const int got = SSL_read(duel.client, buffer, sizeof(buffer));
  EXPECT_EQ(std::string(buffer, static_cast<size_t>(std::max(got, 0))), answer);
}

TEST(TlsSession, CutsOffWhoAsksForNewKeysAgainAndAgain) {
  Duel duel(TLS1_3_VERSION);
  ASSERT_EQ(duel.Shake(), TlsSession::Step::kDone);
  for (int i = 0; i < kKeyUpdatesMax; ++i) {
    ASSERT_EQ(SSL_key_update(duel.client, SSL_KEY_UPDATE_REQUESTED), 1);
    ASSERT_EQ(duel.Say("x"), "x") << i;
  }
  SSL_key_update(duel.client, SSL_KEY_UPDATE_REQUESTED);
  duel.Say("x");
  EXPECT_EQ(duel.server->failure().code(), StatusCode::kResourceExhausted);
  EXPECT_THAT(std::string(duel.server->failure().message()), HasSubstr("kKeyUpdatesMax"));
}

TEST(TlsSession, KeepsNoSessionToResume) {
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    Duel duel(version);
    ASSERT_EQ(duel.Shake(), TlsSession::Step::kDone);
    char byte;
    SSL_read(duel.client, &byte, 1);  // where TLS 1.3 would bring tickets
    EXPECT_EQ(SSL_SESSION_has_ticket(SSL_get_session(duel.client)), 0);
    EXPECT_EQ(SSL_SESSION_is_resumable(SSL_get_session(duel.client)), 0) << version;
  }
}

}  // namespace
}  // namespace bellrock::rpc
