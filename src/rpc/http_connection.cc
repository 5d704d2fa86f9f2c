// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "rpc/http_connection.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <google/protobuf/message.h>

#include <algorithm>
#include <charconv>
#include <utility>

#include "fiber/fiber.h"
#include "rpc/error_text.h"
#include "rpc/http_call.h"
#include "rpc/json.h"
#include "rpc/url.h"

namespace bellrock::rpc {
namespace {

constexpr size_t kHeaderBytesMax = 16 << 10;
// Read ahead of the request under way at most; then the peer is no longer watched.
constexpr size_t kReadAheadMax = 64 << 10;
// An event stream whose handler is silent sends its head after this long, so that the client knows
// it is open.
constexpr Duration kEventsHeadDelay = std::chrono::milliseconds(100);
// After a refusal the rest of the input is read and dropped for this long, lest a reset destroys
// the answer on its way.
constexpr Duration kLingerTime = std::chrono::seconds(1);
constexpr size_t kLingerBytesMax = 1 << 20;
constexpr std::string_view kAllow = "GET, HEAD, POST, OPTIONS";
constexpr std::string_view kJson = "application/json";

HttpReply ErrorReply(const Status& status, int http_status = 0) {
  HttpReply reply;
  reply.status = http_status != 0 ? http_status : HttpStatusOf(status.code());
  reply.content_type = kJson;
  reply.body = StatusToJson(status);
  return reply;
}

// The header's deadline, kNever without the header.
Result<Time> DeadlineOf(const HttpParser& parser, Time now) {
  const std::string_view text = parser.Header("Bellrock-Timeout-Ms");
  if (text.empty()) return kNever;
  uint32_t ms = 0;
  const auto [at, error] = std::from_chars(text.data(), text.data() + text.size(), ms);
  if (error != std::errc() || at != text.data() + text.size() || ms == 0) {
    return InvalidArgumentError(fmt::format(
        "header Bellrock-Timeout-Ms: \"{}\" is no number of milliseconds; write 1..4294967295",
        text));
  }
  return now + std::chrono::milliseconds(ms);
}

TraceContext TraceOf(const HttpParser& parser) {
  return FromTraceparent(parser.Header("traceparent")).value_or(TraceContext());
}

}  // namespace

HttpConnection::HttpConnection(ServerState& state, Link& link, std::string peer,
                               std::string identity)
    : state_(state),
      link_(link),
      peer_(std::move(peer)),
      identity_(std::move(identity)),
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
  Answer answer;
  answer.keep_alive = parser.keep_alive();
  answer.head_only = parser.method() == "HEAD";
  bool answered = false;
  Dispatch(parser, answer, &answered);
  if (!answered) {
    answer.keep_alive = answer.keep_alive && !closing_;
    WriteAnswer(answer);
  }
  // The next request waits until this answer is out: one answer is the bound of the output.
  const bool flushed = link_.WaitOutput(0).ok();
  busy_ = false;
  return flushed && !answered && answer.keep_alive && !closing_;
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
    state_.refusals.Note(idle ? Refusal::kIdle : Refusal::kHalfOpen, peer_,
                         idle ? "no request came in time" : "the request was not complete in time",
                         link_.clock().Now());
  }
  return more.status();
}

void HttpConnection::Refuse(Status why, int http_status) {
  state_.refusals.Note(Refusal::kBadHttp, peer_, why.message(), link_.clock().Now());
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

void HttpConnection::Dispatch(const HttpParser& parser, Answer& answer, bool* answered) {
  HttpReply& reply = answer.reply;
  Result<Target> target = ParseTarget(parser.target());
  if (!target.ok()) {
    reply = ErrorReply(target.status());
    return;
  }
  const std::string_view verb = parser.method();
  const bool reads = verb == "GET" || verb == "HEAD";
  if (!reads && verb != "POST") {
    reply = verb == "OPTIONS" ? HttpReply{204, "", "", {}}
                              : ErrorReply(UnimplementedError(fmt::format(
                                               "method {} is not served; use {}", verb, kAllow)),
                                           405);
    reply.headers.emplace_back("Allow", kAllow);
    return;
  }
  const std::string_view path = target->path;
  const size_t slash = path.rfind('/');
  const Method* method =
      slash == 0 ? nullptr : state_.methods.Find(path.substr(1, slash - 1), path.substr(slash + 1));
  if (method != nullptr) {
    *answered = RunMethod(parser, *method, target->query, &reply);
  } else if (reads) {
    Page(parser, target->path, target->query, &reply);
  } else {
    reply = NotFound(target->path);
  }
}

Status HttpConnection::FillRequest(const HttpParser& parser, std::string_view query,
                                   Message& request) {
  if (parser.method() != "POST") return QueryToMessage(query, request);
  BELLROCK_TRY(JsonToMessage(parser.body(), request));
  return query.empty() ? Status::Ok() : QueryToMessage(query, request);
}

bool HttpConnection::RunMethod(const HttpParser& parser, const Method& method,
                               std::string_view query, HttpReply* reply) {
  if (method.streams_requests()) {
    *reply = ErrorReply(UnimplementedError(
        fmt::format("{}/{} is {}; HTTP/1.1 carries one request a call: use gRPC or native frames",
                    method.service_name, method.name, method.kind())));
    return false;
  }
  const Time now = link_.clock().Now();
  Result<Time> deadline = DeadlineOf(parser, now);
  if (!deadline.ok()) {
    *reply = ErrorReply(deadline.status());
    return false;
  }
  HttpCall call(link_, {.method = &method,
                        .caller = std::string(parser.Header("Bellrock-Caller")),
                        .peer = peer_,
                        .identity = identity_,
                        .received = now,
                        .deadline = *deadline,
                        .trace = span_ids_.Child(TraceOf(parser)),
                        .dye = std::string(parser.Header("Bellrock-Dye"))});
  if (Status status = FillRequest(parser, query, call.request()); !status.ok()) {
    *reply = ErrorReply(status);
    return false;
  }
  call.Run();
  if (!call.finished()) WaitWatchingPeer(call);
  state_.NoteCall(call, link_.clock().Now());
  if (call.events_begun() || (method.streams_replies() && call.status().ok())) {
    call.EndEvents();
    return true;
  }
  if (!call.status().ok()) {
    *reply = ErrorReply(call.status());
    if (call.retry_after() > Duration(0)) {
      const auto seconds = std::chrono::ceil<std::chrono::seconds>(call.retry_after()).count();
      reply->headers.emplace_back("Retry-After", std::to_string(seconds));
    }
    return false;
  }
  Result<std::string> json = MessageToJson(call.reply());
  *reply = json.ok() ? HttpReply{200, std::string(kJson), std::move(*json), {}}
                     : ErrorReply(json.status());
  return false;
}

// A fiber of its own reads on: what it reads is the next request, and the end of the stream means
// that nobody waits for this one any more.
void HttpConnection::WaitWatchingPeer(HttpCall& call) {
  fiber::Fiber* watcher = nullptr;
  fiber::Event watcher_ended;
  const Status spawned = link_.loop().SpawnNow([&] {
    watcher = fiber::CurrentFiber();
    bool open = true;
    while (open && link_.input().size() < kReadAheadMax) {
      Result<bool> more = link_.ReadMore();
      if (!more.ok() && more.status().code() == StatusCode::kCancelled) break;
      open = more.ok() && *more;
    }
    if (!open) call.Cancel();
    watcher = nullptr;
    watcher_ended.Set();
  });
  if (call.method().streams_replies() &&
      !call.WaitFinishedUntil(link_.clock().Now() + kEventsHeadDelay)) {
    call.BeginEvents();
  }
  while (!call.finished() && !fiber::CurrentCancelled()) (void)call.WaitFinishedUntil(kNever);
  if (!call.finished()) call.Cancel();  // the server is being torn down
  call.WaitFinished();
  if (!spawned.ok()) return;
  if (watcher != nullptr) fiber::CancelFiber(*watcher);
  fiber::ScopedShield shield;
  while (!watcher_ended.is_set()) (void)watcher_ended.Wait();
}

void HttpConnection::Page(const HttpParser& parser, const std::string& path,
                          const std::string& query, HttpReply* reply) {
  const std::pair<std::string, HttpHandler>* best = nullptr;
  for (const auto& entry : state_.http_handlers) {
    if (!path.starts_with(entry.first)) continue;
    if (best == nullptr || entry.first.size() > best->first.size()) best = &entry;
  }
  if (best == nullptr) {
    *reply = NotFound(path);
    return;
  }
  HttpRequest request;
  request.method = parser.method();
  request.path = path;
  request.query = query;
  request.accept_language = parser.Header("Accept-Language");
  request.accept_encoding = parser.Header("Accept-Encoding");
  request.if_none_match = parser.Header("If-None-Match");
  *reply = best->second(request);
}

HttpReply HttpConnection::NotFound(const std::string& path) const {
  std::vector<std::string> exist;
  for (const std::string& name : state_.methods.Names()) exist.push_back("/" + name);
  for (const auto& entry : state_.http_handlers) exist.push_back(entry.first);
  return ErrorReply(NotFoundError(
      fmt::format("nothing is served at {}; there is: {}", path, fmt::join(exist, ", "))));
}

void HttpConnection::WriteAnswer(const Answer& answer) {
  const HttpReply& reply = answer.reply;
  std::string head = fmt::format("HTTP/1.1 {} {}\r\n", reply.status, HttpReason(reply.status));
  // RFC 9110 8.6: no Content-Length with 204; with 304 it would speak of the body that is not sent.
  const bool bodiless = reply.status == 204 || reply.status == 304;
  if (!bodiless) {
    head += fmt::format("Content-Type: {}\r\nContent-Length: {}\r\n", reply.content_type,
                        reply.body.size());
  }
  for (const auto& [name, value] : reply.headers) head += fmt::format("{}: {}\r\n", name, value);
  head += answer.keep_alive ? "\r\n" : "Connection: close\r\n\r\n";
  link_.output().Append(head);
  if (!bodiless && !answer.head_only) link_.output().Append(reply.body);
  link_.Flush();
}

}  // namespace bellrock::rpc
