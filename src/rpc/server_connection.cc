// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "rpc/server_connection.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "fiber/fiber.h"
#include "rpc/sniff.h"

namespace bellrock::rpc {
namespace {
// After the goaway a client that is silent for this long has nothing more on its way.
constexpr Duration kDrainGrace = std::chrono::milliseconds(500);
}  // namespace

ServerConnection::ServerConnection(ServerState& state, fiber::Loop& loop,
                                   std::unique_ptr<fiber::Stream> stream)
    : state_(state),
      link_(loop, state.environment.clock, std::move(stream)),
      peer_(link_.stream().peer().ToString()) {}

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
    case Protocol::kUnknown:
      state_.refusals.Note(Refusal::kUnknownProtocol, peer_, GuessForeign(link_.input().view()),
                           link_.clock().Now());
      break;
    case Protocol::kNeedMore:
      break;  // closed or timed out before it said anything
  }
  link_.Finish(UnavailableError("the connection ended"));
}

Protocol ServerConnection::ReadPreface() {
  fiber::ScopedDeadline deadline(link_.clock().Now() + state_.options.preface_timeout);
  for (;;) {
    const std::string_view first = link_.input().view();
    const Protocol protocol = first.empty() ? Protocol::kNeedMore : Sniff(first);
    if (protocol != Protocol::kNeedMore) return protocol;
    Result<bool> more = link_.ReadMore();
    if (more.ok() && *more) continue;
    if (!more.ok() && more.status().code() == StatusCode::kDeadlineExceeded) {
      state_.refusals.Note(Refusal::kHalfOpen, peer_,
                           fmt::format("sent {} bytes and then nothing", first.size()),
                           link_.clock().Now());
    }
    return Protocol::kNeedMore;
  }
}

bool ServerConnection::Busy() const {
  if (native_ != nullptr) return native_->calls_in_flight() > 0;
  // An answer that makes no progress must not hold an HTTP connection open: see Sweep().
  return http_ != nullptr && http_->busy() && link_.output().empty();
}

void ServerConnection::Sweep(Time now) {
  if (link_.closed() || Busy()) return;
  const Duration silent = now - link_.last_progress();
  if (draining_) {
    const bool http_idle = http_ != nullptr && !http_->busy();
    const bool quiet = silent >= kDrainGrace && now - drained_at_ >= kDrainGrace;
    if (http_idle || (quiet && link_.output().empty())) {
      return Close(UnavailableError("the server is shutting down"));
    }
  }
  if (silent < state_.options.idle_timeout) return;
  state_.refusals.Note(Refusal::kIdle, peer_, "nothing sent or read and nothing in flight", now);
  Close(UnavailableError("the connection was idle for too long"));
}

void ServerConnection::Close(Status why) {
  if (draining_ && native_ != nullptr) native_->LastWord();
  link_.Close(std::move(why));
}

void ServerConnection::Drain() {
  if (draining_) return;
  draining_ = true;
  drained_at_ = link_.clock().Now();
  if (native_ != nullptr) native_->Goaway();
  if (http_ != nullptr) http_->CloseWhenIdle();
}

}  // namespace bellrock::rpc
