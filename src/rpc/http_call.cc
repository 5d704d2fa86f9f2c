// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "rpc/http_call.h"

#include "fiber/fiber.h"
#include "rpc/json.h"

namespace bellrock::rpc {
namespace {
// Events queued for a slow reader before the handler waits.
constexpr size_t kEventBytesMax = 256 << 10;
}  // namespace

void HttpCall::WaitFinished() {
  fiber::ScopedShield shield;
  while (!finished()) (void)finished_event_.Wait();
}

bool HttpCall::WaitFinishedUntil(Time until) {
  (void)finished_event_.Wait(until);
  return finished();
}

void HttpCall::BeginEvents() {
  if (events_begun_) return;
  events_begun_ = true;
  link_.output().Append(
      "HTTP/1.1 200 OK\r\n"
      "Content-Type: text/event-stream\r\n"
      "Cache-Control: no-cache\r\n"
      "X-Accel-Buffering: no\r\n"
      "Connection: close\r\n\r\n");
  link_.Flush();
}

Status HttpCall::SendItem(const Message& message) {
  BELLROCK_ASSIGN(const std::string json, MessageToJson(message));
  BeginEvents();
  link_.output().Append("data: ");
  link_.output().Append(json);
  link_.output().Append("\n\n");
  link_.Flush();
  BELLROCK_TRY(link_.WaitOutput(kEventBytesMax, deadline()));
  return cancelled() ? CancelledError("the caller has gone") : Status::Ok();
}

void HttpCall::EndEvents() {
  BeginEvents();
  if (status().ok()) {
    link_.output().Append("event: end\ndata: {}\n\n");
  } else {
    link_.output().Append("event: error\ndata: " + StatusToJson(status()) + "\n\n");
  }
  link_.Flush();
}

}  // namespace bellrock::rpc
