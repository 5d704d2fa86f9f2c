// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "rpc/tls/tls_stream.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <utility>

#include "fiber/fiber.h"
#include "rpc/error_catalog.h"
#include "rpc/tls/tls_session.h"

namespace bellrock::rpc {
namespace {

// One read from the inner stream: about what the caller wants, and what TLS adds to it.
constexpr size_t kReadBytesMin = 4 << 10;
constexpr size_t kReadBytesMax = 64 << 10;
constexpr size_t kRecordOverhead = 512;

std::span<const std::byte> Bytes(const iovec& part) {
  return {static_cast<const std::byte*>(part.iov_base), part.iov_len};
}

// Walks over the bytes of parts, piece by piece.
class PartsCursor {
 public:
  explicit PartsCursor(std::span<const iovec> parts) : parts_(parts) {}

  // The next bytes that lie together, at most `max`; empty at the end.
  std::span<const std::byte> Next(size_t max) {
    while (index_ < parts_.size() && offset_ == parts_[index_].iov_len) {
      ++index_;
      offset_ = 0;
    }
    if (index_ == parts_.size()) return {};
    const auto piece = Bytes(parts_[index_]).subspan(offset_);
    const size_t size = std::min(piece.size(), max);
    offset_ += size;
    return piece.first(size);
  }

 private:
  std::span<const iovec> parts_;
  size_t index_ = 0;
  size_t offset_ = 0;
};

}  // namespace

TlsStream::TlsStream(std::unique_ptr<fiber::Stream> inner, std::unique_ptr<TlsSession> session)
    : inner_(std::move(inner)), session_(std::move(session)) {}

TlsStream::~TlsStream() {
  TlsStream::Close();
}

Status TlsStream::Handshake(std::string_view first_bytes, Time deadline) {
  fiber::ScopedDeadline scoped(deadline);
  session_->input().Append(first_bytes);
  Status status = DoHandshake();
  if (status.ok()) return status;
  (void)Flush();  // the alert that tells the peer why
  if (status.code() == StatusCode::kDeadlineExceeded) {
    status =
        DeadlineExceededError(Numbered(ErrorNumber::kTlsHandshake, "was not finished in time"));
  }
  session_->Fail(status);
  return status.WithContext(fmt::format("TLS handshake with {}", peer().ToString()));
}

Status TlsStream::DoHandshake() {
  for (;;) {
    const TlsSession::Step step = session_->Handshake();
    for (;;) {
      BELLROCK_ASSIGN(const bool sent, Flush());
      if (sent || step == TlsSession::Step::kFailed) break;
      BELLROCK_TRY(inner_->WaitWritable());
    }
    if (step == TlsSession::Step::kDone) return Status::Ok();
    if (step == TlsSession::Step::kFailed) return session_->failure();
    BELLROCK_TRY(Fill(kReadBytesMin));
  }
}

// Blocks until ciphertext came.
Status TlsStream::Fill(size_t wanted) {
  const size_t size = std::clamp(wanted + kRecordOverhead, kReadBytesMin, kReadBytesMax);
  char* to = session_->input().Reserve(size);
  BELLROCK_ASSIGN(const size_t got, inner_->Read({reinterpret_cast<std::byte*>(to), size}));
  session_->input().Commit(got);
  if (got > 0) return Status::Ok();
  truncated_ = true;
  session_->Fail(UnavailableError(Numbered(
      ErrorNumber::kTlsBroke, "the peer ended the connection without TLS's closing word")));
  return session_->failure();
}

// True: the inner stream has all ciphertext there was.
Result<bool> TlsStream::Flush() {
  ByteBuffer& output = session_->output();
  while (!output.empty()) {
    const std::string_view bytes = output.view();
    const iovec part{const_cast<char*>(bytes.data()), bytes.size()};
    BELLROCK_ASSIGN(const size_t taken, inner_->TryWrite({&part, 1}));
    if (taken == 0) return false;
    output.Consume(taken);
  }
  return true;
}

Result<size_t> TlsStream::Read(std::span<std::byte> buffer) {
  for (;;) {
    if (closed_) return Gone();
    const size_t got = session_->Decrypt(buffer);
    if (got > 0 || buffer.empty()) return got;
    if (session_->peer_ended()) return size_t{0};
    if (!session_->failure().ok()) {
      (void)Flush();  // the alert that tells the peer why
      return Named(session_->failure());
    }
    BELLROCK_TRY(Fill(buffer.size()));
  }
}

Result<size_t> TlsStream::TryWrite(std::span<const iovec> parts) {
  if (closed_) return Gone();
  if (!session_->failure().ok()) return Named(session_->failure());
  BELLROCK_ASSIGN(bool sent, Flush());
  if (!sent) return size_t{0};
  BELLROCK_ASSIGN(size_t taken, CreditAhead(parts));
  PartsCursor cursor(parts);
  for (size_t skip = taken; skip > 0;) skip -= cursor.Next(skip).size();
  while (ahead_.empty()) {
    size_t size = 0;
    const PartsCursor begin = cursor;
    while (size < kRecordsBytesMax) {
      const auto piece = cursor.Next(kRecordsBytesMax - size);
      if (piece.empty()) break;
      BELLROCK_TRY(session_->Encrypt(piece));
      size += piece.size();
    }
    if (size == 0) break;
    BELLROCK_ASSIGN(sent, Flush());
    if (sent) {
      taken += size;
      continue;
    }
    PartsCursor again = begin;
    while (ahead_.size() < size) {
      const auto piece = again.Next(size - ahead_.size());
      ahead_.append(reinterpret_cast<const char*>(piece.data()), piece.size());
    }
  }
  return taken;
}

// All records have gone: what was ahead counts as taken now, as far as it is offered again.
Result<size_t> TlsStream::CreditAhead(std::span<const iovec> parts) {
  PartsCursor cursor(parts);
  size_t credited = 0;
  while (credited < ahead_.size()) {
    const auto piece = cursor.Next(ahead_.size() - credited);
    if (piece.empty()) break;
    if (std::memcmp(piece.data(), ahead_.data() + credited, piece.size()) != 0) {
      return InternalError(Numbered(ErrorNumber::kTlsBroke,
                                    "after a short write other bytes were offered than before"));
    }
    credited += piece.size();
  }
  ahead_.erase(0, credited);
  return credited;
}

Status TlsStream::WaitWritable() {
  if (closed_) return Gone();
  BELLROCK_TRY(inner_->WaitWritable());
  return closed_ ? Gone() : Status::Ok();
}

Status TlsStream::WriteAll(std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const iovec part{const_cast<std::byte*>(bytes.data()), bytes.size()};
    BELLROCK_ASSIGN(const size_t count, TryWrite({&part, 1}));
    bytes = bytes.subspan(count);
    if (!bytes.empty()) BELLROCK_TRY(WaitWritable());
  }
  return Status::Ok();
}

void TlsStream::Close() {
  if (std::exchange(closed_, true)) return;
  session_->EndOutput();
  (void)Flush();
  inner_->Close();
}

const Address& TlsStream::local() const {
  return inner_->local();
}

const Address& TlsStream::peer() const {
  return inner_->peer();
}

const std::string& TlsStream::alpn() const {
  return session_->alpn();
}

const PeerIdentity& TlsStream::identity() const {
  return session_->identity();
}

std::string_view TlsStream::version() const {
  return session_->version();
}

Status TlsStream::Named(const Status& status) const {
  return UnavailableError(fmt::format("TLS stream to {}: {}", peer().ToString(), status.message()));
}

Status TlsStream::Gone() const {
  return UnavailableError(
      Numbered(ErrorNumber::kTlsBroke, fmt::format("TLS stream to {}: closed", peer().ToString())));
}

}  // namespace bellrock::rpc
