// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "fiber/sync.h"
#include "rpc/http2/flood_guard.h"
#include "rpc/http2/grpc_call.h"
#include "rpc/http2/http_streams.h"
#include "rpc/http2/request_head.h"
#include "rpc/http2/session.h"
#include "rpc/link.h"
#include "rpc/server/server_state.h"
#include "rpc/span_ids.h"

namespace bellrock::rpc::http2 {

// Server side of one HTTP/2 connection: takes requests, starts the handlers of gRPC calls in place
// and answers them; leaves plain HTTP requests to HttpStreams. Lives in its connection's fiber, on
// one loop; outlives every call it started.
class Http2Connection final : public SessionSink, public GrpcCallOwner {
 public:
  // `identity` is the name the peer has proved, or "".
  Http2Connection(ServerState& state, Link& link, std::string peer, std::string identity);
  ~Http2Connection() override;

  // Serves until the link ends, then cancels the calls in flight and waits for them.
  void Serve();
  // Tells the client to make its next calls elsewhere, in two steps, so that none on its way is
  // lost (RFC 9113 6.8). Those that come nevertheless are served.
  void Drain();
  // The last word before a drained connection is closed.
  void Goaway();
  // Asks a peer that is silent while handlers run whether it is still there, and closes it if it
  // does not answer; closes one that does not read its replies.
  void Sweep(Time now);
  // Handlers that run, and answers that are not sent.
  size_t calls_in_flight() const { return running_ + (reply_bytes_ > 0 ? 1 : 0); }

  // Those whose handlers run.
  std::vector<const ServedCall*> Calls() const;

  // GrpcCallOwner:
  Session& session() override { return session_; }
  size_t message_bytes_max() const override { return state_.options.frame_bytes_max; }
  bool HoldRequestBytes(size_t bytes) override;
  void ReleaseRequestBytes(size_t bytes) override { request_bytes_ -= bytes; }
  bool MayQueueReply() const override { return reply_bytes_ <= state_.options.out_bytes_max; }
  bool WriterShouldWait() const override { return reply_bytes_ > state_.options.out_bytes_max / 2; }
  void AddReplyBytes(size_t bytes) override;
  void TakeReplyBytes(size_t bytes) override;
  void NoteBegun() override { ++running_; }
  void NoteEnded() override { --running_; }
  void NoteFinished(GrpcCall& call) override;
  void Remove(GrpcCall& call) override;

 private:
  // SessionSink:
  void OnHeadersBegin() override { head_.Clear(); }
  void OnHeader(std::string_view name, std::string_view value) override { head_.Add(name, value); }
  void OnHeadersEnd(const HeadersEnd& end) override;
  void OnPong(uint64_t opaque) override;
  Status OnControl(Control control) override;

  // Why the request cannot be served as a call, if so.
  Result<const Method*> MethodFor() const;
  CallStart StartOf(const Method& method);
  void StartCall(int32_t stream_id, const Method& method);
  void RefuseCall(int32_t stream_id, const Status& why);
  // For whom a gRPC status would not reach: an HTTP status, too.
  void RefuseHttp(int32_t stream_id, std::string_view http_status, const Status& why);
  void NoteEnd(const Status& why);

  ServerState& state_;
  Link& link_;
  ServerLoop& loop_;
  const std::string peer_;
  const std::string identity_;
  SpanIds span_ids_;
  FloodGuard flood_guard_;
  Session session_;
  RequestHead head_;           // of the block being received
  GrpcCall* calls_ = nullptr;  // list, owned
  HttpStreams http_;
  size_t running_ = 0;
  size_t request_bytes_ = 0;
  size_t reply_bytes_ = 0;
  Time reply_progress_{};  // when the last of them was taken, or the first came
  std::optional<Time> pinged_;
  fiber::WaitQueue no_calls_;
};

}  // namespace bellrock::rpc::http2
