// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "rpc/http/http_connection.h"

#include <utility>

#include "fiber/fiber.h"
#include "rpc/http/http_exchange.h"
#include "rpc/http/link_outlet.h"

namespace bellrock::rpc {
namespace {

constexpr size_t kHeaderBytesMax = 16 << 10;
// After a refusal the rest of the input is read and dropped for this long, lest a reset destroys
// the answer on its way.
constexpr Duration kLingerTime = std::chrono::seconds(1);
constexpr size_t kLingerBytesMax = 1 << 20;

}  // namespace

HttpConnection::HttpConnection(ServerState& state, Link& link, std::string peer,
                               std::string identity)
    : state_(state),
      link_(link),
      peer_{.address = std::move(peer), .identity = std::move(identity)},
      span_ids_(state.environment.random) {}

void HttpConnection::Serve() {
  while (ServeOne()) {
  }
  // What is queued still goes out; a peer that reads nothing is closed by the sweep of idle
  // connections.
  (void)link_.WaitOutput(0);
}

bool HttpConnection::ServeOne() {
  HttpParser parser(
      {.header_bytes = kHeaderBytesMax, .body_bytes = state_.options.frame_bytes_max});
  if (!ReadRequest(parser).ok()) return false;
  busy_ = true;
  HttpAnswer answer;
  answer.head_only = parser.method() == "HEAD";
  LinkOutlet outlet(link_, parser.minor_version());
  const bool open_ended = !HttpExchange(state_, outlet, peer_, parser, span_ids_).Run(answer);
  const bool keep_alive = parser.keep_alive() && !open_ended && !closing_;
  answer.keep_alive = keep_alive;
  if (!open_ended) WriteAnswer(std::move(answer));
  // The next request waits until this answer is out: one answer is the bound of the output.
  const bool flushed = link_.WaitOutput(0).ok();
  busy_ = false;
  return flushed && keep_alive && !closing_;
}

Status HttpConnection::ReadRequest(HttpParser& parser) {
  // A header block must be complete within preface_timeout, however slowly its bytes drip.
  const bool first_bytes_there = !link_.input().empty();
  Time until = link_.clock().Now() +
               (first_bytes_there ? state_.options.preface_timeout : state_.options.idle_timeout);
  bool started = first_bytes_there;
  bool continued = false;
  for (;;) {
    Result<size_t> taken = parser.Feed(link_.input().view());
    if (!taken.ok()) {
      Refuse(taken.status(), parser.http_status());
      return taken.status();
    }
    link_.input().Consume(*taken);
    if (parser.done()) return Status::Ok();
    if (parser.header_done()) {
      if (!continued && parser.expects_continue()) {
        link_.output().Append("HTTP/1.1 100 Continue\r\n\r\n");
        link_.Flush();
      }
      continued = true;
      until = link_.clock().Now() + state_.options.preface_timeout;  // each piece of a body
    }
    BELLROCK_TRY(ReadMore(parser, until));
    if (!started) until = link_.clock().Now() + state_.options.preface_timeout;
    started = true;
  }
}

Status HttpConnection::ReadMore(HttpParser& parser, Time until) {
  fiber::ScopedDeadline deadline(until);
  Result<bool> more = link_.ReadMore();
  if (more.ok()) return *more ? Status::Ok() : UnavailableError("the peer closed");
  if (more.status().code() == StatusCode::kDeadlineExceeded) {
    const bool idle = link_.input().empty() && !parser.header_done();
    state_.refusals.Note(idle ? Refusal::kIdle : Refusal::kHalfOpen, peer_.address,
                         idle ? "no request came in time" : "the request was not complete in time",
                         link_.clock().Now());
  }
  return more.status();
}

void HttpConnection::Refuse(Status why, int http_status) {
  state_.refusals.Note(Refusal::kBadHttp, peer_.address, why.message(), link_.clock().Now());
  WriteAnswer({.reply = ErrorReply(why, http_status), .keep_alive = false});
  fiber::ScopedDeadline deadline(link_.clock().Now() + kLingerTime);
  (void)link_.WaitOutput(0);
  size_t dropped = 0;
  while (dropped < kLingerBytesMax) {
    dropped += link_.input().size();
    link_.input().Consume(link_.input().size());
    Result<bool> more = link_.ReadMore();
    if (!more.ok() || !*more) return;
  }
}

void HttpConnection::WriteAnswer(HttpAnswer answer) {
  link_.output().Append(AnswerText(std::move(answer)));
  link_.Flush();
}

}  // namespace bellrock::rpc
