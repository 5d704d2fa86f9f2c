// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "rpc/native/native_transport.h"

#include <fmt/format.h>
#include <google/protobuf/message.h>

#include <algorithm>
#include <utility>

#include "fiber/fiber.h"
#include "rpc/client/dial.h"
#include "rpc/compression.h"
#include "rpc/error_catalog.h"
#include "rpc/error_text.h"
#include "rpc/metadata.h"
#include "rpc/native/native_stream.h"
#include "rpc/tls/tls_options.h"

namespace bellrock::rpc {
namespace {
constexpr Duration kIdleTimeout = std::chrono::minutes(5);
// A peer that sends nothing for this long after a ping is gone.
constexpr Duration kProbeTimeout = std::chrono::seconds(2);
// A credit is at most this, so that sums cannot overflow.
constexpr uint64_t kCreditMax = uint64_t{1} << 40;
// Nobody is left alone for longer than this, whatever he asks for.
constexpr uint64_t kRetryAfterMaxUs = 60'000'000;
}  // namespace

NativeTransport::NativeTransport(fiber::Environment environment, fiber::Loop& loop, Address address,
                                 const ClientOptions& options)
    : environment_(environment),
      loop_(loop),
      address_(std::move(address)),
      address_text_(address_.ToString()),
      options_(options) {}

NativeTransport::~NativeTransport() = default;

Status NativeTransport::Start() {
  return loop_.Spawn([self = shared_from_this()] { self->Run(); });
}

void NativeTransport::Run() {
  if (Status status = Connect(); !status.ok()) {
    connect_failed_ = true;
    Break(std::move(status));
    return;
  }
  if (state_ == State::kBroken) return link_->Finish(why_);  // closed meanwhile
  state_ = State::kReady;
  link_->output().Append(kPreface);
  link_->Flush();
  last_used_ = loop_.Now();
  ArmIdleTimer();
  connected_.WakeAll();
  const Status why = link_->ReadFrames(*this, options_.frame_bytes_max);
  Break(UnavailableError(
      Numbered(ErrorNumber::kConnectionBroke,
               fmt::format("connection to {} broke: {}", address_text_, why.message()))));
  link_->Finish(why_);
}

Status NativeTransport::Connect() {
  BELLROCK_ASSIGN(auto stream, Dial(environment_, address_, options_, kAlpnNative));
  link_ = std::make_unique<Link>(loop_, environment_.clock, std::move(stream));
  return Status::Ok();
}

void NativeTransport::Break(Status why) {
  if (state_ == State::kBroken) return;
  state_ = State::kBroken;
  why_ = std::move(why);
  if (idle_timer_ != 0) loop_.CancelTimer(std::exchange(idle_timer_, 0));
  if (probe_timer_ != 0) loop_.CancelTimer(std::exchange(probe_timer_, 0));
  if (link_ != nullptr) link_->Close(why_);
  pending_.FailAll(why_);
  connected_.WakeAll();
}

void NativeTransport::Close(const Status& why) {
  Break(why);
}

Status NativeTransport::WaitConnected() {
  while (state_ == State::kConnecting) {
    ++waiting_;
    const Status waited = connected_.Wait();
    --waiting_;
    if (!waited.ok()) return waited;
  }
  return state_ == State::kReady ? Status::Ok() : why_;
}

Status NativeTransport::FillCallMeta(const OutgoingCall& call, bool stream) {
  call_meta_.set_attempt(static_cast<uint32_t>(call.attempt));
  call_meta_.set_credit_bytes(stream ? kStreamCreditBytes : 0);
  call_meta_.clear_dye();
  if (!call.dye.empty()) call_meta_.set_dye(call.dye.data(), call.dye.size());
  call_meta_.set_qos(static_cast<uint32_t>(call.qos));
  FillTrace(call.trace, &call_meta_);
  call_meta_.clear_metadata();
  if (call.metadata != nullptr) FillMetadata(*call.metadata, &call_meta_);
  uint64_t timeout_us = 0;
  if (call.deadline != kNever) {
    // The turn's own time will do: what a turn takes is no part of what a callee may plan with.
    const Duration left = call.deadline - loop_.turn_time();
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
  if (state_ != State::kReady) return why_;
  if (link_->output().size() > options_.out_bytes_max) {
    return ResourceExhaustedError(
        Numbered(ErrorNumber::kOutputFull,
                 fmt::format("{} bytes wait to be sent to {}; the limit is {} (out_bytes_max)",
                             link_->output().size(), address_text_, options_.out_bytes_max)));
  }
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
  BELLROCK_TRY(AppendFrame(link_->output(), parts, options_.frame_bytes_max));
  link_->Flush();
  return Status::Ok();
}

Result<uint64_t> NativeTransport::Begin(const OutgoingCall& call, PendingCall& pending) {
  if (pending_.size() >= options_.calls_in_flight_max) {
    return ResourceExhaustedError(
        Numbered(ErrorNumber::kCallsInFlight,
                 fmt::format("{} calls are in flight to {}, the limit (calls_in_flight_max)",
                             pending_.size(), address_text_)));
  }
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
    return DeadlineExceededError(Numbered(ErrorNumber::kNoReplyInTime,
                                          fmt::format("no reply from {} in time", address_text_)));
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
  if (state_ != State::kReady) return why_;
  BELLROCK_TRY(link_->WaitOutput(options_.out_bytes_max));
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
  if (state_ != State::kReady) return why_;
  return Append({.type = FrameType::kStreamEnd, .call_id = id});
}

void NativeTransport::GiveCredit(uint64_t id, size_t bytes) {
  if (state_ != State::kReady) return;
  credit_meta_.set_bytes(bytes);
  (void)AppendFrame(link_->output(),
                    {.type = FrameType::kCredit, .call_id = id, .meta = &credit_meta_},
                    options_.frame_bytes_max);
  link_->Flush();
}

void NativeTransport::Drop(uint64_t id, bool cancel) {
  if (pending_.Find(id) == nullptr) return;
  pending_.Remove(id);
  last_used_ = loop_.turn_time();
  if (state_ != State::kReady) return;
  if (cancel) {
    (void)AppendFrame(link_->output(), {.type = FrameType::kCancel, .call_id = id},
                      options_.frame_bytes_max);
    link_->Flush();
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
      (void)AppendFrame(link_->output(), {.type = FrameType::kPong, .call_id = id},
                        options_.frame_bytes_max);
      link_->Flush();
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
  last_used_ = loop_.turn_time();
  call.reply->received = link_->last_read();
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
      UnpackMessage(compression, message, options_.frame_bytes_max, "reply", *reply.message);
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
  if (call.item_bytes <= kStreamCreditBytes + options_.frame_bytes_max) {
    return call.waiters.WakeAll();
  }
  Drop(id, true);
  call.Complete(
      DataLossError(Numbered(ErrorNumber::kPeerBreaksProtocol,
                             fmt::format("{} sends a stream beyond its credit", address_text_))),
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
  leaving_ = true;
  if (frame.header.call_id > 0) FailCallsFrom(frame.header.call_id - 1);
  if (!frame.meta.empty() && ParseMessage(frame.meta, "meta of a goaway", reply_meta_).ok()) {
    const Status reason = StatusFromReplyMeta(reply_meta_);
    // A refusal names what we did wrong; the connection ends in a moment.
    if (!reason.ok() && reason.code() != StatusCode::kUnavailable) {
      return Break(UnavailableError(Numbered(
          ErrorNumber::kConnectionRefused,
          fmt::format("{} refused the connection: {}", address_text_, reason.ToString()))));
    }
  }
  LeaveIfDone();
}

void NativeTransport::FailCallsFrom(uint64_t sequence) {
  const Status why = UnavailableError(
      Numbered(ErrorNumber::kShutDownBeforeTaken,
               fmt::format("{} shut down before it took the call", address_text_)));
  pending_.FailIf([&](PendingCall& call) {
    if (call.sequence < sequence) return false;
    call.reply->origin = Origin::kServer;
    call.Complete(why, true);
    return true;
  });
}

void NativeTransport::LeaveIfDone() {
  if (!leaving_ || pending_.size() > 0 || state_ != State::kReady) return;
  Break(UnavailableError(Numbered(ErrorNumber::kShutDownBeforeTaken,
                                  fmt::format("{} is shutting down", address_text_))));
}

void NativeTransport::Probe() {
  if (state_ != State::kReady || probe_timer_ != 0) return;
  (void)AppendFrame(link_->output(), {.type = FrameType::kPing}, options_.frame_bytes_max);
  link_->Flush();
  const Time asked = loop_.Now();
  // Cancelled by Break(), which every path to the destructor passes.
  probe_timer_ = loop_.RunAt(asked + kProbeTimeout, [this, asked] {
    probe_timer_ = 0;
    if (link_->last_read() >= asked) return;
    Break(UnavailableError(Numbered(ErrorNumber::kPeerSilent,
                                    fmt::format("{} does not answer any more", address_text_))));
  });
}

void NativeTransport::ArmIdleTimer() {
  const Time now = loop_.Now();
  Time next = pending_.size() > 0 ? now + kIdleTimeout : last_used_ + kIdleTimeout;
  if (options_.keep_alive > Duration::zero()) {
    // A ping that has just gone out is answered or given up before the next is due.
    const bool asked = probe_timer_ != 0;
    next = std::min(next, (asked ? now : link_->last_read()) + options_.keep_alive);
  }
  idle_timer_ = loop_.RunAt(next, [this] { OnIdleTimer(); });
}

void NativeTransport::OnIdleTimer() {
  idle_timer_ = 0;
  const Time now = loop_.Now();
  if (pending_.size() == 0 && now - last_used_ >= kIdleTimeout) {
    return Break(UnavailableError(Numbered(
        ErrorNumber::kConnectionIdle, fmt::format("connection to {} was idle", address_text_))));
  }
  const Duration silent = now - link_->last_read();
  if (options_.keep_alive > Duration::zero() && silent >= options_.keep_alive) Probe();
  ArmIdleTimer();
}

}  // namespace bellrock::rpc
