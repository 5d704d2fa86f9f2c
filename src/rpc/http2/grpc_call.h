// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>
#include <vector>

#include "fiber/sync.h"
#include "rpc/http2/grpc_codec.h"
#include "rpc/http2/stream_owner.h"
#include "rpc/served_call.h"

namespace bellrock::rpc::http2 {

class GrpcCall;

// What a call needs of its connection.
class GrpcCallOwner : public StreamOwner {
 public:
  // The handler has ended: counts the call.
  virtual void NoteFinished(GrpcCall& call) = 0;
  // The call is over on both sides: destroy it.
  virtual void Remove(GrpcCall& call) = 0;
};

// One gRPC call on its HTTP/2 stream: messages in, handler, messages out, trailers. Belongs to its
// connection, on its loop, from the request's headers until the stream is closed and the handler
// has ended.
class GrpcCall final : public ServedCall, public SessionStream {
 public:
  // `packed`: the peer's messages may be gzip, and it takes ours so.
  GrpcCall(GrpcCallOwner& owner, CallStart&& start, bool packed);

  // After Session::Attach(): a method that takes a stream of requests begins at once.
  void Begin();
  // The connection has ended. May destroy the call.
  void Abandon();
  // Whether the handler runs.
  bool running() const { return begun_ && !finished(); }

  GrpcCall* next = nullptr;  // links of the owner's list
  GrpcCall* previous = nullptr;

 private:
  // SessionStream:
  void OnData(std::string_view bytes) override;
  void OnRemoteEnd() override;
  void OnSent() override;
  void AddTrailers(std::vector<HeaderField>& fields) override;
  void OnClosed(ErrorCode code) override;
  // ServedCall:
  Status SendItem(const Message& message) override;
  Result<size_t> SendShared(const SharedMessage& message) override;
  void OnFinished() override;
  void OnCancelled() override { write_waiters_.WakeAll(); }
  void OnRequestTaken(size_t bytes) override;

  Status TakeData(std::string_view bytes);
  Status TakeMessage(const MessageAssembler::Message& message);
  Status TakeRequest(std::string_view bytes);
  bool RecountHeld();
  void RunHandler();
  void GiveWindow(size_t bytes);
  size_t GiveableBytes() const;
  // The request cannot be served: answers with this, whatever the handler says.
  void Fail(const Status& why);
  void SendReply();
  // Until what is queued for the peer has become less.
  Status AwaitRoom();
  Status CheckReplyBytes(size_t bytes) const;
  Status AppendMessage(const Message& message);
  void AppendPacked(const Message& message);
  void CountOutput();
  void SendOutput();
  void SendHeaders();
  void PrepareTrailers(const Status& status);
  void Settle();

  GrpcCallOwner& owner_;
  MessageAssembler assembler_;
  const bool packed_;
  bool begun_ = false;
  bool has_request_ = false;
  bool headers_sent_ = false;
  bool stream_closed_ = false;
  Status failure_;             // overrides the handler's status
  size_t ungiven_bytes_ = 0;   // of the stream's window
  size_t held_bytes_ = 0;      // counted at the owner
  size_t output_counted_ = 0;  // likewise
  fiber::WaitQueue write_waiters_;
  // Of the trailers; alive until they are sent.
  Status end_;
  std::string message_text_;
  std::string pushback_text_;
  std::vector<std::string> metadata_texts_;
};

}  // namespace bellrock::rpc::http2
