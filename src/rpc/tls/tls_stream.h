// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "bellrock/status.h"
#include "bellrock/time.h"
#include "fiber/environment.h"
#include "rpc/tls/peer_identity.h"

namespace bellrock::rpc {

class TlsSession;

// A stream inside TLS over any other stream. Made by TlsContext, which has done the handshake;
// belongs to the loop of the stream it wraps.
//
// TryWrite() counts bytes only when the inner stream has taken all of the records they are in, so
// that whoever has written everything and closes loses nothing. Records that the inner stream took
// in part lie here, at most kRecordsBytesMax of them, and their bytes must be offered again: after
// a short write, write on from the first byte not taken, as with any stream.
//
// Read() gives 0 if the peer said that it ends, and kUnavailable if the connection ended without
// that word: somebody cut it, and what was read may lack its end.
class TlsStream final : public fiber::Stream {
 public:
  // Plain bytes encrypted before the inner stream is offered them.
  static constexpr size_t kRecordsBytesMax = 32 << 10;

  TlsStream(std::unique_ptr<fiber::Stream> inner, std::unique_ptr<TlsSession> session);
  ~TlsStream() override;

  // Blocks the fiber until done. `first_bytes` were read from the inner stream already.
  // kDeadlineExceeded; kUnauthenticated if certificates are why; kUnavailable if the peer went;
  // kInvalidArgument if it does not speak TLS.
  Status Handshake(std::string_view first_bytes, Time deadline);

  Result<size_t> Read(std::span<std::byte> buffer) override;
  Result<size_t> TryWrite(std::span<const iovec> parts) override;
  Status WaitWritable() override;
  Status WriteAll(std::span<const std::byte> bytes) override;
  // Offers the word that we end (close_notify) to the inner stream, once and without waiting.
  void Close() override;
  const Address& local() const override;
  const Address& peer() const override;

  // What was negotiated: "h2", ... or "" if nothing was.
  const std::string& alpn() const;
  // Of the verified certificate; without one its name is "".
  const PeerIdentity& identity() const;
  std::string_view version() const;  // "TLSv1.3"
  // The connection ended without the peer's word.
  bool truncated() const { return truncated_; }

 private:
  Status DoHandshake();
  Status Fill(size_t wanted);
  Result<bool> Flush();
  Result<size_t> CreditAhead(std::span<const iovec> parts);
  Status Named(const Status& status) const;
  Status Gone() const;

  std::unique_ptr<fiber::Stream> inner_;
  std::unique_ptr<TlsSession> session_;
  // Plain bytes that are in records but were not yet reported as taken.
  std::string ahead_;
  bool closed_ = false;
  bool truncated_ = false;
};

}  // namespace bellrock::rpc
