// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "routing/proxy/http2_connection.h"

#include <array>
#include <utility>

#include "fiber/fiber.h"
#include "routing/proxy/shard.h"

namespace bellrock::routing::proxy {
namespace {

using rpc::http2::ErrorCode;
using rpc::http2::HeaderField;
using rpc::http2::HeadersEnd;
using rpc::http2::HeadersKind;

constexpr uint64_t kDrainPing = 1;

rpc::http2::SessionOptions OptionsFrom(const Limits& limits) {
  return {.streams_max = limits.http2_streams_max,
          .stream_window_bytes = limits.http2_window_bytes,
          .connection_window_bytes = limits.http2_connection_window_bytes,
          .header_bytes_max = limits.head_bytes_max};
}

}  // namespace

Http2Connection::Http2Connection(Shard& shard, const ListenSpec& spec,
                                 std::unique_ptr<fiber::Stream> stream,
                                 std::string_view first_bytes)
    : shard_(shard),
      spec_(spec),
      client_host_(stream->peer().host()),
      link_(*fiber::Loop::Current(), shard.clock(), std::move(stream)),
      flood_guard_(shard.limits().http2_streams_max),
      session_(rpc::http2::Role::kServer, link_, *this, OptionsFrom(shard.limits())),
      idle_since_(shard.now()) {
  link_.input().Append(first_bytes);
  session_.Start();
}

Http2Connection::~Http2Connection() = default;

void Http2Connection::Run() {
  const Status why = session_.Serve();
  link_.Close(why);
  for (Http2Exchange* exchange = exchanges_; exchange != nullptr;) {
    Http2Exchange* const next = exchange->next;
    exchange->Abandon();
    exchange = next;
  }
  {
    // Some wait for an instance; each wait is bounded.
    fiber::ScopedShield shield;
    while (exchanges_ != nullptr) (void)no_exchanges_.Wait();
  }
  session_.Finish();
  link_.Finish(why);
}

void Http2Connection::OnHeadersEnd(const HeadersEnd& end) {
  if (end.kind == HeadersKind::kRequest) return Start(end);
  if (end.stream != nullptr) Http2Exchange::Of(*end.stream).OnTrailers(block_);
}

void Http2Connection::Start(const HeadersEnd& end) {
  if (end.too_large) {
    constexpr std::array<HeaderField, 2> kTooLarge = {
        {{":status", "431"}, {"content-length", "0"}}};
    return session_.Refuse(end.id, kTooLarge);
  }
  auto* exchange = std::make_unique<Http2Exchange>(*this, block_).release();
  exchange->next = std::exchange(exchanges_, exchange);  // Remove() takes it back
  if (exchange->next != nullptr) exchange->next->previous = exchange;
  exchange->Begin(end);
}

void Http2Connection::Remove(Http2Exchange& removed) {
  const std::unique_ptr<Http2Exchange> exchange(&removed);
  (exchange->previous != nullptr ? exchange->previous->next : exchanges_) = exchange->next;
  if (exchange->next != nullptr) exchange->next->previous = exchange->previous;
  if (exchanges_ != nullptr) return;
  idle_since_ = shard_.now();
  no_exchanges_.WakeAll();
}

Status Http2Connection::OnControl(rpc::http2::Control control) {
  return flood_guard_.Note(control, link_.last_read());
}

void Http2Connection::BeginDrain() {
  if (std::exchange(draining_, true)) return;
  session_.ShutdownNotice();
  // When its answer is here, so is every request that was sent before the notice arrived.
  session_.Ping(kDrainPing);
}

void Http2Connection::OnPong(uint64_t opaque) {
  if (opaque != kDrainPing || !draining_) return;
  session_.Goaway(ErrorCode::kNoError);
  idle_since_ = shard_.now();
}

void Http2Connection::CloseIfDrained() {
  if (exchanges_ != nullptr || !link_.output().empty()) return;
  session_.Goaway(ErrorCode::kNoError);
  session_.FlushNow();
  link_.Close(UnavailableError("drained"));
}

void Http2Connection::Sweep(Time now) {
  const Limits& limits = shard_.limits();
  for (Http2Exchange* exchange = exchanges_; exchange != nullptr;) {
    Http2Exchange* const next = exchange->next;
    exchange->Sweep(now);
    exchange = next;
  }
  if (draining_) return CloseIfDrained();
  if (exchanges_ == nullptr && now - idle_since_ >= limits.idle_timeout) BeginDrain();
  if (!link_.output().empty() && now - link_.last_progress() >= limits.answer_timeout) {
    link_.Close(UnavailableError("the client does not read"));
  }
}

}  // namespace bellrock::routing::proxy
