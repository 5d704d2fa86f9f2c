// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "rpc/http2/grpc_client_call.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "rpc/error_catalog.h"
#include "rpc/http/http_encoding.h"
#include "rpc/http2/grpc_transport.h"
#include "rpc/native/frame_writer.h"

namespace bellrock::rpc::http2 {

GrpcClientCall::GrpcClientCall(IncomingReply& reply, bool stream, size_t message_bytes_max)
    : reply_(reply),
      stream_(stream),
      message_bytes_max_(message_bytes_max),
      assembler_(message_bytes_max) {}

void GrpcClientCall::OnBlock(const FieldBlock& block, const HeadersEnd& end) {
  outcome_.OnBlock(block, end, reply_);
  transport_->OnDataFrame();
  if (end.too_large) Fail(outcome_.Resolve(std::nullopt, reply_));
}

void GrpcClientCall::OnData(std::string_view bytes) {
  transport_->OnDataFrame();
  if (done_) return;
  if (!outcome_.is_grpc()) return TakePage(bytes);
  const Status taken = TakeMessages(bytes);
  if (!taken.ok()) return Fail(taken);
  // Of a message that is not whole yet the rest must be able to come, however small the window.
  if (items_.empty()) {
    transport_->session().GiveWindow(*this, bytes.size());
  } else {
    window_held_ += bytes.size();
  }
}

void GrpcClientCall::TakePage(std::string_view bytes) {
  transport_->session().GiveWindow(*this, bytes.size());
  if (outcome_.AddPage(bytes)) return;
  Finish(outcome_.Resolve(std::nullopt, reply_));
  transport_->session().Reset(*this, ErrorCode::kCancel);
}

Status GrpcClientCall::TakeMessages(std::string_view bytes) {
  MessageAssembler::Message message;
  for (;;) {
    BELLROCK_ASSIGN(const bool whole, assembler_.Next(bytes, &message));
    if (!whole) return Status::Ok();
    BELLROCK_TRY(TakeMessage(message));
  }
}

Status GrpcClientCall::TakeMessage(const MessageAssembler::Message& message) {
  if (!message.compressed) return TakeReply(message.bytes);
  BELLROCK_ASSIGN(const bool gzip, outcome_.gzip());
  if (!gzip) {
    return InternalError(Numbered(ErrorNumber::kGrpcBroken,
                                  "a message is marked as packed, but no grpc-encoding says how"));
  }
  Result<std::string> plain = Gunzip(message.bytes, message_bytes_max_);
  if (!plain.ok() && plain.status().code() == StatusCode::kResourceExhausted) {
    return plain.status();
  }
  if (!plain.ok()) {
    return DataLossError(
        Numbered(ErrorNumber::kDamagedPacking, "a packed message is no whole gzip stream"));
  }
  return TakeReply(*plain);
}

Status GrpcClientCall::TakeReply(std::string_view bytes) {
  if (stream_) {
    items_.emplace_back(bytes);
    readers.WakeAll();
    return Status::Ok();
  }
  if (std::exchange(has_reply_, true)) {
    return InternalError(Numbered(ErrorNumber::kGrpcBroken,
                                  "the callee sent a second reply to a call that has one"));
  }
  const Status parsed = ParseMessage(bytes, "reply", *reply_.message);
  // The callee's fault, not that of an argument.
  return parsed.ok() ? parsed : DataLossError(std::string(parsed.message()));
}

std::string GrpcClientCall::TakeItem(size_t* window) {
  std::string item = std::move(items_.front());
  items_.pop_front();
  *window = items_.empty() ? window_held_ : std::min(window_held_, kPrefixBytes + item.size());
  window_held_ -= *window;
  return item;
}

void GrpcClientCall::OnRemoteEnd() {
  if (done_) return;
  Status status = outcome_.Resolve(std::nullopt, reply_);
  if (status.ok() && assembler_.within_message()) {
    status = DataLossError(
        Numbered(ErrorNumber::kGrpcBroken, "the callee ended the call within a message"));
  } else if (status.ok() && !stream_ && !has_reply_) {
    status = InternalError(Numbered(ErrorNumber::kGrpcBroken,
                                    "the callee ended the call with OK and without a reply"));
  }
  Finish(std::move(status));
}

void GrpcClientCall::OnSent() {
  NoteOutput();
  writers.WakeAll();
}

void GrpcClientCall::OnClosed(ErrorCode code) {
  if (!done_) Finish(outcome_.Resolve(code, reply_));
  Detach();
}

void GrpcClientCall::Detach() {
  transport_->OnQueuedBytes(-static_cast<ptrdiff_t>(output_noted_));
  std::exchange(transport_, nullptr)->OnStreamGone(*this);
}

void GrpcClientCall::NoteOutput() {
  const size_t now = output().size();
  transport_->OnQueuedBytes(static_cast<ptrdiff_t>(now) - static_cast<ptrdiff_t>(output_noted_));
  output_noted_ = now;
}

void GrpcClientCall::Fail(Status status) {
  if (done_) return;
  reply_.replied = false;
  Finish(std::move(status));
  transport_->session().Reset(*this, ErrorCode::kCancel);
}

void GrpcClientCall::Complete(Status status) {
  if (done_) return;
  reply_.replied = false;
  Finish(std::move(status));
}

void GrpcClientCall::Finish(Status status) {
  status_ = std::move(status);
  done_ = true;
  readers.WakeAll();
  writers.WakeAll();
}

}  // namespace bellrock::rpc::http2
