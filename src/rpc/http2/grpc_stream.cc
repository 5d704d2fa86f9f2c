// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "rpc/http2/grpc_stream.h"

#include <string>
#include <utility>

#include "rpc/error_catalog.h"
#include "rpc/native/frame_writer.h"

namespace bellrock::rpc::http2 {

GrpcStream::GrpcStream(std::shared_ptr<GrpcTransport> transport, Time deadline,
                       size_t message_bytes_max)
    : transport_(std::move(transport)), deadline_(deadline), call_(end_, true, message_bytes_max) {}

GrpcStream::~GrpcStream() {
  transport_->Drop(call_);
}

Status GrpcStream::Begin(const OutgoingCall& call) {
  writes_closed_ = call.request != nullptr;
  return transport_->Begin(call, call_);
}

Status GrpcStream::Write(const Message& message) {
  if (writes_closed_) {
    return FailedPreconditionError(
        Numbered(ErrorNumber::kStreamOver, "the stream of requests was closed"));
  }
  // One message may go beyond it: else one larger than that could never be sent.
  while (call_.output().size() > kWriteAheadBytes && !call_.done()) {
    BELLROCK_TRY(call_.writers.Wait(deadline_));
  }
  if (call_.done()) {
    return UnavailableError(
        Numbered(ErrorNumber::kStreamOver, "the call has ended; Read() tells how"));
  }
  return transport_->SendMessage(call_, message);
}

Status GrpcStream::CloseWrites() {
  if (std::exchange(writes_closed_, true) || call_.done()) return Status::Ok();
  transport_->SendEnd(call_);
  return Status::Ok();
}

Result<bool> GrpcStream::Read(Message& message) {
  while (!call_.has_item() && !call_.done()) {
    Status waited = call_.readers.Wait(deadline_);
    if (waited.ok() || call_.has_item() || call_.done()) continue;
    return waited;
  }
  if (!call_.has_item()) {
    if (!call_.status().ok()) return call_.status();
    return false;
  }
  size_t window = 0;
  const std::string item = call_.TakeItem(&window);
  transport_->GiveWindow(call_, window);
  BELLROCK_TRY(ParseMessage(item, "stream item", message));
  return true;
}

}  // namespace bellrock::rpc::http2
