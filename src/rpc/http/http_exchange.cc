// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "rpc/http/http_exchange.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <google/protobuf/message.h>

#include <charconv>
#include <utility>

#include "fiber/fiber.h"
#include "rpc/error_catalog.h"
#include "rpc/http/http_encoding.h"
#include "rpc/http/json.h"

namespace bellrock::rpc {
namespace {

// Read ahead of the request under way at most; then the peer is no longer watched.
constexpr size_t kReadAheadMax = 64 << 10;
// A stream whose handler is silent sends its head after this long, so that the client knows it is
// open.
constexpr Duration kStreamHeadDelay = std::chrono::milliseconds(100);

}  // namespace

HttpExchange::HttpExchange(ServerState& state, Link& link, const HttpPeer& peer,
                           const HttpParser& parser, SpanIds& span_ids)
    : state_(state), link_(link), peer_(peer), parser_(parser), span_ids_(span_ids) {}

bool HttpExchange::Run(HttpAnswer& answer) {
  answer.takes_gzip = AcceptsByName(parser_.Header("Accept-Encoding"), "gzip");
  answer.headers = CorsHeaders(state_.options.http_origins, parser_.Header("Origin"));
  Result<Target> target = ParseTarget(parser_.target());
  if (!target.ok()) {
    answer.reply = ErrorReply(WithNumber(ErrorNumber::kBadHttp, target.status()));
    return true;
  }
  Result<HttpTarget> found = ResolveHttp(state_, parser_.method(), *target);
  if (!found.ok()) {
    answer.reply = ErrorReply(WithNumber(ErrorNumber::kBadHttp, found.status()));
    return true;
  }
  if (found->method != nullptr) return RunMethod(*found, target->query, answer);
  if (found->page != nullptr) {
    RunPage(*found->page, *target, answer.reply);
  } else {
    TellVerbs(*found, target->path, answer);
  }
  return true;
}

void HttpExchange::TellVerbs(const HttpTarget& found, const std::string& path, HttpAnswer& answer) {
  if (found.verbs.empty()) {
    answer.reply = ErrorReply(NothingAt(state_, path));
    return;
  }
  const std::string verbs = fmt::format("{}", fmt::join(found.verbs, ", "));
  if (parser_.method() == "OPTIONS") {
    answer.reply = {.status = 204, .content_type = ""};
    if (!parser_.Header("Access-Control-Request-Method").empty()) {
      answer.reply.headers =
          PreflightHeaders(state_.options.http_origins, parser_.Header("Origin"), verbs);
    }
  } else {
    answer.reply = ErrorReply(
        UnimplementedError(Numbered(
            ErrorNumber::kOtherVerb,
            fmt::format("method {} is not served at {}; use {}", parser_.method(), path, verbs))),
        405);
  }
  answer.reply.headers.emplace_back("Allow", verbs);
}

void HttpExchange::RunPage(const HttpHandler& page, const Target& target, HttpReply& reply) {
  HttpRequest request;
  request.method = parser_.method();
  request.path = target.path;
  request.query = target.query;
  request.peer = peer_.address;
  request.identity = peer_.identity;
  request.accept_language = parser_.Header("Accept-Language");
  request.accept_encoding = parser_.Header("Accept-Encoding");
  request.if_none_match = parser_.Header("If-None-Match");
  reply = page(request);
}

// The header's deadline, kNever without the header.
Result<Time> HttpExchange::DeadlineOf(Time now) const {
  const std::string_view text = parser_.Header("Bellrock-Timeout-Ms");
  if (text.empty()) return kNever;
  uint32_t ms = 0;
  const auto [at, error] = std::from_chars(text.data(), text.data() + text.size(), ms);
  if (error != std::errc() || at != text.data() + text.size() || ms == 0) {
    return InvalidArgumentError(Numbered(
        ErrorNumber::kBadHttp,
        fmt::format(
            "header Bellrock-Timeout-Ms: \"{}\" is no number of milliseconds; write 1..4294967295",
            text)));
  }
  return now + std::chrono::milliseconds(ms);
}

CallStart HttpExchange::StartOf(const Method& method, Time now, Time deadline) {
  const TraceContext outer =
      FromTraceparent(parser_.Header("traceparent")).value_or(TraceContext());
  return {.server_loop = &state_.LoopOf(link_.loop()),
          .method = &method,
          .caller = std::string(parser_.Header("Bellrock-Caller")),
          .peer = peer_.address,
          .identity = peer_.identity,
          .received = now,
          .deadline = deadline,
          .trace = span_ids_.Child(outer),
          .dye = std::string(parser_.Header("Bellrock-Dye"))};
}

Result<std::string> HttpExchange::Unpacked(int* http_status) const {
  const std::string_view coding = parser_.Header("Content-Encoding");
  if (coding.empty() || coding == "identity") return parser_.body();
  if (coding != "gzip" && coding != "x-gzip") {
    *http_status = 415;
    return InvalidArgumentError(Numbered(
        ErrorNumber::kBadHttp,
        fmt::format("header Content-Encoding: \"{}\" is not read here; send gzip, or leave it out",
                    coding)));
  }
  Result<std::string> body = Gunzip(parser_.body(), state_.options.frame_bytes_max);
  *http_status = !body.ok() && body.status().code() == StatusCode::kResourceExhausted ? 413 : 400;
  return body;
}

Status HttpExchange::FillRequest(const HttpTarget& found, const std::string& query,
                                 std::string_view body, Message& request) const {
  if (found.route.rule != nullptr) {
    return found.route.rule->Bind(found.route.captures, query, body, request);
  }
  if (parser_.method() != "POST") return QueryToMessage(query, request);
  BELLROCK_TRY(JsonToMessage(body, request));
  return QueryToMessage(query, request);
}

StreamStyle HttpExchange::Style(const HttpAnswer& answer) const {
  const bool lines = AcceptsByName(parser_.Header("Accept"), "application/x-ndjson");
  return {.form = lines ? StreamStyle::Form::kLines : StreamStyle::Form::kEvents,
          .chunked = lines && parser_.minor_version() >= 1,
          .header_lines = HeaderLines(answer.headers)};
}

bool HttpExchange::RunMethod(const HttpTarget& found, const std::string& query,
                             HttpAnswer& answer) {
  const Method& method = *found.method;
  if (method.streams_requests()) {
    answer.reply = ErrorReply(UnimplementedError(Numbered(
        ErrorNumber::kNotOverHttp1,
        fmt::format(
            "{}/{} is {}; HTTP/1.1 carries one request a call: use gRPC or native frames, on this "
            "same port",
            method.service_name, method.name, method.kind()))));
    return true;
  }
  const Time now = link_.clock().Now();
  Result<Time> deadline = DeadlineOf(now);
  int refused_as = 0;
  Result<std::string> body = Unpacked(&refused_as);
  if (!deadline.ok() || !body.ok()) {
    answer.reply =
        deadline.ok() ? ErrorReply(body.status(), refused_as) : ErrorReply(deadline.status());
    return true;
  }
  HttpCall call(link_, StartOf(method, now, *deadline), Style(answer));
  if (Status status = FillRequest(found, query, *body, call.request()); !status.ok()) {
    answer.reply = ErrorReply(WithNumber(ErrorNumber::kBadHttpField, status));
    return true;
  }
  call.Run();
  if (!call.finished()) WaitWatchingPeer(call);
  state_.NoteCall(call, link_.clock().Now());
  if (call.stream_begun() || (method.streams_replies() && call.status().ok())) {
    call.EndStream();
    return false;
  }
  answer.reply = call.Answer(found.route.rule);
  if (call.retry_after() > Duration(0)) {
    const auto seconds = std::chrono::ceil<std::chrono::seconds>(call.retry_after()).count();
    answer.reply.headers.emplace_back("Retry-After", std::to_string(seconds));
  }
  return true;
}

// A fiber of its own reads on: what it reads is the next request, and the end of the stream means
// that nobody waits for this one any more.
void HttpExchange::WaitWatchingPeer(HttpCall& call) {
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
  WaitSendingSignsOfLife(call);
  if (!call.finished()) call.Cancel();  // the server is being torn down
  call.WaitFinished();
  if (!spawned.ok()) return;
  if (watcher != nullptr) fiber::CancelFiber(*watcher);
  fiber::ScopedShield shield;
  while (!watcher_ended.is_set()) (void)watcher_ended.Wait();
}

void HttpExchange::WaitSendingSignsOfLife(HttpCall& call) {
  if (call.method().streams_replies() &&
      !call.WaitFinishedUntil(link_.clock().Now() + kStreamHeadDelay)) {
    call.BeginStream();
  }
  while (!call.finished() && !fiber::CurrentCancelled()) {
    (void)call.WaitFinishedUntil(call.SignOfLife());
  }
}

}  // namespace bellrock::rpc
