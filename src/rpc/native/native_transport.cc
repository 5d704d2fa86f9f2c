// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "rpc/native/native_transport.h"

#include <fmt/format.h>
#include <google/protobuf/message.h>

#include <algorithm>
#include <utility>

#include "fiber/fiber.h"
#include "rpc/compression.h"
#include "rpc/error_catalog.h"
#include "rpc/error_text.h"
#include "rpc/metadata.h"
#include "rpc/native/native_stream.h"
#include "rpc/tls/tls_options.h"

namespace bellrock::rpc {
namespace {
constexpr Duration kIdleTimeout = std::chrono::minutes(5);
// A credit is at most this, so that sums cannot overflow.
constexpr uint64_t kCreditMax = uint64_t{1} << 40;
// Nobody is left alone for longer than this, whatever he asks for.
constexpr uint64_t kRetryAfterMaxUs = 60'000'000;
}  // namespace

NativeTransport::NativeTransport(fiber::Environment environment, fiber::Loop& loop, Address address,
                                 const ClientOptions& options)
    : DialedTransport(environment, loop, std::move(address), options) {}

NativeTransport::~NativeTransport() = default;

Status NativeTransport::Start() {
  return loop().Spawn([self = shared_from_this()] { self->Run(); });
}

void NativeTransport::Run() {
  if (Status status = Connect(kAlpnNative); !status.ok()) return FailConnect(std::move(status));
  if (broken()) return link().Finish(why());  // closed meanwhile
  link().output().Append(kPreface);
  link().Flush();
  last_used_ = loop().Now();
  ArmIdleTimer();
  BecomeReady();
  const Status ended = link().ReadFrames(*this, options().frame_bytes_max);
  Break(UnavailableError(
      Numbered(ErrorNumber::kConnectionBroke,
               fmt::format("connection to {} broke: {}", address_text(), ended.message()))));
  link().Finish(why());
}

void NativeTransport::OnBroken() {
  if (idle_timer_ != 0) loop().CancelTimer(std::exchange(idle_timer_, 0));
  pending_.FailAll(why());
}

void NativeTransport::Close(const Status& why) {
  Break(why);
}

Status NativeTransport::FillCallMeta(const OutgoingCall& call, bool stream) {
  call_meta_.set_attempt(static_cast<uint32_t>(call.attempt));
  call_meta_.set_credit_bytes(stream ? kStreamCreditBytes : 0);
  call_meta_.clear_dye();
  call_meta_.clear_lane();
  if (!call.dye.empty()) call_meta_.set_dye(call.dye.data(), call.dye.size());
  if (!call.lane.empty()) call_meta_.set_lane(call.lane.data(), call.lane.size());
  call_meta_.set_qos(static_cast<uint32_t>(call.qos));
  FillTrace(call.trace, &call_meta_);
  call_meta_.clear_metadata();
  if (call.metadata != nullptr) FillMetadata(*call.metadata, &call_meta_);
  uint64_t timeout_us = 0;
  if (call.deadline != kNever) {
    // The turn's own time will do: what a turn takes is no part of what a callee may plan with.
    const Duration left = call.deadline - loop().turn_time();
    if (left <= Duration::zero()) {
      return DeadlineExceededError(
          Numbered(ErrorNumber::kNoTimeToSend, "no time left to send the call"));
    }
    timeout_us = std::max<uint64_t>(1, static_cast<uint64_t>(left.count()) / 1000);
  }
  call_meta_.set_timeout_us(timeout_us);
  call_meta_.set_attachment_bytes(call.attachment == nullptr ? 0 : call.attachment->size());
  call_meta_.set_accept(AcceptBit(call.compression));
  call_meta_.set_compression(0);
  return Status::Ok();
}

Status NativeTransport::SendCall(const OutgoingCall& call, uint64_t id, bool stream) {
  BELLROCK_TRY(FillCallMeta(call, stream));
  uint8_t flags = stream ? kFlagStream : uint8_t{0};
  if (call.request == nullptr) flags |= kFlagStreamRequests;
  FrameParts parts{.type = FrameType::kCall,
                   .flags = flags,
                   .call_id = id,
                   .meta_head = head_.Encode(call.service, call.method, call.caller),
                   .meta = &call_meta_,
                   .body = call.request,
                   .attachment = call.attachment};
  if (call.compression > Compression::kNone && call.request != nullptr) {
    parts.packed = PackMessage(call.compression, *call.request);
    if (!parts.packed.empty()) {
      call_meta_.set_compression(static_cast<uint32_t>(call.compression));
    }
  }
  return Append(parts);
}

Status NativeTransport::Append(const FrameParts& parts) {
  BELLROCK_TRY(AppendFrame(link().output(), parts, options().frame_bytes_max));
  link().Flush();
  return Status::Ok();
}

Result<uint64_t> NativeTransport::Begin(const OutgoingCall& call, PendingCall& pending) {
  if (!ready()) return why();
  BELLROCK_TRY(CheckRoom(pending_.size(), link().output().size()));
  const uint64_t id = pending_.Add(pending);
  Status sent = SendCall(call, id, pending.stream);
  if (sent.ok()) {
    pending.sequence = calls_sent_++;
    return id;
  }
  pending_.Remove(id);
  return sent;
}

Status NativeTransport::Call(const OutgoingCall& call, IncomingReply& reply) {
  PendingCall pending;
  pending.reply = &reply;
  BELLROCK_ASSIGN(const uint64_t id, Begin(call, pending));
  while (!pending.done) {
    Status waited = pending.waiters.Wait(call.deadline);
    if (waited.ok() || pending.done) continue;
    Drop(id, true);
    if (waited.code() != StatusCode::kDeadlineExceeded) return waited;
    Probe();
    return NoReplyInTime();
  }
  return std::move(pending.status);
}

Result<std::unique_ptr<TransportStream>> NativeTransport::Open(const OutgoingCall& call) {
  auto stream = std::make_unique<NativeStream>(shared_from_this(), call.deadline);
  BELLROCK_TRY(stream->Begin(call));
  return std::unique_ptr<TransportStream>(std::move(stream));
}

Result<size_t> NativeTransport::SendItem(uint64_t id, const Message& message,
                                         Compression compression) {
  if (!ready()) return why();
  BELLROCK_TRY(link().WaitOutput(options().out_bytes_max));
  FrameParts parts{.type = FrameType::kStreamItem, .call_id = id, .body = &message};
  if (compression > Compression::kNone) {
    parts.packed = PackMessage(compression, message);
    item_meta_.set_compression(static_cast<uint32_t>(compression));
    if (!parts.packed.empty()) parts.meta = &item_meta_;
  }
  BELLROCK_TRY(Append(parts));
  return BodyBytes(parts);
}

Status NativeTransport::SendItemsEnd(uint64_t id) {
  if (!ready()) return why();
  return Append({.type = FrameType::kStreamEnd, .call_id = id});
}

void NativeTransport::GiveCredit(uint64_t id, size_t bytes) {
  if (!ready()) return;
  credit_meta_.set_bytes(bytes);
  (void)AppendFrame(link().output(),
                    {.type = FrameType::kCredit, .call_id = id, .meta = &credit_meta_},
                    options().frame_bytes_max);
  link().Flush();
}

void NativeTransport::Drop(uint64_t id, bool cancel) {
  if (pending_.Find(id) == nullptr) return;
  pending_.Remove(id);
  last_used_ = loop().turn_time();
  if (!ready()) return;
  if (cancel) {
    (void)AppendFrame(link().output(), {.type = FrameType::kCancel, .call_id = id},
                      options().frame_bytes_max);
    link().Flush();
  }
  LeaveIfDone();
}

Status NativeTransport::OnFrame(const Frame& frame) {
  const uint64_t id = frame.header.call_id;
  switch (frame.header.type) {
    case FrameType::kReply:
    case FrameType::kStreamEnd:
      if (PendingCall* call = pending_.Find(id)) OnEnd(*call, id, frame);
      return Status::Ok();
    case FrameType::kStreamItem:
      if (PendingCall* call = pending_.Find(id)) OnItem(*call, id, frame);
      return Status::Ok();
    case FrameType::kCredit:
      return OnCredit(frame);
    case FrameType::kPing:
      (void)AppendFrame(link().output(), {.type = FrameType::kPong, .call_id = id},
                        options().frame_bytes_max);
      link().Flush();
      return Status::Ok();
    case FrameType::kGoaway:
      OnGoaway(frame);
      return Status::Ok();
    default:
      return Status::Ok();  // pong, or from a newer protocol
  }
}

void NativeTransport::OnEnd(PendingCall& call, uint64_t id, const Frame& frame) {
  Status status = TakeReply(*call.reply, frame, call.stream);
  pending_.Remove(id);
  last_used_ = loop().turn_time();
  call.reply->received = link().last_read();
  call.Complete(std::move(status), true);
  LeaveIfDone();
}

Status NativeTransport::TakeReply(IncomingReply& reply, const Frame& frame, bool stream) {
  uint32_t compression = 0;
  std::string_view message = frame.body;
  if (!frame.meta.empty()) {
    BELLROCK_TRY(ParseMessage(frame.meta, "meta of a reply", reply_meta_));
    BELLROCK_TRY(TakeReplyMeta(reply));
    compression = reply_meta_.compression();
    Result<BodyParts> body = SplitBody(frame, reply_meta_.attachment_bytes());
    if (!body.ok()) return DataLossError(std::string(body.status().message()));
    message = body->message;
    reply.attachment = std::move(body->attachment);
  }
  if (stream) return Status::Ok();
  Status status =
      UnpackMessage(compression, message, options().frame_bytes_max, "reply", *reply.message);
  // The callee's fault, not that of an argument.
  if (status.code() != StatusCode::kInvalidArgument) return status;
  return DataLossError(std::string(status.message()));
}

Status NativeTransport::TakeReplyMeta(IncomingReply& reply) {
  reply.origin = static_cast<Origin>(reply_meta_.origin());
  reply.retry_after =
      std::chrono::microseconds(std::min<uint64_t>(reply_meta_.retry_after_us(), kRetryAfterMaxUs));
  reply.metadata = MetadataFrom(reply_meta_);
  return StatusFromReplyMeta(reply_meta_);
}

void NativeTransport::OnItem(PendingCall& call, uint64_t id, const Frame& frame) {
  if (!call.stream) return;
  uint32_t compression = 0;
  if (!frame.meta.empty() && ParseMessage(frame.meta, "meta of an item", item_meta_).ok()) {
    compression = item_meta_.compression();
  }
  call.items.push_back({std::string(frame.body), compression});
  call.item_bytes += CreditOf(frame.body.size());
  // Credit may be overdrawn by one message.
  if (call.item_bytes <= kStreamCreditBytes + options().frame_bytes_max) {
    return call.waiters.WakeAll();
  }
  Drop(id, true);
  call.Complete(
      DataLossError(Numbered(ErrorNumber::kPeerBreaksProtocol,
                             fmt::format("{} sends a stream beyond its credit", address_text()))),
      false);
}

Status NativeTransport::OnCredit(const Frame& frame) {
  PendingCall* call = pending_.Find(frame.header.call_id);
  if (call == nullptr) return Status::Ok();
  BELLROCK_TRY(ParseMessage(frame.meta, "meta of a credit frame", credit_meta_));
  call->credit += static_cast<int64_t>(std::min<uint64_t>(credit_meta_.bytes(), kCreditMax));
  call->credit = std::min(call->credit, static_cast<int64_t>(kCreditMax));
  if (call->credit > 0) call->credit_waiters.WakeAll();
  return Status::Ok();
}

void NativeTransport::OnGoaway(const Frame& frame) {
  Leave();
  if (frame.header.call_id > 0) FailCallsFrom(frame.header.call_id - 1);
  if (!frame.meta.empty() && ParseMessage(frame.meta, "meta of a goaway", reply_meta_).ok()) {
    const Status reason = StatusFromReplyMeta(reply_meta_);
    // A refusal names what we did wrong; the connection ends in a moment.
    if (!reason.ok() && reason.code() != StatusCode::kUnavailable) {
      return Break(UnavailableError(Numbered(
          ErrorNumber::kConnectionRefused,
          fmt::format("{} refused the connection: {}", address_text(), reason.ToString()))));
    }
  }
  LeaveIfDone();
}

void NativeTransport::FailCallsFrom(uint64_t sequence) {
  const Status why = UnavailableError(
      Numbered(ErrorNumber::kShutDownBeforeTaken,
               fmt::format("{} shut down before it took the call", address_text())));
  pending_.FailIf([&](PendingCall& call) {
    if (call.sequence < sequence) return false;
    call.reply->origin = Origin::kServer;
    call.Complete(why, true);
    return true;
  });
}

void NativeTransport::LeaveIfDone() {
  if (!leaving() || pending_.size() > 0 || !ready()) return;
  Break(UnavailableError(Numbered(ErrorNumber::kShutDownBeforeTaken,
                                  fmt::format("{} is shutting down", address_text()))));
}

bool NativeTransport::SendPing() {
  (void)AppendFrame(link().output(), {.type = FrameType::kPing}, options().frame_bytes_max);
  link().Flush();
  return true;
}

void NativeTransport::ArmIdleTimer() {
  const Time now = loop().Now();
  Time next = pending_.size() > 0 ? now + kIdleTimeout : last_used_ + kIdleTimeout;
  if (options().keep_alive > Duration::zero()) {
    // A ping that has just gone out is answered or given up before the next is due.
    next = std::min(next, (probing() ? now : link().last_read()) + options().keep_alive);
  }
  idle_timer_ = loop().RunAt(next, [this] { OnIdleTimer(); });
}

void NativeTransport::OnIdleTimer() {
  idle_timer_ = 0;
  const Time now = loop().Now();
  if (pending_.size() == 0 && now - last_used_ >= kIdleTimeout) {
    return Break(UnavailableError(Numbered(
        ErrorNumber::kConnectionIdle, fmt::format("connection to {} was idle", address_text()))));
  }
  const Duration silent = now - link().last_read();
  if (options().keep_alive > Duration::zero() && silent >= options().keep_alive) Probe();
  ArmIdleTimer();
}

}  // namespace bellrock::rpc
