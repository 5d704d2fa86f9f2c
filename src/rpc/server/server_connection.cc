// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "rpc/server/server_connection.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "fiber/fiber.h"
#include "rpc/error_catalog.h"
#include "rpc/server/sniff.h"
#include "rpc/tls/tls_context.h"

namespace bellrock::rpc {
namespace {
// After the goaway a client that is silent for this long has nothing more on its way.
constexpr Duration kDrainGrace = std::chrono::milliseconds(500);
}  // namespace

ServerConnection::ServerConnection(ServerState& state, fiber::Loop& loop,
                                   std::unique_ptr<fiber::Stream> stream)
    : state_(state),
      link_(loop, state.environment.clock, std::move(stream)),
      peer_(link_.stream().peer().ToString()),
      opened_(link_.clock().Now()) {}

void ServerConnection::Serve() {
  switch (ReadPreface()) {
    case Protocol::kNative:
      link_.input().Consume(kPreface.size());
      native_ = std::make_unique<NativeConnection>(state_, link_, peer_, identity_);
      if (draining_) native_->Goaway();
      native_->Serve();
      break;
    case Protocol::kHttp1:
      http_ = std::make_unique<HttpConnection>(state_, link_, peer_, identity_);
      http_->Serve();
      break;
    case Protocol::kHttp2:
      grpc_ = std::make_unique<http2::Http2Connection>(state_, link_, peer_, identity_);
      if (draining_) grpc_->Drain();
      grpc_->Serve();
      break;
    case Protocol::kTls:
    case Protocol::kUnknown:
    case Protocol::kNeedMore:
      break;  // refused, closed, or timed out before it said anything
  }
  link_.Finish(UnavailableError(Numbered(ErrorNumber::kConnectionBroke, "the connection ended")));
}

Protocol ServerConnection::ReadPreface() {
  const Time until = link_.clock().Now() + state_.options.preface_timeout;
  fiber::ScopedDeadline deadline(until);
  Protocol protocol = ReadProtocol();
  if (protocol == Protocol::kTls && state_.options.tls != nullptr) {
    if (Status status = BeginTls(until); !status.ok()) {
      Refuse(Refusal::kBadTls, status.message());
      return Protocol::kNeedMore;
    }
    protocol = ReadProtocol();
  }
  return Admitted(protocol);
}

Protocol ServerConnection::ReadProtocol() {
  for (;;) {
    const std::string_view first = link_.input().view();
    const Protocol protocol = first.empty() ? Protocol::kNeedMore : Sniff(first);
    if (protocol != Protocol::kNeedMore) return protocol;
    Result<bool> more = link_.ReadMore();
    if (more.ok() && *more) continue;
    if (!more.ok() && more.status().code() == StatusCode::kDeadlineExceeded) {
      Refuse(Refusal::kHalfOpen, fmt::format("sent {} bytes and then nothing", first.size()));
    }
    return Protocol::kNeedMore;
  }
}

// The stream lies in the link from before the handshake, so that closing the link ends that too.
Status ServerConnection::BeginTls(Time deadline) {
  TlsContext& context = *state_.options.tls;
  link_.Wrap([&](std::unique_ptr<fiber::Stream> plain) {
    std::unique_ptr<TlsStream> wrapped = context.Wrap(std::move(plain));
    tls_ = wrapped.get();
    return wrapped;
  });
  const std::string first(link_.input().view());
  link_.input().Consume(first.size());
  BELLROCK_TRY(context.Handshake(*tls_, first, deadline));
  identity_ = tls_->identity().name;
  return Status::Ok();
}

Protocol ServerConnection::Admitted(Protocol protocol) {
  if (protocol == Protocol::kNeedMore) return protocol;
  if (protocol == Protocol::kTls || protocol == Protocol::kUnknown) {
    Refuse(Refusal::kUnknownProtocol, GuessForeign(link_.input().view()));
    return Protocol::kUnknown;
  }
  if (tls_ == nullptr && state_.options.tls_required) {
    Refuse(Refusal::kPlainText, "this port wants TLS (tls_required)");
    return Protocol::kUnknown;
  }
  if (tls_ != nullptr && !tls_->alpn().empty() && tls_->alpn() != AlpnOf(protocol)) {
    Refuse(Refusal::kUnknownProtocol, fmt::format("agreed on {} and speaks another", tls_->alpn()));
    return Protocol::kUnknown;
  }
  return protocol;
}

void ServerConnection::Refuse(Refusal reason, std::string_view detail) {
  state_.refusals.Note(reason, peer_, detail, link_.clock().Now());
}

bool ServerConnection::Busy() const {
  if (native_ != nullptr) return native_->calls_in_flight() > 0;
  if (grpc_ != nullptr) return grpc_->calls_in_flight() > 0;
  // An answer that makes no progress must not hold an HTTP connection open: see Sweep().
  return http_ != nullptr && http_->busy() && link_.output().empty();
}

void ServerConnection::Sweep(Time now) {
  if (grpc_ != nullptr && !link_.closed()) grpc_->Sweep(now);
  if (link_.closed() || Busy()) return;
  const Duration silent = now - link_.last_progress();
  if (draining_) {
    const bool http_idle = http_ != nullptr && !http_->busy();
    const bool quiet = silent >= kDrainGrace && now - drained_at_ >= kDrainGrace;
    if (http_idle || (quiet && link_.output().empty())) {
      return Close(UnavailableError(
          Numbered(ErrorNumber::kShutDownBeforeTaken, "the server is shutting down")));
    }
  }
  if (silent < state_.options.idle_timeout) return;
  Refuse(Refusal::kIdle, "nothing sent or read and nothing in flight");
  Close(UnavailableError(
      Numbered(ErrorNumber::kConnectionIdle, "the connection was idle for too long")));
}

size_t ServerConnection::calls_in_flight() const {
  if (native_ != nullptr) return native_->calls_in_flight();
  if (grpc_ != nullptr) return grpc_->calls_in_flight();
  return http_ != nullptr && http_->busy() ? 1 : 0;
}

ConnectionRow ServerConnection::Row(Time now) const {
  ConnectionRow row;
  row.peer = peer_;
  row.identity = identity_;
  row.protocol = native_ != nullptr ? "native"
                 : http_ != nullptr ? "http/1.1"
                 : grpc_ != nullptr ? "http/2"
                                    : "";
  row.age = now - opened_;
  row.silent = now - link_.last_progress();
  row.in_flight = calls_in_flight();
  row.bytes_in = link_.bytes_in();
  row.bytes_out = link_.bytes_out();
  row.queued_bytes = link_.output().size();
  return row;
}

std::vector<const ServedCall*> ServerConnection::Calls() const {
  if (grpc_ != nullptr) return grpc_->Calls();
  return native_ != nullptr ? native_->Calls() : std::vector<const ServedCall*>();
}

void ServerConnection::Close(Status why) {
  if (draining_ && native_ != nullptr) native_->LastWord();
  if (draining_ && grpc_ != nullptr) grpc_->Goaway();
  link_.Close(std::move(why));
}

void ServerConnection::Drain() {
  if (draining_) return;
  draining_ = true;
  drained_at_ = link_.clock().Now();
  if (native_ != nullptr) native_->Goaway();
  if (grpc_ != nullptr) grpc_->Drain();
  if (http_ != nullptr) http_->CloseWhenIdle();
}

}  // namespace bellrock::rpc
