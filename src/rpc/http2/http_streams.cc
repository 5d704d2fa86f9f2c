// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "rpc/http2/http_streams.h"

#include <memory>
#include <utility>

#include "fiber/fiber.h"

namespace bellrock::rpc::http2 {

void HttpStreams::Start(int32_t stream_id, HttpHead head) {
  auto* stream = std::make_unique<HttpStream>(owner_, *this, std::move(head)).release();
  stream->next = std::exchange(streams_, stream);  // Remove() takes it back
  if (stream->next != nullptr) stream->next->previous = stream;
  owner_.session().Attach(stream_id, *stream);
}

bool HttpStreams::Run(HttpStream& stream, HttpAnswer& answer) {
  return HttpExchange(state_, stream, peer_, stream, span_ids_).Run(answer);
}

void HttpStreams::Remove(HttpStream& removed) {
  const std::unique_ptr<HttpStream> stream(&removed);
  (stream->previous != nullptr ? stream->previous->next : streams_) = stream->next;
  if (stream->next != nullptr) stream->next->previous = stream->previous;
  if (streams_ == nullptr) none_left_.WakeAll();
}

void HttpStreams::AbandonAll() {
  for (HttpStream* stream = streams_; stream != nullptr;) {
    HttpStream* const next = stream->next;
    stream->Abandon();
    stream = next;
  }
  fiber::ScopedShield shield;
  while (streams_ != nullptr) (void)none_left_.Wait();
}

void HttpStreams::AddCalls(std::vector<const ServedCall*>& calls) const {
  for (const HttpStream* stream = streams_; stream != nullptr; stream = stream->next) {
    if (stream->call() != nullptr) calls.push_back(stream->call());
  }
}

}  // namespace bellrock::rpc::http2
