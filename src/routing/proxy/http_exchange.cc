// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "routing/proxy/http_exchange.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/ascii.h"
#include "bellrock/trace.h"
#include "fiber/loop.h"
#include "routing/proxy/relay.h"
#include "routing/proxy/rewrite.h"
#include "routing/proxy/verdict.h"

namespace bellrock::routing::proxy {
namespace {

constexpr size_t kReadBytes = 8 << 10;
constexpr Duration kOwnerPause = std::chrono::milliseconds(50);

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
      heads_(shard.lender().heads()) {}

bool HttpExchange::Run() {
  if (!ReadHead() || !FindService() || !Compose()) return false;
  for (;;) {
    if (Status picked = Pick(); !picked.ok()) return RefuseFor(picked);
    if (!Connect()) {
      if (tries_ < shard_.limits().tries_max) continue;
      return Refuse(503, fmt::format("service '{}': {} could not be connected, nor {} tried before",
                                     service_->name, endpoint_.address.ToString(), tries_ - 1));
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
  if (spec_.service.empty() && !ServiceOf(head, name_)) {
    return Refuse(404,
                  fmt::format("host '{}' names no service: ask for SERVICE.LINE.bellrock, or say "
                              "x-bellrock-service: LINE/SERVICE",
                              head.host));
  }
  auto found = shard_.services().Find(spec_.service.empty() ? name_ : spec_.service);
  if (!found.ok()) {
    // A port of one service is there whether the service is or not.
    const int status = HttpStatusOf(found.status().code());
    return Refuse(spec_.service.empty() ? status : 503, found.status().message());
  }
  service_ = *found;
  ++service_->counts.requests;
  return true;
}

bool HttpExchange::Compose() {
  const MessageHead& head = heads_->request;
  version_1_0_ = head.minor_version == 0;
  keep_alive_ = head.persistent() && !version_1_0_;
  const HeadField* upgrade = head.says_upgrade ? head.Find(FieldKind::kUpgrade) : nullptr;
  upgrade_ = upgrade != nullptr && !EqualIgnoringCase(upgrade->value, "h2c");
  if (!spec_.key_header.empty()) {
    if (const HeadField* field = head.Find(spec_.key_header)) key_ = field->value;
  } else if (!spec_.key_query.empty()) {
    key_ = QueryField(head.target, spec_.key_query);
  }
  if (spec_.headers) {
    for (const HeadField& field : head.fields()) {
      metadata_.emplace_back(LowerCase(field.name), field.value);
    }
  }
  RequestEdits edits{.upgrade = upgrade_};
  if (spec_.forwarded && head.Find(FieldKind::kForwardedFor) == nullptr) {
    edits.forwarded_for = client_.host;
  }
  std::string trace;
  if (spec_.traceparent && head.Find(FieldKind::kTraceparent) == nullptr) {
    trace = Traceparent();
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

std::string HttpExchange::Traceparent() {
  TraceContext trace;
  trace.trace_id_high = shard_.numbers().Next() | 1;  // an id of zeros means none
  trace.trace_id_low = shard_.numbers().Next() | 1;
  trace.span_id = shard_.numbers().Next() | 1;
  return ToTraceparent(trace);
}

Status HttpExchange::Pick() {
  if (tries_++ > 0) ++service_->counts.tries_again;
  rpc::PickRequest request;
  request.tried = tried_.slots();
  request.key = key_;
  request.caller = spec_.caller;
  if (spec_.headers) request.metadata = &metadata_;
  const Time until = shard_.now() + shard_.limits().owner_wait;
  for (;;) {
    Result<rpc::Endpoint> picked = service_->source->PickFor(request);
    if (picked.ok()) {
      endpoint_ = std::move(*picked);
      return Status::Ok();
    }
    // The key's owner is away, and waited for.
    if (picked.status().code() != StatusCode::kAborted || shard_.now() >= until) {
      return picked.status();
    }
    Touch();
    BELLROCK_TRY(fiber::SleepFor(kOwnerPause));
  }
}

bool HttpExchange::Connect() {
  sent_at_ = shard_.clock().Now();
  Result<std::unique_ptr<Upstream>> upstream = shard_.Connect(endpoint_.address, fresh_);
  if (upstream.ok()) {
    upstream_ = std::move(*upstream);
    return true;
  }
  if (upstream.status().code() == StatusCode::kCancelled) return false;
  first_byte_ = shard_.clock().Now() - sent_at_;
  Report(StatusCode::kUnavailable);
  tried_.Add(endpoint_.slot);
  return false;
}

HttpExchange::Outcome HttpExchange::Try() {
  Touch();
  const std::string_view request = client_.output.view();
  const Status written = upstream_->stream->WriteAll(Bytes(request));
  service_->counts.bytes_to_instances += request.size();
  if (written.ok() && !body_.done()) BeginUpload();
  // What could not be written may have been answered all the same: "too large", and closed.
  bool began = false;
  const Status answered = ReadAnswerHead(began);
  if (!answered.ok()) return NoAnswer(answered, began);
  Report(VerdictOf(heads_->answer.status));
  if (heads_->answer.status >= 500) ++service_->counts.failed;
  return heads_->answer.status == 101 && upgrade_ ? Tunnel() : PassAnswer();
}

void HttpExchange::BeginUpload() {
  upload_ = fiber::Start([this] {
    BodyTransfer transfer(shard_.lender(), body_,
                          {client_.stream, *upstream_->stream, client_.input},
                          [this](size_t count) {
                            service_->counts.bytes_to_instances += count;
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
      if (!began) first_byte_ = shard_.clock().Now() - sent_at_;
      began = true;
      if (heads_->answer.status >= 200 || heads_->answer.status == 101) return Status::Ok();
      BELLROCK_TRY(PassInterim());
      scanned = 0;
      continue;
    }
    BELLROCK_TRY(ReadInto(*upstream_->stream, upstream_->input));
    if (!began) first_byte_ = shard_.clock().Now() - sent_at_;
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
    Report(StatusCode::kCancelled);
    return Outcome::kClose;
  }
  if (!began) first_byte_ = shard_.clock().Now() - sent_at_;
  // That a connection which lay idle was closed says nothing of the instance.
  const bool stale = upstream_->used_before && !began && !timed_out_;
  if (!stale) Report(timed_out_ ? StatusCode::kDeadlineExceeded : StatusCode::kUnavailable);
  if (!began && !timed_out_ && may_repeat_ && tries_ < shard_.limits().tries_max) {
    tried_.Add(endpoint_.slot);
    fresh_ = stale;
    upstream_ = nullptr;
    return Outcome::kTryAgain;
  }
  const std::string address = endpoint_.address.ToString();
  const bool goes_on =
      timed_out_ ? Refuse(504, fmt::format("service '{}': {} did not answer in time",
                                           service_->name, address))
                 : Refuse(502, fmt::format("service '{}': {} closed the connection without a whole "
                                           "answer: {}",
                                           service_->name, address, why.message()));
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
  service_->counts.bytes_to_clients += bytes.size();
  const Status written = client_.stream.WriteAll(Bytes(bytes));
  input.Consume(head_bytes + taken);
  return written;
}

HttpExchange::Outcome HttpExchange::PassAnswerBody(bool keep_client) {
  if (!answer_body_.done()) {
    BodyTransfer transfer(shard_.lender(), answer_body_,
                          {*upstream_->stream, client_.stream, upstream_->input},
                          [this](size_t count) {
                            service_->counts.bytes_to_clients += count;
                            Touch();
                          });
    const BodyTransfer::End end = transfer.Run();
    if (end == BodyTransfer::End::kSourceFailed && !client_gone_) {
      // The status was well, and yet the client gets a part for the whole.
      ++service_->counts.failed;
      Report(timed_out_ ? StatusCode::kDeadlineExceeded : StatusCode::kUnavailable);
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
  ++service_->counts.connections;
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
                ServiceCounts& counts = service_->counts;
                (from == Relay::From::kClient ? counts.bytes_to_instances
                                              : counts.bytes_to_clients) += count;
              });
  (void)relay.Run();
  return Outcome::kClose;
}

void HttpExchange::Report(StatusCode code) {
  service_->source->Report(endpoint_, code, first_byte_);
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
  if (service_ != nullptr && http_status >= 500) ++service_->counts.failed;
  const bool goes_on = keep_alive_ && body_.done() && !shard_.draining();
  Touch();
  const std::string answer = OwnAnswer(http_status, why, !goes_on);
  return client_.stream.WriteAll(Bytes(answer)).ok() && goes_on;
}

bool HttpExchange::RefuseFor(const Status& status) {
  const int http_status = HttpStatusOf(status.code()) == 504 ? 504 : 503;
  return Refuse(http_status, fmt::format("service '{}': {}", service_->name, status.message()));
}

}  // namespace bellrock::routing::proxy
