// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "routing/proxy/http_exchange.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/ascii.h"
#include "fiber/loop.h"
#include "routing/proxy/lost_try.h"
#include "routing/proxy/relay.h"
#include "routing/proxy/rewrite.h"
#include "routing/proxy/verdict.h"
#include "rpc/error_text.h"

namespace bellrock::routing::proxy {
namespace {

constexpr size_t kReadBytes = 8 << 10;

std::span<const std::byte> Bytes(std::string_view text) {
  return std::as_bytes(std::span(text));
}

// Nothing in it that ends at this hop: it goes on as it came.
bool PassesUnchanged(const MessageHead& head) {
  return std::all_of(head.fields().begin(), head.fields().end(), [](const HeadField& field) {
    return field.kind != FieldKind::kConnection && field.kind != FieldKind::kKeepAlive &&
           field.kind != FieldKind::kProxyConnection && field.kind != FieldKind::kUpgrade;
  });
}

std::string_view ErrorTypeOf(const MessageHead& answer) {
  const HeadField* field = answer.Find(rpc::kErrorTypeHeader);
  return field == nullptr ? std::string_view() : field->value;
}

}  // namespace

Status ReadInto(fiber::Stream& stream, rpc::ByteBuffer& buffer) {
  char* to = buffer.Reserve(kReadBytes);
  auto room = std::as_writable_bytes(std::span(to, buffer.room()));
  BELLROCK_ASSIGN(const size_t count, stream.Read(room));
  if (count == 0) return UnavailableError("the peer ended its side");
  buffer.Commit(count);
  return Status::Ok();
}

HttpExchange::HttpExchange(Shard& shard, const ListenSpec& spec, ClientSide& client, Time& expires)
    : shard_(shard),
      spec_(spec),
      client_(client),
      expires_(expires),
      heads_(shard.lender().heads()),
      call_(shard, spec) {}

bool HttpExchange::Run() {
  if (!ReadHead() || !FindService() || !Compose()) return false;
  for (;;) {
    Touch();
    call_.SetAwaited(body_.done() && !upgrade_);
    if (Status picked = call_.Pick(); !picked.ok()) return RefuseFor(picked);
    if (!Connect()) {
      if (call_.MayTryAgain()) continue;
      return Refuse(503, call_.WhyNotConnected());
    }
    const Outcome outcome = Try();
    if (outcome == Outcome::kTryAgain) continue;
    return outcome == Outcome::kKeep;
  }
}

bool HttpExchange::ReadHead() {
  expires_ = shard_.now() + shard_.limits().head_timeout;
  size_t scanned = 0;
  HeadOutcome outcome;
  for (;;) {
    outcome = ParseRequestHead(client_.input.view(), shard_.limits().head_bytes_max, scanned,
                               heads_->request);
    if (!outcome.more) break;
    if (!ReadInto(client_.stream, client_.input).ok()) return false;
  }
  const MessageHead& head = heads_->request;
  if (!outcome.ok()) return Refuse(outcome.http_status, outcome.problem);
  if (head.host.empty() && head.minor_version == 1) {
    return Refuse(400, "the request has no Host field");
  }
  if (head.method == "CONNECT") return Refuse(501, "CONNECT is not served: use a tcp port");
  return true;
}

bool HttpExchange::FindService() {
  const MessageHead& head = heads_->request;
  body_ = Body::OfRequest(head);
  to_head_request_ = head.method == "HEAD";
  std::string named;
  if (spec_.service.empty() && !ServiceOf(head, named)) {
    return Refuse(404, NamesNoService(head.host));
  }
  if (Status found = call_.FindService(named); !found.ok()) {
    // A port of one service is there whether the service is or not.
    const int status = HttpStatusOf(found.code());
    return Refuse(spec_.service.empty() ? status : 503, found.message());
  }
  return true;
}

bool HttpExchange::Compose() {
  const MessageHead& head = heads_->request;
  version_1_0_ = head.minor_version == 0;
  keep_alive_ = head.persistent() && !version_1_0_;
  const HeadField* upgrade = head.says_upgrade ? head.Find(FieldKind::kUpgrade) : nullptr;
  upgrade_ = upgrade != nullptr && !EqualIgnoringCase(upgrade->value, "h2c");
  DescribeCall();
  RequestEdits edits{.caller = call_.CallerToAdd(), .upgrade = upgrade_};
  if (spec_.forwarded && head.Find(FieldKind::kForwardedFor) == nullptr) {
    edits.forwarded_for = client_.host;
  }
  std::string trace;
  if (spec_.traceparent && head.Find(FieldKind::kTraceparent) == nullptr) {
    trace = NewTraceparent(shard_.numbers());
    edits.traceparent = trace;
  }
  rpc::ByteBuffer& out = client_.output;
  out.Consume(out.size());
  AppendRequest(head, edits, out);
  may_repeat_ = IsIdempotent(head.method) && !upgrade_;
  client_.input.Consume(head.bytes);
  const Result<size_t> taken = body_.Take(client_.input.view());
  if (!taken.ok()) return Refuse(400, taken.status().message());
  out.Append(client_.input.view().substr(0, *taken));
  client_.input.Consume(*taken);
  may_repeat_ &= body_.done();
  return true;
}

// What routing may choose by.
void HttpExchange::DescribeCall() {
  const MessageHead& head = heads_->request;
  call_.SetVerb(VerbOf(head.method));
  if (!spec_.key_header.empty()) {
    if (const HeadField* field = head.Find(spec_.key_header)) call_.SetKey(field->value);
  } else if (!spec_.key_query.empty()) {
    call_.SetKey(QueryField(head.target, spec_.key_query));
  }
  for (const HeadField& field : head.fields()) {
    if (field.kind == FieldKind::kBellrockCaller) call_.SetCaller(field.value);
    if (field.kind == FieldKind::kBellrockLane) call_.SetLane(field.value);
    if (field.kind == FieldKind::kBellrockQos) call_.SetQos(field.value);
    if (spec_.headers) call_.AddHeader(LowerCase(field.name), field.value);
  }
}

bool HttpExchange::Connect() {
  Result<std::unique_ptr<Upstream>> upstream = shard_.Connect(call_.endpoint().address, fresh_);
  if (upstream.ok()) {
    upstream_ = std::move(*upstream);
    return true;
  }
  if (upstream.status().code() == StatusCode::kCancelled) {
    call_.Unpick();
    return false;
  }
  call_.End(StatusCode::kUnavailable);
  call_.PassOver();
  return false;
}

HttpExchange::Outcome HttpExchange::Try() {
  Touch();
  const std::string_view request = client_.output.view();
  const Status written = upstream_->stream->WriteAll(Bytes(request));
  call_.counts().bytes_to_instances += request.size();
  if (written.ok() && !body_.done()) BeginUpload();
  // What could not be written may have been answered all the same: "too large", and closed.
  bool began = false;
  const Status answered = ReadAnswerHead(began);
  if (!answered.ok()) return NoAnswer(answered, began);
  const StatusCode verdict = VerdictOf(heads_->answer.status);
  call_.Tell(verdict);
  // Before the head's bytes go.
  const std::string error_type(verdict == StatusCode::kOk ? "" : ErrorTypeOf(heads_->answer));
  if (heads_->answer.status >= 500) ++call_.counts().failed;
  const Outcome outcome = heads_->answer.status == 101 && upgrade_ ? Tunnel() : PassAnswer();
  call_.End(verdict, error_type);
  return outcome;
}

void HttpExchange::BeginUpload() {
  upload_ = fiber::Start([this] {
    BodyTransfer transfer(shard_.lender(), body_,
                          {client_.stream, *upstream_->stream, client_.input},
                          [this](size_t count) {
                            call_.counts().bytes_to_instances += count;
                            Touch();
                          });
    if (transfer.Run() != BodyTransfer::End::kSourceFailed) return;
    client_gone_ = true;
    upstream_->stream->Close();
  });
}

Status HttpExchange::ReadAnswerHead(bool& began) {
  size_t scanned = 0;
  for (;;) {
    const HeadOutcome outcome = ParseAnswerHead(
        upstream_->input.view(), shard_.limits().head_bytes_max, scanned, heads_->answer);
    if (!outcome.more && !outcome.ok()) return DataLossError(std::string(outcome.problem));
    if (outcome.ok()) {
      call_.NoteAnswer();
      began = true;
      if (heads_->answer.status >= 200 || heads_->answer.status == 101) return Status::Ok();
      BELLROCK_TRY(PassInterim());
      scanned = 0;
      continue;
    }
    BELLROCK_TRY(ReadInto(*upstream_->stream, upstream_->input));
    call_.NoteAnswer();
    began = true;
    Touch();
  }
}

// "100 Continue" and the like.
Status HttpExchange::PassInterim() {
  const std::string_view head = upstream_->input.view().substr(0, heads_->answer.bytes);
  if (!version_1_0_) {
    if (!client_.stream.WriteAll(Bytes(head)).ok()) client_gone_ = true;
  }
  upstream_->input.Consume(head.size());
  return client_gone_ ? CancelledError("the client has gone") : Status::Ok();
}

HttpExchange::Outcome HttpExchange::NoAnswer(const Status& why, bool began) {
  upload_ = fiber::JoinHandle();
  if (client_gone_ || why.code() == StatusCode::kCancelled) {
    call_.End(StatusCode::kCancelled);
    return Outcome::kClose;
  }
  const AfterLoss next = After({.answer_begun = began,
                                .timed_out = timed_out_,
                                .lay_idle = upstream_->used_before,
                                .idempotent = may_repeat_,
                                .held = true,
                                .tries = call_.tries(),
                                .tries_max = shard_.limits().tries_max});
  if (next.blame) {
    call_.End(timed_out_ ? StatusCode::kDeadlineExceeded : StatusCode::kUnavailable);
  } else {
    call_.Unpick();
  }
  if (next.again) {
    call_.PassOver();
    fresh_ = !next.blame;
    upstream_ = nullptr;
    return Outcome::kTryAgain;
  }
  const std::string address = call_.endpoint().address.ToString();
  const bool goes_on =
      timed_out_ ? Refuse(504, fmt::format("service '{}': {} did not answer in time", call_.name(),
                                           address))
                 : Refuse(502, fmt::format("service '{}': {} closed the connection without a whole "
                                           "answer: {}",
                                           call_.name(), address, why.message()));
  return goes_on ? Outcome::kKeep : Outcome::kClose;
}

HttpExchange::Outcome HttpExchange::PassAnswer() {
  const MessageHead& head = heads_->answer;
  answer_body_ = Body::OfAnswer(head, to_head_request_);
  const bool keep_client = keep_alive_ && body_.done() && !shard_.draining() &&
                           answer_body_.framing() != Body::Framing::kUntilClose;
  Touch();
  const Status written = WriteAnswerHead(!keep_client);
  if (!written.ok()) return Outcome::kClose;
  return PassAnswerBody(keep_client);
}

// The head, and what came of the body with it.
Status HttpExchange::WriteAnswerHead(bool close) {
  const MessageHead& head = heads_->answer;
  rpc::ByteBuffer& input = upstream_->input;
  const size_t head_bytes = head.bytes;
  BELLROCK_ASSIGN(const size_t taken, answer_body_.Take(input.view().substr(head_bytes)));
  std::string_view bytes = input.view().substr(0, head_bytes + taken);
  if (close || !PassesUnchanged(head)) {
    rpc::ByteBuffer& out = client_.output;
    out.Consume(out.size());
    AppendAnswer(head, {.close = close}, out);
    out.Append(input.view().substr(head_bytes, taken));
    bytes = out.view();
  }
  call_.counts().bytes_to_clients += bytes.size();
  const Status written = client_.stream.WriteAll(Bytes(bytes));
  input.Consume(head_bytes + taken);
  return written;
}

HttpExchange::Outcome HttpExchange::PassAnswerBody(bool keep_client) {
  if (!answer_body_.done()) {
    BodyTransfer transfer(shard_.lender(), answer_body_,
                          {*upstream_->stream, client_.stream, upstream_->input},
                          [this](size_t count) {
                            call_.counts().bytes_to_clients += count;
                            Touch();
                          });
    const BodyTransfer::End end = transfer.Run();
    if (end == BodyTransfer::End::kSourceFailed && !client_gone_) {
      // The status was well, and yet the client gets a part for the whole.
      ++call_.counts().failed;
      call_.End(timed_out_ ? StatusCode::kDeadlineExceeded : StatusCode::kUnavailable);
    }
    if (end != BodyTransfer::End::kDone) return Outcome::kClose;
  }
  if (upload_.joinable() && body_.done()) upload_.Join();
  if (!body_.done() || client_gone_) return Outcome::kClose;
  KeepUpstream();
  return keep_client ? Outcome::kKeep : Outcome::kClose;
}

void HttpExchange::KeepUpstream() {
  if (!heads_->answer.persistent() || version_1_0_ || !upstream_->input.empty() ||
      answer_body_.framing() == Body::Framing::kUntilClose)
    return;
  shard_.upstreams().Keep(std::move(upstream_), shard_.now());
}

HttpExchange::Outcome HttpExchange::Tunnel() {
  ++call_.counts().connections;
  rpc::ByteBuffer& out = client_.output;
  out.Consume(out.size());
  AppendAnswer(heads_->answer, {.upgrade = true}, out);
  out.Append(upstream_->input.view().substr(heads_->answer.bytes));
  if (!client_.stream.WriteAll(Bytes(out.view())).ok()) return Outcome::kClose;
  if (!upstream_->stream->WriteAll(Bytes(client_.input.view())).ok()) return Outcome::kClose;
  expires_ = shard_.now() + shard_.limits().tcp_idle_timeout;
  Relay relay(shard_.lender(), {client_.stream, *upstream_->stream},
              [this](Relay::From from, size_t count) {
                expires_ = shard_.now() + shard_.limits().tcp_idle_timeout;
                ServiceCounts& counts = call_.counts();
                (from == Relay::From::kClient ? counts.bytes_to_instances
                                              : counts.bytes_to_clients) += count;
              });
  (void)relay.Run();
  return Outcome::kClose;
}

bool HttpExchange::Expire() {
  // The second time it is the client who takes nothing.
  if (upstream_ == nullptr || timed_out_) return false;
  timed_out_ = true;
  Touch();
  upstream_->stream->Close();
  return true;
}

bool HttpExchange::Refuse(int http_status, std::string_view why) {
  if (call_.found() && http_status >= 500) ++call_.counts().failed;
  const bool goes_on = keep_alive_ && body_.done() && !shard_.draining();
  Touch();
  const std::string answer = OwnAnswer(http_status, why, !goes_on);
  return client_.stream.WriteAll(Bytes(answer)).ok() && goes_on;
}

bool HttpExchange::RefuseFor(const Status& status) {
  const int http_status = HttpStatusOf(status.code()) == 504 ? 504 : 503;
  return Refuse(http_status, fmt::format("service '{}': {}", call_.name(), status.message()));
}

}  // namespace bellrock::routing::proxy
