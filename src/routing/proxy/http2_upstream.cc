// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "routing/proxy/http2_upstream.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "fiber/fiber.h"

namespace bellrock::routing::proxy {
namespace {

using rpc::http2::ErrorCode;
using rpc::http2::HeadersEnd;

// An instance that is silent for this long while requests wait is asked whether it is still there.
constexpr Duration kPingAfter = std::chrono::seconds(20);
constexpr Duration kPingTimeout = std::chrono::seconds(20);
// Stream ids end at 2^31 - 1; before that a new connection is made.
constexpr int32_t kStreamIdLast = INT32_MAX - 1000;

}  // namespace

rpc::http2::Session& UpstreamStream::session() {
  return *upstream_->session_;
}

void UpstreamStream::Drop(ErrorCode code) {
  if (upstream_ == nullptr) return;
  upstream_->session_->Abandon(*this, code);
  upstream_->Remove(*this);
}

void UpstreamStream::OnClosed(ErrorCode code) {
  leaving_ = upstream_->leaving_;
  upstream_->Remove(*this);
  OnEnded(code);
}

Http2Upstream::Http2Upstream(fiber::Environment environment, Address address, const Limits& limits,
                             fiber::WaitGroup& running)
    : environment_(environment),
      address_(std::move(address)),
      limits_(limits),
      running_(running),
      connect_until_(environment.clock.Now() + limits.connect_timeout),
      idle_since_(connect_until_) {}

Http2Upstream::~Http2Upstream() = default;

Status Http2Upstream::Start() {
  running_.Add();
  const Status spawned =
      fiber::Loop::Current()->Spawn([self = shared_from_this()] { self->Run(); });
  if (!spawned.ok()) running_.Done();
  return spawned;
}

void Http2Upstream::Run() {
  if (Status connected = Connect(); !connected.ok()) {
    End(connected);
  } else {
    session_->Start();
    const Status why = session_->Serve();
    const bool answered = state_ == State::kConnecting && link_->bytes_in() > 0;
    const std::string text = fmt::format("{}: {}", address_.ToString(), why.message());
    End(answered ? UnimplementedError(text + "; does it speak HTTP/2 without TLS?")
                 : UnavailableError(text));
    link_->Finish(why_);
    session_->Finish();
  }
  running_.Done();
}

Status Http2Upstream::Connect() {
  fiber::ScopedDeadline deadline(connect_until_);
  BELLROCK_ASSIGN(auto stream, environment_.network.Connect(address_));
  if (ended()) return why_;
  link_ =
      std::make_unique<rpc::Link>(*fiber::Loop::Current(), environment_.clock, std::move(stream));
  session_ = std::make_unique<rpc::http2::Session>(
      rpc::http2::Role::kClient, *link_, *this,
      rpc::http2::SessionOptions{.stream_window_bytes = limits_.http2_window_bytes,
                                 .connection_window_bytes = limits_.http2_connection_window_bytes,
                                 .header_bytes_max = limits_.head_bytes_max});
  return Status::Ok();
}

bool Http2Upstream::HasRoom() const {
  const size_t taken = streams_.size() + waiting_;
  if (ended() || leaving_ || taken >= limits_.http2_streams_per_upstream_max) return false;
  return !ready() || (session_->open() && taken < session_->peer_streams_max());
}

Status Http2Upstream::WaitReady() {
  ++waiting_;
  const Status waited = decided_.Wait();
  --waiting_;
  BELLROCK_TRY(waited);
  return ended() ? why_ : Status::Ok();
}

bool Http2Upstream::TakeConnectFailure() {
  return !std::exchange(failure_taken_, true);
}

void Http2Upstream::OnSettings() {
  if (state_ != State::kConnecting) return;
  state_ = State::kReady;
  idle_since_ = environment_.clock.Now();
  decided_.Set();
}

Status Http2Upstream::Open(UpstreamStream& stream, std::span<const rpc::http2::HeaderField> fields,
                           bool end) {
  BELLROCK_TRY(session_->Open(stream, fields, end));
  if (stream.id() >= kStreamIdLast) leaving_ = true;
  stream.upstream_ = shared_from_this();
  stream.lay_idle_ = streams_.empty();
  stream.place_ = streams_.size();
  streams_.push_back(&stream);
  return Status::Ok();
}

void Http2Upstream::Remove(UpstreamStream& stream) {
  const std::shared_ptr<Http2Upstream> self = std::move(stream.upstream_);
  stream.upstream_ = nullptr;
  streams_[stream.place_] = streams_.back();
  streams_[stream.place_]->place_ = stream.place_;
  streams_.pop_back();
  if (streams_.empty()) idle_since_ = fiber::Loop::Current()->turn_time();
}

void Http2Upstream::OnHeadersEnd(const HeadersEnd& end) {
  pings_.OnData();
  if (end.stream == nullptr) return;
  auto& stream = static_cast<UpstreamStream&>(*end.stream);
  stream.lay_idle_ = false;
  stream.OnBlock(block_, end);
}

void Http2Upstream::OnGoaway(int32_t, ErrorCode, std::string_view) {
  leaving_ = true;  // its streams end in their time; Sweep() then closes it
}

void Http2Upstream::Sweep(Time now) {
  if (ended()) return;
  if (state_ == State::kConnecting) {
    if (now >= connect_until_) {
      End(UnavailableError(
          fmt::format("{}: no HTTP/2 settings came in time", address_.ToString())));
    }
    return;
  }
  if (streams_.empty()) {
    if (!leaving_ && now - idle_since_ < limits_.upstream_idle_timeout) return;
    session_->Goaway(ErrorCode::kNoError);
    session_->FlushNow();
    return End(UnavailableError("it was idle"));
  }
  SweepSilent(now);
}

void Http2Upstream::SweepSilent(Time now) {
  const std::string address = address_.ToString();
  if (!link_->output().empty() && now - link_->last_progress() >= limits_.answer_timeout) {
    return End(DeadlineExceededError(fmt::format("{} does not read", address)));
  }
  if (link_->last_read() >= pinged_) pinged_ = Time{};
  if (pinged_ != Time{}) {
    if (now - pinged_ >= kPingTimeout) {
      End(DeadlineExceededError(fmt::format("{} does not answer a ping", address)));
    }
    return;
  }
  if (now - link_->last_read() < kPingAfter || !pings_.TryTake(now)) return;
  pinged_ = now;
  session_->Ping(0);
}

void Http2Upstream::Close(const Status& why) {
  if (!ended()) End(why);
}

void Http2Upstream::End(Status why) {
  if (ended()) return;
  state_ = State::kEnded;
  why_ = std::move(why);
  const std::shared_ptr<Http2Upstream> self = shared_from_this();
  while (!streams_.empty()) {
    UpstreamStream& stream = *streams_.back();
    stream.Drop(ErrorCode::kCancel);
    stream.OnBroken(why_);
  }
  if (link_ != nullptr) link_->Close(why_);
  decided_.Set();
}

}  // namespace bellrock::routing::proxy
