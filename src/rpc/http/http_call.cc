// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "rpc/http/http_call.h"

#include <fmt/format.h>
#include <google/protobuf/message.h>

#include <memory>
#include <string>

#include "base/check.h"
#include "fiber/fiber.h"
#include "rpc/error_catalog.h"
#include "rpc/http/json.h"

namespace bellrock::rpc {
namespace {
// Proxies close a connection after a silence of a minute, some after half of it.
constexpr Duration kSilenceMax = std::chrono::seconds(15);

// What could end the header or is no ASCII goes out escaped.
std::string HeaderValue(std::string_view text) {
  std::string value;
  for (const char byte : text) {
    if (byte >= 0x20 && byte <= 0x7e) {
      value += byte;
    } else {
      value += fmt::format("%{:02X}", static_cast<unsigned char>(byte));
    }
  }
  return value;
}

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
  outlet_.WriteStream(text);
  last_written_ = outlet_.clock().Now();
}

void HttpCall::BeginStream() {
  if (begun_) return;
  begun_ = true;
  last_written_ = outlet_.clock().Now();
  const bool lines = style_.form == StreamStyle::Form::kLines;
  HttpHeaders headers = {{"Content-Type", lines ? "application/x-ndjson" : "text/event-stream"},
                         {"Cache-Control", "no-cache"},
                         {"X-Accel-Buffering", "no"}};
  headers.insert(headers.end(), style_.headers.begin(), style_.headers.end());
  outlet_.BeginStream(headers, !lines);
}

Status HttpCall::SendItem(const Message& message) {
  BELLROCK_ASSIGN(const std::string json, MessageToJson(message));
  return SendJson(json);
}

Result<size_t> HttpCall::SendShared(const SharedMessage& message) {
  const auto make = [&]() -> Result<Bytes> {
    const std::shared_ptr<const Message> parsed = message.Parse();
    if (parsed == nullptr) return InternalError("the bytes of a shared message do not parse");
    BELLROCK_ASSIGN(std::string text, MessageToJson(*parsed));
    return Bytes(std::move(text));
  };
  BELLROCK_ASSIGN(const Bytes* json, message.As(SharedMessage::Form::kJson, make));
  BELLROCK_TRY(SendJson(json->view()));
  return json->size();
}

Status HttpCall::SendJson(std::string_view json) {
  BeginStream();
  const bool lines = style_.form == StreamStyle::Form::kLines;
  Append(lines ? fmt::format("{}\n", json) : fmt::format("data: {}\n\n", json));
  BELLROCK_TRY(outlet_.WaitStream(deadline()));
  return cancelled() ? CancelledError(Numbered(ErrorNumber::kCancelled, "the caller has gone"))
                     : Status::Ok();
}

Time HttpCall::SignOfLife() {
  // A line of its own would be an item: newline-delimited JSON has no comments.
  if (!begun_ || style_.form != StreamStyle::Form::kEvents) return kNever;
  const Time now = outlet_.clock().Now();
  if (now >= last_written_ + kSilenceMax) {
    // What waits for a slow reader is a sign of life, too.
    if (outlet_.stream_drained()) Append(": keep-alive\n\n");
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
  outlet_.EndStream();
}

void HttpCall::SetAnswer(int status, Metadata headers) {
  BELLROCK_CHECK(status >= 200 && status < 400, "errors have the status of their code");
  http_status_ = status;
  http_headers_ = std::move(headers);
  for (auto& [name, value] : http_headers_) value = HeaderValue(value);
}

HttpReply HttpCall::Answer(const HttpRule* rule) const {
  if (!status().ok()) return ErrorReply(status());
  Result<std::string> json = rule == nullptr ? MessageToJson(reply()) : rule->ReplyJson(reply());
  if (!json.ok()) return ErrorReply(json.status());
  return {http_status_, std::string(kJsonType), std::move(*json), http_headers_};
}

}  // namespace bellrock::rpc
