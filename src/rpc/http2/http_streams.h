// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "fiber/sync.h"
#include "rpc/http/http_exchange.h"
#include "rpc/http2/http_stream.h"
#include "rpc/server/server_state.h"
#include "rpc/span_ids.h"

namespace bellrock::rpc::http2 {

// The plain HTTP requests of one HTTP/2 connection: owns their streams and answers them by the same
// exchange as HTTP/1.1. A part of its connection, on its loop.
class HttpStreams final : public HttpAnswerer {
 public:
  HttpStreams(ServerState& state, StreamOwner& owner, HttpPeer peer, SpanIds& span_ids)
      : state_(state), owner_(owner), peer_(std::move(peer)), span_ids_(span_ids) {}

  // From OnHeadersEnd().
  void Start(int32_t stream_id, HttpHead head);
  // The connection has ended: cancels what runs and waits for its end.
  void AbandonAll();
  // Those that run.
  void AddCalls(std::vector<const ServedCall*>& calls) const;

  // HttpAnswerer:
  bool Run(HttpStream& stream, HttpAnswer& answer) override;
  void Remove(HttpStream& stream) override;

 private:
  ServerState& state_;
  StreamOwner& owner_;
  const HttpPeer peer_;
  SpanIds& span_ids_;
  HttpStream* streams_ = nullptr;  // list, owned
  fiber::WaitQueue none_left_;
};

}  // namespace bellrock::rpc::http2
