// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "rpc/http2/grpc_call.h"

#include <fmt/format.h>
#include <google/protobuf/message.h>

#include <algorithm>
#include <utility>

#include "rpc/compression.h"
#include "rpc/error_catalog.h"
#include "rpc/error_text.h"
#include "rpc/http/http_encoding.h"
#include "rpc/native/frame_writer.h"

namespace bellrock::rpc::http2 {
namespace {

// Queued for one stream before its handler waits; the last message may go beyond.
constexpr size_t kStreamOutputMax = 64 << 10;
// Given back to the peer in pieces of at least this much while messages wait for the handler.
constexpr size_t kWindowPieceBytes = SessionOptions().stream_window_bytes / 2;
// Of a message that waits, beside its bytes.
constexpr size_t kQueuedRequestOverhead = 64;
// Of an answer's head, mostly.
constexpr size_t kHeadFields = 8;

// Rounded up.
std::string MillisecondsText(Duration duration) {
  return std::to_string(std::chrono::ceil<std::chrono::milliseconds>(duration).count());
}

std::string_view OriginText(Origin origin) {
  return origin == Origin::kServer ? "server" : "downstream";
}

}  // namespace

GrpcCall::GrpcCall(GrpcCallOwner& owner, CallStart&& start, bool packed)
    : ServedCall(owner.session().link().loop(), owner.session().link().clock(), std::move(start)),
      owner_(owner),
      assembler_(owner.message_bytes_max()),
      packed_(packed) {}

void GrpcCall::Begin() {
  if (!method().streams_requests()) return;  // when its request has come
  RunHandler();
}

void GrpcCall::RunHandler() {
  begun_ = true;
  owner_.NoteBegun();
  Run();
}

void GrpcCall::Abandon() {
  OnClosed(ErrorCode::kCancel);
}

void GrpcCall::OnData(std::string_view bytes) {
  ungiven_bytes_ += bytes.size();
  // A call that has its answer drops what still comes.
  if (!failure_.ok() || finished()) return GiveWindow(ungiven_bytes_);
  if (Status status = TakeData(bytes); !status.ok()) return Fail(status);
  // While no message waits, nothing but the handler's own pace holds the peer back: else a message
  // larger than the window could never come.
  if (queued_requests() == 0) GiveWindow(ungiven_bytes_);
}

Status GrpcCall::TakeData(std::string_view bytes) {
  for (;;) {
    MessageAssembler::Message message;
    BELLROCK_ASSIGN(const bool whole, assembler_.Next(bytes, &message));
    if (!whole) break;
    BELLROCK_TRY(TakeMessage(message));
  }
  if (RecountHeld()) return Status::Ok();
  return ResourceExhaustedError(Numbered(
      ErrorNumber::kMessageTooLarge,
      "the requests under way on this connection are too large together; send fewer at a time"));
}

bool GrpcCall::RecountHeld() {
  const size_t now =
      assembler_.held_bytes() + queued_request_bytes() + queued_requests() * kQueuedRequestOverhead;
  if (now > held_bytes_ && !owner_.HoldRequestBytes(now - held_bytes_)) return false;
  if (now < held_bytes_) owner_.ReleaseRequestBytes(held_bytes_ - now);
  held_bytes_ = now;
  return true;
}

Status GrpcCall::TakeMessage(const MessageAssembler::Message& message) {
  if (!message.compressed) return TakeRequest(message.bytes);
  if (!packed_) {
    return InternalError(
        Numbered(ErrorNumber::kGrpcBroken,
                 "a message is marked as compressed, but grpc-encoding does not say how"));
  }
  BELLROCK_ASSIGN(const std::string bytes, Gunzip(message.bytes, owner_.message_bytes_max()));
  return TakeRequest(bytes);
}

Status GrpcCall::TakeRequest(std::string_view bytes) {
  if (method().streams_requests()) {
    PushRequest(std::string(bytes));
    return Status::Ok();
  }
  if (std::exchange(has_request_, true)) {
    return InvalidArgumentError(
        Numbered(ErrorNumber::kGrpcBroken, fmt::format("{}/{} takes one request; a second one came",
                                                       method().service_name, method().name)));
  }
  set_request_bytes(bytes.size());
  return ParseMessage(bytes, "request", request());
}

void GrpcCall::GiveWindow(size_t bytes) {
  ungiven_bytes_ -= bytes;
  owner_.session().GiveWindow(*this, bytes);
}

// What of the window the handler has taken: all but the messages that wait for it.
size_t GrpcCall::GiveableBytes() const {
  if (queued_requests() == 0) return ungiven_bytes_;
  const size_t waiting =
      assembler_.held_bytes() + queued_request_bytes() + queued_requests() * kPrefixBytes;
  return ungiven_bytes_ - std::min(ungiven_bytes_, waiting);
}

void GrpcCall::OnRemoteEnd() {
  if (!failure_.ok() || finished()) return;
  if (assembler_.within_message()) {
    return Fail(InvalidArgumentError(
        Numbered(ErrorNumber::kGrpcBroken, "the request ended within a message")));
  }
  if (method().streams_requests()) return EndRequests();
  if (!has_request_) {
    return Fail(InvalidArgumentError(Numbered(
        ErrorNumber::kGrpcBroken,
        fmt::format("{}/{} takes one request; none came", method().service_name, method().name))));
  }
  RunHandler();
}

void GrpcCall::OnRequestTaken(size_t) {
  if (stream_closed_) return;
  (void)RecountHeld();
  const size_t bytes = GiveableBytes();
  if (queued_requests() == 0 || bytes >= kWindowPieceBytes) GiveWindow(bytes);
}

void GrpcCall::Fail(const Status& why) {
  failure_ = why;
  GiveWindow(ungiven_bytes_);
  if (begun_) return Cancel();  // OnFinished() answers
  PrepareTrailers(why);
  SendHeaders();
}

Status GrpcCall::AwaitRoom() {
  // With nothing queued on this stream nobody would wake us.
  while (!cancelled() && (output().size() >= kStreamOutputMax ||
                          (!output().empty() && owner_.WriterShouldWait()))) {
    BELLROCK_TRY(write_waiters_.Wait(deadline()));
  }
  if (cancelled() || stream_closed_) {
    return CancelledError(Numbered(ErrorNumber::kCancelled, "the caller has gone"));
  }
  return Status::Ok();
}

Status GrpcCall::SendItem(const Message& message) {
  BELLROCK_TRY(AwaitRoom());
  BELLROCK_TRY(AppendMessage(message));
  SendOutput();
  return Status::Ok();
}

Result<size_t> GrpcCall::SendShared(const SharedMessage& message) {
  BELLROCK_TRY(AwaitRoom());
  BELLROCK_TRY(CheckReplyBytes(message.bytes().size()));
  BELLROCK_ASSIGN(const SharedBody body,
                  PackShared(packed_ ? Compression::kGzip : Compression::kNone, message));
  char prefix[kPrefixBytes];
  WritePrefix(body.packed, body.bytes->size(), prefix);
  output().Append({prefix, kPrefixBytes});
  output().Append(body.bytes->view());
  CountOutput();
  SendOutput();
  return kPrefixBytes + body.bytes->size();
}

void GrpcCall::SendOutput() {
  if (!headers_sent_) SendHeaders();
  owner_.session().Send(*this);
}

void GrpcCall::OnSent() {
  owner_.TakeReplyBytes(output_counted_ - output().size());
  output_counted_ = output().size();
  if (output_counted_ < kStreamOutputMax) write_waiters_.WakeAll();
}

Status GrpcCall::AppendMessage(const Message& message) {
  const size_t size = message.ByteSizeLong();
  BELLROCK_TRY(CheckReplyBytes(size));
  if (!method().streams_replies()) set_reply_bytes(size);
  if (packed_ && size >= kPackBytesMin) {
    AppendPacked(message);
  } else {
    char* to = output().Reserve(kPrefixBytes + size);
    WritePrefix(false, size, to);
    message.SerializeWithCachedSizesToArray(reinterpret_cast<uint8_t*>(to + kPrefixBytes));
    output().Commit(kPrefixBytes + size);
  }
  CountOutput();
  return Status::Ok();
}

Status GrpcCall::CheckReplyBytes(size_t bytes) const {
  if (bytes <= owner_.message_bytes_max()) return Status::Ok();
  return ResourceExhaustedError(Numbered(
      ErrorNumber::kMessageTooLarge,
      fmt::format("a reply of {} bytes; the limit is {}", bytes, owner_.message_bytes_max())));
}

void GrpcCall::CountOutput() {
  owner_.AddReplyBytes(output().size() - output_counted_);
  output_counted_ = output().size();
}

void GrpcCall::AppendPacked(const Message& message) {
  const std::string bytes = Gzip(message.SerializeAsString());
  char prefix[kPrefixBytes];
  WritePrefix(true, bytes.size(), prefix);
  output().Append({prefix, kPrefixBytes});
  output().Append(bytes);
}

void GrpcCall::OnFinished() {
  owner_.NoteFinished(*this);
  if (!stream_closed_) return SendReply();
  Settle();
}

void GrpcCall::SendReply() {
  Status end = failure_.ok() ? status() : failure_;
  if (end.ok() && !method().streams_replies()) {
    end = owner_.MayQueueReply()
              ? AppendMessage(reply())
              : ResourceExhaustedError(Numbered(ErrorNumber::kOutputFull,
                                                "replies wait for a reader that does not read"));
  }
  PrepareTrailers(end);
  if (!headers_sent_) SendHeaders();
}

void GrpcCall::PrepareTrailers(const Status& status) {
  end_ = status;
  if (!status.ok()) message_text_ = GrpcMessageText(status);
  if (retry_after() > Duration(0)) pushback_text_ = MillisecondsText(retry_after());
  for (const auto& [key, value] : reply_metadata()) {
    metadata_texts_.push_back(MetadataText(key, value));
  }
  owner_.session().EndWithTrailers(*this);
}

// The answer's head; of a call that ends with nothing sent, the trailers at once.
void GrpcCall::SendHeaders() {
  headers_sent_ = true;
  const bool trailers_only = ended() && output().empty();
  std::vector<HeaderField> fields;
  fields.reserve(kHeadFields);
  fields.push_back({.name = ":status", .value = "200", .lasting = true});
  fields.push_back({.name = "content-type", .value = kGrpcContentType, .lasting = true});
  if (trailers_only) {
    AddTrailers(fields);
  } else if (packed_) {
    fields.push_back({"grpc-encoding", "gzip"});
  }
  owner_.session().Respond(*this, fields, trailers_only);
}

void GrpcCall::AddTrailers(std::vector<HeaderField>& fields) {
  fields.push_back({.name = "grpc-status", .value = StatusCodeText(end_.code()), .lasting = true});
  if (!end_.ok()) {
    fields.push_back({.name = "grpc-message", .value = message_text_, .unique = true});
    const Origin from = failure_.ok() ? origin() : Origin::kServer;
    if (retry_after() > Duration(0)) fields.push_back({"grpc-retry-pushback-ms", pushback_text_});
    if (from != Origin::kHandler) fields.push_back({"bellrock-origin", OriginText(from)});
    if (!end_.error_type().empty()) fields.push_back({kErrorTypeHeader, end_.error_type()});
  }
  const Metadata& metadata = reply_metadata();
  for (size_t i = 0; i < metadata.size(); ++i) {
    fields.push_back({.name = metadata[i].first, .value = metadata_texts_[i], .unique = true});
  }
}

void GrpcCall::OnClosed(ErrorCode) {
  stream_closed_ = true;
  owner_.TakeReplyBytes(std::exchange(output_counted_, 0));
  owner_.ReleaseRequestBytes(std::exchange(held_bytes_, 0));
  write_waiters_.WakeAll();
  if (running()) return Cancel();
  Settle();
}

// Both sides have ended.
void GrpcCall::Settle() {
  owner_.Remove(*this);
}

}  // namespace bellrock::rpc::http2
