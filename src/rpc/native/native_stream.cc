// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "rpc/native/native_stream.h"

#include <google/protobuf/message.h>

#include <string>
#include <utility>

#include "rpc/compression.h"
#include "rpc/error_catalog.h"

namespace bellrock::rpc {

NativeStream::NativeStream(std::shared_ptr<NativeTransport> transport, Time deadline)
    : transport_(std::move(transport)), deadline_(deadline) {
  pending_.stream = true;
  pending_.reply = &end_;
  pending_.credit = kRequestCreditBytes;
}

NativeStream::~NativeStream() {
  if (open_) transport_->Drop(id_, true);
}

Status NativeStream::Begin(const OutgoingCall& call) {
  writes_closed_ = call.request != nullptr;
  compression_ = call.compression;
  BELLROCK_ASSIGN(id_, transport_->Begin(call, pending_));
  open_ = true;
  return Status::Ok();
}

Status NativeStream::Write(const Message& message) {
  if (writes_closed_) {
    return FailedPreconditionError(
        Numbered(ErrorNumber::kStreamOver, "the stream of requests was closed"));
  }
  // One message may overdraw the credit: else one larger than the window could never be sent.
  while (pending_.credit <= 0 && !pending_.done) {
    BELLROCK_TRY(pending_.credit_waiters.Wait(deadline_));
  }
  if (pending_.done) {
    return UnavailableError(
        Numbered(ErrorNumber::kStreamOver, "the call has ended; Read() tells how"));
  }
  BELLROCK_ASSIGN(const size_t bytes, transport_->SendItem(id_, message, compression_));
  pending_.credit -= static_cast<int64_t>(CreditOf(bytes));
  return Status::Ok();
}

Status NativeStream::CloseWrites() {
  if (std::exchange(writes_closed_, true) || pending_.done) return Status::Ok();
  return transport_->SendItemsEnd(id_);
}

Result<bool> NativeStream::Read(Message& message) {
  while (pending_.items.empty() && !pending_.done) {
    Status waited = pending_.waiters.Wait(deadline_);
    if (waited.ok() || !pending_.items.empty() || pending_.done) continue;
    return waited;
  }
  if (!pending_.items.empty()) return TakeItem(message);
  if (!pending_.status.ok()) return pending_.status;
  return false;
}

Result<bool> NativeStream::TakeItem(Message& message) {
  const StreamItem item = std::move(pending_.items.front());
  pending_.items.pop_front();
  pending_.item_bytes -= CreditOf(item.bytes.size());
  read_bytes_ += CreditOf(item.bytes.size());
  // In halves of the window: few frames, and the callee never waits for a reader that keeps up.
  if (read_bytes_ >= NativeTransport::kStreamCreditBytes / 2 && !pending_.done) {
    transport_->GiveCredit(id_, std::exchange(read_bytes_, 0));
  }
  BELLROCK_TRY(UnpackMessage(item.compression, item.bytes, transport_->frame_bytes_max(),
                             "stream item", message));
  return true;
}

}  // namespace bellrock::rpc
