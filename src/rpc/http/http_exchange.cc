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

// A stream whose handler is silent sends its head after this long, so that the client knows it is
// open.
constexpr Duration kStreamHeadDelay = std::chrono::milliseconds(100);
// Of a caller's name, which goes into counting.
constexpr size_t kCallerBytesMax = 255;

}  // namespace

HttpExchange::HttpExchange(ServerState& state, HttpOutlet& outlet, const HttpPeer& peer,
                           const IncomingRequest& request, SpanIds& span_ids)
    : state_(state), outlet_(outlet), peer_(peer), request_(request), span_ids_(span_ids) {}

bool HttpExchange::Run(HttpAnswer& answer) {
  answer.takes_gzip = AcceptsByName(request_.Header("Accept-Encoding"), "gzip");
  answer.headers = CorsHeaders(state_.options.http_origins, request_.Header("Origin"));
  Result<Target> target = ParseTarget(request_.target());
  if (!target.ok()) {
    answer.reply = ErrorReply(WithNumber(ErrorNumber::kBadHttp, target.status()));
    return true;
  }
  Result<HttpTarget> found = ResolveHttp(state_, request_.method(), *target);
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
  if (request_.method() == "OPTIONS") {
    answer.reply = {.status = 204, .content_type = ""};
    if (!request_.Header("Access-Control-Request-Method").empty()) {
      answer.reply.headers =
          PreflightHeaders(state_.options.http_origins, request_.Header("Origin"), verbs);
    }
  } else {
    answer.reply = ErrorReply(
        UnimplementedError(Numbered(
            ErrorNumber::kOtherVerb,
            fmt::format("method {} is not served at {}; use {}", request_.method(), path, verbs))),
        405);
  }
  answer.reply.headers.emplace_back("Allow", verbs);
}

void HttpExchange::RunPage(const HttpPage& page, const Target& target, HttpReply& reply) {
  HttpRequest request;
  if (request_.method() == "POST") {
    int refused_as = 0;
    Result<std::string> body = Unpacked(kPageBodyBytesMax, &refused_as);
    if (!body.ok()) {
      reply = ErrorReply(body.status(), refused_as);
      return;
    }
    request.body = std::move(*body);
  }
  request.method = request_.method();
  request.path = target.path;
  request.query = target.query;
  request.peer = peer_.address;
  request.identity = peer_.identity;
  request.accept_language = request_.Header("Accept-Language");
  request.accept = request_.Header("Accept");
  request.accept_encoding = request_.Header("Accept-Encoding");
  request.if_none_match = request_.Header("If-None-Match");
  reply = page.handler(request);
}

// The header's deadline, kNever without the header.
Result<Time> HttpExchange::DeadlineOf(Time now) const {
  const std::string_view text = request_.Header("Bellrock-Timeout-Ms");
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
      FromTraceparent(request_.Header("traceparent")).value_or(TraceContext());
  return {.server_loop = &state_.LoopOf(outlet_.loop()),
          .method = &method,
          .caller = std::string(request_.Header("Bellrock-Caller").substr(0, kCallerBytesMax)),
          .peer = peer_.address,
          .identity = peer_.identity,
          .received = now,
          .deadline = deadline,
          .trace = span_ids_.Child(outer),
          .dye = std::string(request_.Header("Bellrock-Dye")),
          .lane = std::string(request_.Header("Bellrock-Lane"))};
}

Result<std::string> HttpExchange::Unpacked(size_t bytes_max, int* http_status) const {
  if (request_.body().size() > bytes_max) {
    *http_status = 413;
    return ResourceExhaustedError(Numbered(
        ErrorNumber::kHttpTooLarge,
        fmt::format("the body is over the limit of {} bytes; send less at once", bytes_max)));
  }
  const std::string_view coding = request_.Header("Content-Encoding");
  if (coding.empty() || coding == "identity") return request_.body();
  if (coding != "gzip" && coding != "x-gzip") {
    *http_status = 415;
    return InvalidArgumentError(Numbered(
        ErrorNumber::kBadHttp,
        fmt::format("header Content-Encoding: \"{}\" is not read here; send gzip, or leave it out",
                    coding)));
  }
  Result<std::string> body = Gunzip(request_.body(), bytes_max);
  *http_status = !body.ok() && body.status().code() == StatusCode::kResourceExhausted ? 413 : 400;
  return body;
}

Status HttpExchange::FillRequest(const HttpTarget& found, const std::string& query,
                                 std::string_view body, Message& request) const {
  if (found.route.rule != nullptr) {
    return found.route.rule->Bind(found.route.captures, query, body, request);
  }
  if (request_.method() != "POST") return QueryToMessage(query, request);
  BELLROCK_TRY(JsonToMessage(body, request));
  return QueryToMessage(query, request);
}

StreamStyle HttpExchange::Style(const HttpAnswer& answer) const {
  const bool lines = AcceptsByName(request_.Header("Accept"), "application/x-ndjson");
  return {.form = lines ? StreamStyle::Form::kLines : StreamStyle::Form::kEvents,
          .headers = answer.headers};
}

bool HttpExchange::RunMethod(const HttpTarget& found, const std::string& query,
                             HttpAnswer& answer) {
  const Method& method = *found.method;
  if (method.streams_requests()) {
    answer.reply = ErrorReply(UnimplementedError(Numbered(
        ErrorNumber::kNotOverHttp,
        fmt::format("{}/{} is {}; JSON over HTTP carries one request a call: use gRPC or native "
                    "frames, on this same port",
                    method.service_name, method.name, method.kind()))));
    return true;
  }
  const Time now = outlet_.clock().Now();
  Result<Time> deadline = DeadlineOf(now);
  int refused_as = 0;
  Result<std::string> body = Unpacked(state_.options.frame_bytes_max, &refused_as);
  if (!deadline.ok() || !body.ok()) {
    answer.reply =
        deadline.ok() ? ErrorReply(body.status(), refused_as) : ErrorReply(deadline.status());
    return true;
  }
  HttpCall call(outlet_, StartOf(method, now, *deadline), request_.target(), Style(answer));
  if (Status status = FillRequest(found, query, *body, call.request()); !status.ok()) {
    answer.reply = ErrorReply(WithNumber(ErrorNumber::kBadHttpField, status));
    return true;
  }
  call.Run();
  if (!call.finished()) WaitWatchingPeer(call);
  state_.NoteCall(call, outlet_.clock().Now());
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

void HttpExchange::WaitWatchingPeer(HttpCall& call) {
  outlet_.BeginWatch(call);
  WaitSendingSignsOfLife(call);
  if (!call.finished()) call.Cancel();  // the server is being torn down
  call.WaitFinished();
  outlet_.EndWatch();
}

void HttpExchange::WaitSendingSignsOfLife(HttpCall& call) {
  if (call.method().streams_replies() &&
      !call.WaitFinishedUntil(outlet_.clock().Now() + kStreamHeadDelay)) {
    call.BeginStream();
  }
  while (!call.finished() && !fiber::CurrentCancelled()) {
    (void)call.WaitFinishedUntil(call.SignOfLife());
  }
}

}  // namespace bellrock::rpc
