// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "routing/proxy/http2_exchange.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "fiber/fiber.h"
#include "routing/client/judge.h"
#include "routing/proxy/http2_connection.h"
#include "routing/proxy/http2_refusal.h"
#include "routing/proxy/rewrite.h"
#include "routing/proxy/shard.h"
#include "routing/proxy/verdict.h"
#include "rpc/http2/grpc_codec.h"

namespace bellrock::routing::proxy {
namespace {

using rpc::http2::ErrorCode;
using rpc::http2::FieldBlock;
using rpc::http2::HeaderField;
using rpc::http2::HeadersEnd;

// A client that leaves so close before its deadline has waited until its deadline.
constexpr Duration kDeadlineSlack = std::chrono::milliseconds(10);
// A client that stays so long after its deadline will not say so itself.
constexpr Duration kDeadlineGrace = std::chrono::seconds(1);
// A gRPC answer that lasts longer is told of before its end.
constexpr Duration kTellAfter = std::chrono::seconds(1);

void AppendFields(const FieldBlock& block, std::vector<HeaderField>& fields) {
  for (size_t i = 0; i < block.size(); ++i) fields.push_back({block[i].name, block[i].value});
}

}  // namespace

Http2Exchange::Http2Exchange(Http2Connection& connection, const FieldBlock& head)
    : connection_(connection),
      head_(head),
      request_(ReadRequest(head_, connection.spec())),
      call_(connection.shard(), connection.spec()),
      begun_(connection.shard().now()),
      last_progress_(begun_) {}

Http2Exchange::~Http2Exchange() {
  connection_.shard().AddHeld(-static_cast<ptrdiff_t>(held_));
}

void Http2Exchange::Begin(const HeadersEnd& end) {
  client_open_ = true;
  request_ended_ = end.end_stream;
  connection_.session().Attach(end.id, client_);
  if (request_.method == "CONNECT") {
    return Refuse(501, StatusCode::kUnimplemented, "CONNECT is not served: use a tcp port");
  }
  routing_ = true;
  const Status spawned = fiber::Loop::Current()->SpawnNow([this] { Route(); });
  if (spawned.ok()) return;
  routing_ = false;
  Refuse(503, StatusCode::kResourceExhausted, spawned.message());
}

void Http2Exchange::Route() {
  RouteUntilSent();
  routing_ = false;
  EndIfOver();
}

void Http2Exchange::RouteUntilSent() {
  if (!call_.found() && !FindService()) return;
  while (client_open_) {
    if (Status picked = call_.Pick(); !picked.ok()) {
      return Refuse(503, picked.code(),
                    fmt::format("service '{}': {}", call_.name(), picked.message()));
    }
    bool count = false;
    const Address& address = call_.endpoint().address;
    Result<std::shared_ptr<Http2Upstream>> upstream =
        connection_.shard().http2_upstreams().Take(address, count);
    if (!client_open_) return call_.Unpick();
    const Status sent = upstream.ok() ? Send(**upstream) : upstream.status();
    if (sent.ok() || !NoteNoConnection(sent, count)) return;
  }
}

bool Http2Exchange::FindService() {
  const bool by_request = connection_.spec().service.empty();
  std::string named(request_.service);
  if (by_request && named.empty() && !ServiceOfHost(request_.authority, named)) {
    Refuse(404, StatusCode::kUnimplemented, NamesNoService(request_.authority));
    return false;
  }
  if (Status found = call_.FindService(named); !found.ok()) {
    // A port of one service is there whether the service is or not.
    const int status = by_request ? HttpStatusOf(found.code()) : 503;
    Refuse(status, status == 503 ? StatusCode::kUnavailable : StatusCode::kUnimplemented,
           found.message());
    return false;
  }
  if (request_.grpc_method.empty()) {
    call_.SetVerb(VerbOf(request_.method));
  } else {
    call_.SetMethod({request_.grpc_service, request_.grpc_method});
  }
  call_.SetKey(request_.key);
  call_.SetCaller(request_.caller);
  call_.SetLane(request_.lane);
  call_.SetQos(request_.qos);
  if (!connection_.spec().headers) return true;
  for (size_t i = 0; i < head_.size(); ++i) call_.AddHeader(head_[i].name, head_[i].value);
  return true;
}

// False if that is the end of it.
bool Http2Exchange::NoteNoConnection(const Status& why, bool count) {
  if (why.code() == StatusCode::kCancelled) {
    call_.Unpick();
    return false;
  }
  if (why.code() == StatusCode::kUnimplemented) {
    // A service of HTTP/1.1 is well; this client cannot speak to it.
    call_.End(StatusCode::kUnimplemented);
    Refuse(502, StatusCode::kUnimplemented,
           fmt::format("service '{}': {}", call_.name(), why.message()));
    return false;
  }
  count ? call_.End(StatusCode::kUnavailable) : call_.Unpick();
  call_.PassOver();
  if (call_.MayTryAgain()) return true;
  Refuse(503, StatusCode::kUnavailable,
         fmt::format("{}: {}", call_.WhyNotConnected(), why.message()));
  return false;
}

Status Http2Exchange::Send(Http2Upstream& upstream) {
  Shard& shard = connection_.shard();
  const ListenSpec& spec = connection_.spec();
  Http2Additions additions;
  if (spec.forwarded && !request_.forwarded_for) {
    additions.forwarded_for = connection_.client_host();
  }
  additions.caller = call_.CallerToAdd();
  std::string trace;
  if (spec.traceparent && request_.traceparent.empty()) {
    trace = NewTraceparent(shard.numbers());
    additions.traceparent = trace;
  }
  std::vector<HeaderField>& fields = shard.fields();
  AppendRequest(head_, additions, fields);
  instance_.emplace(*this);
  instance_->output().Append(replay_.view());
  const bool whole = request_ended_ && replay_.empty() && request_trailers_.size() == 0;
  BELLROCK_TRY(upstream.Open(*instance_, fields, whole));
  if (replay_.size() > shard.limits().http2_replay_bytes_max) DropReplay();
  if (request_ended_ && !whole) EndRequest();
  last_progress_ = shard.now();
  NoteHeld();
  return Status::Ok();
}

void Http2Exchange::EndRequest() {
  if (request_trailers_.size() > 0) {
    instance_->session().EndWithTrailers(*instance_);
  } else {
    instance_->session().End(*instance_);
  }
}

void Http2Exchange::OnRequestData(std::string_view bytes) {
  last_progress_ = connection_.shard().now();
  request_bytes_ += bytes.size();
  if (answer_ended_) {
    request_given_ += bytes.size();
    return connection_.session().GiveWindow(client_, bytes.size());
  }
  if (!MayHold(bytes.size())) return;
  if (replayable_) replay_.Append(bytes);
  if (AtInstance()) {
    instance_->output().Append(bytes);
    instance_->session().Send(*instance_);
    if (replay_.size() > connection_.shard().limits().http2_replay_bytes_max) DropReplay();
  }
  NoteHeld();
}

void Http2Exchange::OnRequestEnd() {
  if (std::exchange(request_ended_, true)) return;
  if (AtInstance()) EndRequest();
}

void Http2Exchange::OnTrailers(const FieldBlock& block) {
  request_trailers_ = block;
}

void Http2Exchange::OnRequestSent() {
  last_progress_ = connection_.shard().now();
  const uint64_t left = request_bytes_ - std::min(request_bytes_, instance_->output().size());
  NoteHeld();
  if (left <= request_given_) return;  // it is sent for the second time
  const uint64_t more = left - std::exchange(request_given_, left);
  call_.counts().bytes_to_instances += more;
  if (client_open_) connection_.session().GiveWindow(client_, more);
}

void Http2Exchange::OnAnswerBlock(const FieldBlock& block, const HeadersEnd& end) {
  last_progress_ = connection_.shard().now();
  if (end.too_large) {
    instance_->Drop(ErrorCode::kEnhanceYourCalm);
    return EndLost(StatusCode::kInternal, "its answer's head is over the limit of bytes");
  }
  switch (answer_.OnBlock(block)) {
    case Http2Answer::Block::kInterim: {
      std::vector<HeaderField>& fields = connection_.shard().fields();
      AppendFields(block, fields);
      return connection_.session().Inform(client_, fields);
    }
    case Http2Answer::Block::kHead:
      return PassHead(block, end.end_stream);
    case Http2Answer::Block::kTrailers:
      answer_trailers_ = block;
      return;
  }
}

void Http2Exchange::PassHead(const FieldBlock& block, bool end) {
  DropReplay();
  head_passed_ = true;
  if (!answer_.grpc()) {
    call_.NoteAnswer();
    call_.Tell(VerdictOf(answer_.http_status()));
  }
  std::vector<HeaderField>& fields = connection_.shard().fields();
  AppendFields(block, fields);
  connection_.session().Respond(client_, fields, end);
}

void Http2Exchange::OnAnswerData(std::string_view bytes) {
  last_progress_ = connection_.shard().now();
  call_.NoteAnswer();
  answer_bytes_ += bytes.size();
  if (!MayHold(bytes.size())) return;
  client_.output().Append(bytes);
  connection_.session().Send(client_);
  NoteHeld();
}

void Http2Exchange::OnAnswerSent() {
  last_progress_ = connection_.shard().now();
  NoteHeld();
  const uint64_t left = answer_bytes_ - std::min(answer_bytes_, client_.output().size());
  if (left <= answer_given_) return;
  const uint64_t more = left - std::exchange(answer_given_, left);
  call_.counts().bytes_to_clients += more;
  if (AtInstance()) instance_->session().GiveWindow(*instance_, more);
}

void Http2Exchange::OnAnswerEnd() {
  call_.NoteAnswer();
  answer_ended_ = true;
  EndCall(answer_.Verdict(), answer_.error_type());
  if (client_.ended()) return;
  if (answer_trailers_.size() > 0) {
    connection_.session().EndWithTrailers(client_);
  } else {
    connection_.session().End(client_);
  }
}

void Http2Exchange::AddTrailers(const FieldBlock& block, std::vector<HeaderField>& fields) {
  AppendFields(block, fields);
}

void Http2Exchange::OnClientClosed(ErrorCode code) {
  client_open_ = false;
  if (AtInstance()) {
    const bool late = request_.timeout != Http2Request::kNoTimeout &&
                      connection_.shard().now() - begun_ + kDeadlineSlack >= request_.timeout;
    if (!answer_ended_) {
      EndCall(late ? StatusCode::kDeadlineExceeded : StatusCode::kCancelled);
      answer_ended_ = true;
    }
    instance_->Drop(code == ErrorCode::kNoError ? ErrorCode::kCancel : code);
  }
  EndIfOver();
}

void Http2Exchange::Abandon() {
  OnClientClosed(ErrorCode::kCancel);
}

bool Http2Exchange::TryAgain(LostTry lost, StatusCode verdict) {
  lost.answer_begun = answer_.begun();
  lost.leaving = instance_->leaving();
  lost.idempotent = IsIdempotent(request_.method);
  lost.held = replayable_;
  lost.tries = call_.tries();
  lost.tries_max = connection_.shard().limits().tries_max;
  const AfterLoss after = After(lost);
  if (!after.blame) call_.Unpick();
  if (!after.again) return false;
  call_.End(verdict);
  call_.PassOver();
  routing_ = fiber::Loop::Current()->Spawn([this] { Route(); }).ok();
  return routing_;
}

void Http2Exchange::OnInstanceEnded(ErrorCode code) {
  if (answer_ended_) return EndIfOver();
  const bool untouched = code == ErrorCode::kRefusedStream;
  if (TryAgain({.untouched = untouched}, answer_.VerdictOfReset(code))) return;
  if (untouched && !head_passed_) {
    return EndLost(StatusCode::kUnavailable, "it did not take the request");
  }
  answer_ended_ = true;
  EndCall(answer_.VerdictOfReset(code), answer_.error_type());
  // The end of a stream that was not ended is no good end.
  const ErrorCode passed = code == ErrorCode::kNoError ? ErrorCode::kInternalError : code;
  if (client_open_) connection_.session().Reset(client_, passed);
  EndIfOver();
}

void Http2Exchange::OnInstanceBroken(const Status& why) {
  if (answer_ended_) return EndIfOver();
  const bool silent = why.code() == StatusCode::kDeadlineExceeded;
  const LostTry lost{.timed_out = silent, .lay_idle = instance_->lay_idle()};
  if (!TryAgain(lost, StatusCode::kUnavailable)) EndLost(StatusCode::kUnavailable, why.message());
}

// The instance is lost before its answer was whole, and no other is asked.
void Http2Exchange::EndLost(StatusCode code, std::string_view text) {
  call_.End(code);
  const std::string why =
      fmt::format("service '{}': {}: {}", call_.name(), call_.endpoint().address.ToString(), text);
  if (!head_passed_) {
    Refuse(code == StatusCode::kDeadlineExceeded ? 504 : 502, code, why);
  } else if (client_open_) {
    answer_ended_ = true;
    ++call_.counts().failed;
    answer_.grpc() ? EndGrpc(code, why)
                   : connection_.session().Reset(client_, ErrorCode::kInternalError);
  }
  EndIfOver();
}

void Http2Exchange::EndGrpc(StatusCode code, std::string_view why) {
  answer_trailers_.Clear();
  answer_trailers_.Add("grpc-status", rpc::http2::StatusCodeText(code));
  answer_trailers_.Add("grpc-message", rpc::http2::GrpcMessageText(Status(code, std::string(why))));
  connection_.session().EndWithTrailers(client_);
}

void Http2Exchange::Sweep(Time now) {
  if (answer_ended_ || !AtInstance()) return;
  const Limits& limits = connection_.shard().limits();
  if (request_.grpc) {
    if (answer_.begun() && now - begun_ >= kTellAfter) call_.TellOnce(StatusCode::kOk);
    // Its streams may be silent for long; that the instance is there is seen by pings.
    const bool late = request_.timeout != Http2Request::kNoTimeout &&
                      now - begun_ - kDeadlineGrace >= request_.timeout;
    if (late) TimeOut("the call's deadline has passed");
  } else if (now - last_progress_ >= limits.answer_timeout) {
    TimeOut("it did not answer in time");
  }
}

void Http2Exchange::TimeOut(std::string_view why) {
  const bool by_client = !client_.output().empty() ||
                         (!request_ended_ && !answer_.begun() && instance_->output().empty());
  instance_->Drop(ErrorCode::kCancel);
  if (!by_client) return EndLost(StatusCode::kDeadlineExceeded, why);
  answer_ended_ = true;
  EndCall(StatusCode::kCancelled);
  connection_.session().Reset(client_, ErrorCode::kCancel);
}

void Http2Exchange::Refuse(int http_status, StatusCode code, std::string_view why) {
  answer_ended_ = head_passed_ = true;
  if (call_.found() && http_status >= 500) ++call_.counts().failed;
  if (!client_open_) return;
  DropReplay();
  const Http2Refusal refusal(request_.grpc, http_status, code, why);
  std::vector<HeaderField>& fields = connection_.shard().fields();
  refusal.AppendFields(fields);
  client_.output().Append(refusal.body());
  connection_.session().Respond(client_, fields, refusal.body().empty());
  if (!refusal.body().empty()) connection_.session().End(client_);
}

void Http2Exchange::EndCall(StatusCode code, std::string_view error_type) {
  if (client::SpeaksAgainst(code)) ++call_.counts().failed;
  call_.End(code, error_type);
}

void Http2Exchange::DropReplay() {
  replayable_ = false;
  replay_.Consume(replay_.size());
}

bool Http2Exchange::MayHold(size_t bytes) {
  Shard& shard = connection_.shard();
  if (shard.held() + bytes <= shard.limits().http2_held_bytes_max) return true;
  connection_.session().Reset(client_, ErrorCode::kEnhanceYourCalm);
  return false;
}

void Http2Exchange::NoteHeld() {
  const size_t held =
      replay_.size() + client_.output().size() + (instance_ ? instance_->output().size() : 0);
  connection_.shard().AddHeld(static_cast<ptrdiff_t>(held) - static_cast<ptrdiff_t>(held_));
  held_ = held;
}

void Http2Exchange::EndIfOver() {
  if (!routing_ && !client_open_ && !AtInstance()) connection_.Remove(*this);
}

}  // namespace bellrock::routing::proxy
