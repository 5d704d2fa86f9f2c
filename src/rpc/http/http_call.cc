// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "rpc/http/http_call.h"

#include <fmt/format.h>

#include "fiber/fiber.h"
#include "rpc/error_catalog.h"
#include "rpc/http/json.h"

namespace bellrock::rpc {
namespace {
// Items queued for a slow reader before the handler waits.
constexpr size_t kStreamBytesMax = 256 << 10;
// Proxies close a connection after a silence of a minute, some after half of it.
constexpr Duration kSilenceMax = std::chrono::seconds(15);
}  // namespace

void HttpCall::WaitFinished() {
  fiber::ScopedShield shield;
  while (!finished()) (void)finished_event_.Wait();
}

bool HttpCall::WaitFinishedUntil(Time until) {
  (void)finished_event_.Wait(until);
  return finished();
}

void HttpCall::Append(std::string_view text) {
  if (style_.chunked) link_.output().Append(fmt::format("{:x}\r\n", text.size()));
  link_.output().Append(text);
  if (style_.chunked) link_.output().Append("\r\n");
  link_.Flush();
  last_written_ = link_.clock().Now();
}

void HttpCall::BeginStream() {
  if (begun_) return;
  begun_ = true;
  last_written_ = link_.clock().Now();
  const bool lines = style_.form == StreamStyle::Form::kLines;
  link_.output().Append(
      fmt::format("HTTP/1.1 200 OK\r\nContent-Type: {}\r\n{}{}"
                  "Cache-Control: no-cache\r\n"
                  "X-Accel-Buffering: no\r\n"
                  "Connection: close\r\n\r\n",
                  lines ? "application/x-ndjson" : "text/event-stream",
                  style_.chunked ? "Transfer-Encoding: chunked\r\n" : "", style_.header_lines));
  link_.Flush();
}

Status HttpCall::SendItem(const Message& message) {
  BELLROCK_ASSIGN(const std::string json, MessageToJson(message));
  BeginStream();
  Append(style_.form == StreamStyle::Form::kLines ? json + "\n" : "data: " + json + "\n\n");
  BELLROCK_TRY(link_.WaitOutput(kStreamBytesMax, deadline()));
  return cancelled() ? CancelledError(Numbered(ErrorNumber::kCancelled, "the caller has gone"))
                     : Status::Ok();
}

Time HttpCall::SignOfLife() {
  // A line of its own would be an item: newline-delimited JSON has no comments.
  if (!begun_ || style_.form != StreamStyle::Form::kEvents) return kNever;
  const Time now = link_.clock().Now();
  if (now >= last_written_ + kSilenceMax) {
    // What waits for a slow reader is a sign of life, too.
    if (link_.output().empty()) Append(": keep-alive\n\n");
    last_written_ = now;
  }
  return last_written_ + kSilenceMax;
}

void HttpCall::EndStream() {
  BeginStream();
  if (style_.form == StreamStyle::Form::kLines) {
    if (!status().ok()) Append("{\"error\":" + StatusToJson(status()) + "}\n");
  } else if (status().ok()) {
    Append("event: end\ndata: {}\n\n");
  } else {
    Append("event: error\ndata: " + StatusToJson(status()) + "\n\n");
  }
  if (style_.chunked) link_.output().Append("0\r\n\r\n");
  link_.Flush();
}

HttpReply HttpCall::Answer(const HttpRule* rule) const {
  if (!status().ok()) return ErrorReply(status());
  Result<std::string> json = rule == nullptr ? MessageToJson(reply()) : rule->ReplyJson(reply());
  if (!json.ok()) return ErrorReply(json.status());
  return {200, std::string(kJsonType), std::move(*json), {}};
}

}  // namespace bellrock::rpc
