// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <deque>
#include <string>
#include <string_view>

#include "bellrock/status.h"
#include "fiber/sync.h"
#include "rpc/client/client_transport.h"
#include "rpc/http2/field_block.h"
#include "rpc/http2/grpc_codec.h"
#include "rpc/http2/grpc_outcome.h"
#include "rpc/http2/session.h"

namespace bellrock::rpc::http2 {

class GrpcTransport;

// A call on its HTTP/2 stream, on the stack of its fiber or in its GrpcStream. A single reply is
// parsed where it lies; items of a stream wait here for their reader, bounded by the stream's
// window and one message. Belongs to its connection's loop; the owner ends with
// GrpcTransport::Drop().
class GrpcClientCall final : public SessionStream {
 public:
  GrpcClientCall(IncomingReply& reply, bool stream, size_t message_bytes_max);

  // On a stream of `transport` from now on.
  void Attach(GrpcTransport& transport) { transport_ = &transport; }
  bool attached() const { return transport_ != nullptr; }
  // The stream is gone.
  void Detach();
  // The callee has ended it, or the connection has.
  bool done() const { return done_; }
  const Status& status() const { return status_; }
  bool gzip() const { return gzip_; }
  void set_gzip(bool gzip) { gzip_ = gzip; }

  bool has_item() const { return !items_.empty(); }
  // The next item, and in `window` the bytes of the stream's window to give back for it.
  std::string TakeItem(size_t* window);

  // By the transport.
  void OnBlock(const FieldBlock& block, const HeadersEnd& end);
  // Ends it without the callee.
  void Complete(Status status);
  // To be called after the output grew or went out.
  void NoteOutput();

  fiber::WaitQueue readers;
  fiber::WaitQueue writers;  // wait until output() is small
  size_t index = 0;          // among the transport's open calls

 private:
  void OnData(std::string_view bytes) override;
  void OnRemoteEnd() override;
  void OnSent() override;
  void OnClosed(ErrorCode code) override;

  void TakePage(std::string_view bytes);
  Status TakeMessages(std::string_view bytes);
  Status TakeMessage(const MessageAssembler::Message& message);
  Status TakeReply(std::string_view bytes);
  // The callee breaks the rules: the stream is reset.
  void Fail(Status status);
  void Finish(Status status);

  IncomingReply& reply_;
  const bool stream_;
  const size_t message_bytes_max_;
  bool gzip_ = false;  // requests go out so
  bool done_ = false;
  bool has_reply_ = false;
  Status status_;
  GrpcTransport* transport_ = nullptr;
  GrpcOutcome outcome_;
  MessageAssembler assembler_;
  std::deque<std::string> items_;
  size_t window_held_ = 0;   // not given back, for items_ are unread
  size_t output_noted_ = 0;  // in the transport's sum
};

}  // namespace bellrock::rpc::http2
