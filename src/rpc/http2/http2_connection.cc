// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "rpc/http2/http2_connection.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <memory>
#include <utility>

#include "fiber/fiber.h"
#include "rpc/error_catalog.h"
#include "rpc/http2/grpc_codec.h"

namespace bellrock::rpc::http2 {
namespace {

// A peer that is silent for this long while a call runs is asked whether it is still there.
constexpr Duration kPingAfter = std::chrono::minutes(1);
constexpr Duration kPingTimeout = std::chrono::seconds(20);
constexpr uint64_t kKeepAlivePing = 1;
constexpr uint64_t kDrainPing = 2;
// Of the bytes of all requests under way, in largest messages.
constexpr size_t kLargestRequests = 2;
// Timeouts beyond a year are as good as none.
constexpr Duration kTimeoutMax = std::chrono::hours(365 * 24);

SessionOptions OptionsFrom(const ServerOptions& options) {
  return {.streams_max = static_cast<uint32_t>(options.calls_per_connection_max)};
}

}  // namespace

Http2Connection::Http2Connection(ServerState& state, Link& link, std::string peer,
                                 std::string identity)
    : state_(state),
      link_(link),
      loop_(state.LoopOf(link.loop())),
      peer_(std::move(peer)),
      identity_(std::move(identity)),
      span_ids_(state.environment.random),
      flood_guard_(state.options.calls_per_connection_max),
      session_(Role::kServer, link, *this, OptionsFrom(state.options)),
      http_(state, *this, {.address = peer_, .identity = identity_}, span_ids_) {
  session_.Start();
}

Http2Connection::~Http2Connection() = default;

void Http2Connection::Serve() {
  const Status why = session_.Serve();
  NoteEnd(why);
  link_.Close(why);
  for (GrpcCall* call = calls_; call != nullptr;) {
    GrpcCall* const next = call->next;
    call->Abandon();
    call = next;
  }
  http_.AbandonAll();
  fiber::ScopedShield shield;
  while (calls_ != nullptr) (void)no_calls_.Wait();
  session_.Finish();
}

void Http2Connection::NoteEnd(const Status& why) {
  if (link_.closed()) return;
  const bool flood = why.code() == StatusCode::kResourceExhausted;
  if (!flood && why.code() != StatusCode::kInvalidArgument) return;
  state_.refusals.Note(flood ? Refusal::kFlood : Refusal::kBadHttp, peer_, why.message(),
                       link_.clock().Now());
}

void Http2Connection::Drain() {
  session_.ShutdownNotice();
  // When its answer is here, so is every request that was sent before the notice arrived.
  session_.Ping(kDrainPing);
}

void Http2Connection::Goaway() {
  session_.Goaway(ErrorCode::kNoError);
  session_.FlushNow();
}

void Http2Connection::OnPong(uint64_t opaque) {
  if (opaque == kKeepAlivePing) pinged_.reset();
  if (opaque == kDrainPing) session_.Goaway(ErrorCode::kNoError);
}

Status Http2Connection::OnControl(Control control) {
  return flood_guard_.Note(control, link_.last_read());
}

void Http2Connection::AddReplyBytes(size_t bytes) {
  if (reply_bytes_ == 0) reply_progress_ = link_.loop().turn_time();
  reply_bytes_ += bytes;
}

void Http2Connection::TakeReplyBytes(size_t bytes) {
  if (bytes > 0) reply_progress_ = link_.loop().turn_time();
  reply_bytes_ -= bytes;
}

void Http2Connection::Sweep(Time now) {
  if (reply_bytes_ > 0 && now - reply_progress_ >= state_.options.idle_timeout) {
    state_.refusals.Note(Refusal::kSlowReader, peer_, "its replies wait and it reads none", now);
    return link_.Close(
        UnavailableError(Numbered(ErrorNumber::kOutputFull, "the peer does not read its replies")));
  }
  if (link_.last_read() > pinged_.value_or(now)) pinged_.reset();
  if (pinged_) {
    if (now - *pinged_ < kPingTimeout) return;
    state_.refusals.Note(Refusal::kIdle, peer_, "no answer to a ping while calls run", now);
    return link_.Close(
        UnavailableError(Numbered(ErrorNumber::kPeerSilent, "the peer does not answer a ping")));
  }
  if (running_ == 0 || now - link_.last_read() < kPingAfter) return;
  pinged_ = now;
  session_.Ping(kKeepAlivePing);
}

std::vector<const ServedCall*> Http2Connection::Calls() const {
  std::vector<const ServedCall*> calls;
  for (const GrpcCall* call = calls_; call != nullptr; call = call->next) {
    if (call->running()) calls.push_back(call);
  }
  http_.AddCalls(calls);
  return calls;
}

bool Http2Connection::HoldRequestBytes(size_t bytes) {
  if (request_bytes_ + bytes > kLargestRequests * state_.options.frame_bytes_max) return false;
  request_bytes_ += bytes;
  return true;
}

void Http2Connection::OnHeadersEnd(const HeadersEnd& end) {
  if (end.kind != HeadersKind::kRequest) return;  // trailers of a request say nothing
  if (end.too_large) {
    return RefuseHttp(
        end.id, "431",
        ResourceExhaustedError(
            Numbered(ErrorNumber::kHttpTooLarge, "the call's headers are larger than 16 KiB")));
  }
  if (head_.content_kind() == ContentKind::kNotGrpc) {
    return http_.Start(end.id, {.method = std::string(head_.method()),
                                .path = std::string(head_.path()),
                                .fields = head_.TakeFields()});
  }
  if (head_.method() != "POST") {
    return RefuseHttp(end.id, "405",
                      UnknownError(Numbered(ErrorNumber::kOtherVerb, "gRPC calls are POST")));
  }
  Result<const Method*> method = MethodFor();
  if (!method.ok()) return RefuseCall(end.id, method.status());
  StartCall(end.id, **method);
}

Result<const Method*> Http2Connection::MethodFor() const {
  BELLROCK_TRY(head_.bad());
  if (head_.content_kind() == ContentKind::kGrpcOther) {
    return UnimplementedError(
        Numbered(ErrorNumber::kNotGrpc, fmt::format("content-type {} is not served; use {}",
                                                    head_.content_type(), kGrpcContentType)));
  }
  const std::string_view encoding = head_.encoding();
  if (!encoding.empty() && encoding != "identity" && encoding != "gzip") {
    return UnimplementedError(
        Numbered(ErrorNumber::kUnknownPacking,
                 fmt::format("grpc-encoding {} is not served; use gzip or identity", encoding)));
  }
  const std::string_view path = head_.path();
  const size_t slash = path.rfind('/');
  if (!path.starts_with('/') || slash == 0) {
    return UnimplementedError(Numbered(
        ErrorNumber::kUnknownMethod, fmt::format("path {}: write /package.Service/Method", path)));
  }
  const std::string_view service = path.substr(1, slash - 1);
  const std::string_view name = path.substr(slash + 1);
  const Method* method = state_.methods.Find(service, name);
  return method != nullptr ? Result<const Method*>(method)
                           : state_.methods.WhyMissing(service, name);
}

CallStart Http2Connection::StartOf(const Method& method) {
  CallStart start{.server_loop = &loop_,
                  .method = &method,
                  .caller = std::string(head_.caller()),
                  .peer = peer_,
                  .identity = identity_,
                  .received = link_.last_read(),
                  .attempt = head_.attempt(),
                  .trace = span_ids_.Child(head_.trace()),
                  .dye = std::string(head_.dye()),
                  .lane = std::string(head_.lane()),
                  .qos = head_.qos(),
                  .metadata = head_.TakeMetadata()};
  if (head_.timeout() <= kTimeoutMax) start.deadline = start.received + head_.timeout();
  return start;
}

void Http2Connection::StartCall(int32_t stream_id, const Method& method) {
  const bool packed = head_.encoding() == "gzip";
  auto* call = std::make_unique<GrpcCall>(*this, StartOf(method), packed).release();
  call->next = std::exchange(calls_, call);  // Remove() takes it back
  if (call->next != nullptr) call->next->previous = call;
  session_.Attach(stream_id, *call);
  call->Begin();
}

void Http2Connection::RefuseCall(int32_t stream_id, const Status& why) {
  const std::string text = GrpcMessageText(why);
  const std::array<HeaderField, 6> fields = {{{":status", "200"},
                                              {"content-type", kGrpcContentType},
                                              {"grpc-status", StatusCodeText(why.code())},
                                              {"grpc-message", text},
                                              {"grpc-accept-encoding", "identity,gzip"},
                                              {"bellrock-origin", "server"}}};
  session_.Refuse(stream_id, fields);
}

void Http2Connection::RefuseHttp(int32_t stream_id, std::string_view http_status,
                                 const Status& why) {
  const std::string text = GrpcMessageText(why);
  const std::array<HeaderField, 4> fields = {{{":status", http_status},
                                              {"content-type", "text/plain; charset=utf-8"},
                                              {"grpc-status", StatusCodeText(why.code())},
                                              {"grpc-message", text}}};
  session_.Refuse(stream_id, fields);
}

void Http2Connection::NoteFinished(GrpcCall& call) {
  NoteEnded();
  state_.NoteCall(call, link_.clock().Now());
}

void Http2Connection::Remove(GrpcCall& removed) {
  const std::unique_ptr<GrpcCall> call(&removed);
  (call->previous != nullptr ? call->previous->next : calls_) = call->next;
  if (call->next != nullptr) call->next->previous = call->previous;
  if (calls_ == nullptr) no_calls_.WakeAll();
}

}  // namespace bellrock::rpc::http2
