// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "bellrock/status.h"
#include "rpc/byte_buffer.h"
#include "rpc/tls/credentials.h"
#include "rpc/tls/peer_identity.h"

namespace bellrock::rpc {

// A peer that asks for new keys more often on one connection is cut off: each time costs us work.
inline constexpr int kKeyUpdatesMax = 64;

// What one connection expects of its peer.
struct TlsExpectation {
  std::string server_name{};  // client: DNS name or IP in the server's certificate; "" = any
  std::string server_identity{};
  std::string protocol{};  // client: offered by ALPN instead of the options' list; "" = that list
  WallTime now{};          // when certificates must be valid
};

// One side of a TLS connection without the connection: ciphertext goes into input() and comes out
// of output(), and whoever owns it moves the bytes. Never blocks, belongs to one loop. The first
// failure stays. OpenSSL keeps its errors per thread, so that no call of it may span a point where
// fibers switch; here none does.
class TlsSession {
 public:
  // What cannot be made has its failure() set and refuses the handshake.
  TlsSession(TlsRole role, std::shared_ptr<const Credentials> credentials,
             TlsExpectation expectation);
  ~TlsSession();

  enum class Step { kDone, kNeedsInput, kFailed };
  // Goes on with the handshake. Whatever it says, output() may have bytes for the peer.
  Step Handshake();

  // Decrypts what input() has; how many bytes of `buffer` were filled. 0: needs more input, or
  // peer_ended(), or failure().
  size_t Decrypt(std::span<std::byte> buffer);
  // Appends records with all of `bytes` to output().
  Status Encrypt(std::span<const std::byte> bytes);
  // Appends the word that says we have ended, if the session is in a state to say it.
  void EndOutput();

  ByteBuffer& input() { return input_; }
  ByteBuffer& output() { return output_; }
  // The peer said that it has ended (close_notify).
  bool peer_ended() const { return peer_ended_; }
  const Status& failure() const { return failure_; }
  void Fail(Status why);

  // After the handshake.
  const std::string& alpn() const { return alpn_; }
  const PeerIdentity& identity() const { return identity_; }
  std::string_view version() const;  // "TLSv1.3"; "" if there is no session

 private:
  struct Engine;  // OpenSSL's part

  Status SetUp();
  Status OfferProtocol();
  Status ExpectServer();
  Status Established();
  Status Explain();

  const TlsRole role_;
  const std::shared_ptr<const Credentials> credentials_;
  const TlsExpectation expectation_;
  std::unique_ptr<Engine> engine_;
  ByteBuffer input_;
  ByteBuffer output_;
  bool established_ = false;
  bool peer_ended_ = false;
  Status failure_;
  std::string alpn_;
  PeerIdentity identity_;
};

}  // namespace bellrock::rpc
