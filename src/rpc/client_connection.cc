// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "rpc/client_connection.h"

#include <fmt/format.h>
#include <google/protobuf/message.h>

#include <algorithm>
#include <utility>

#include "fiber/fiber.h"
#include "rpc/error_text.h"

namespace bellrock::rpc {
namespace {
constexpr Duration kIdleTimeout = std::chrono::minutes(5);
// A peer that sends nothing for this long after a ping is gone.
constexpr Duration kProbeTimeout = std::chrono::seconds(2);
}  // namespace

void PendingCall::Complete(Status why, bool from_callee) {
  status = std::move(why);
  replied = from_callee;
  done = true;
  waiters.WakeAll();
}

uint64_t PendingTable::Add(PendingCall& call) {
  uint32_t index = free_;
  if (index == kNoSlot) {
    index = static_cast<uint32_t>(slots_.size());
    slots_.emplace_back();
  } else {
    free_ = slots_[index].next_free;
  }
  Slot& slot = slots_[index];
  slot.call = &call;
  ++slot.version;
  ++size_;
  return uint64_t{slot.version} << 32 | index;
}

PendingCall* PendingTable::Find(uint64_t id) const {
  const auto index = static_cast<uint32_t>(id);
  if (index >= slots_.size() || slots_[index].version != id >> 32) return nullptr;
  return slots_[index].call;
}

void PendingTable::Remove(uint64_t id) {
  if (Find(id) == nullptr) return;
  Slot& slot = slots_[static_cast<uint32_t>(id)];
  slot.call = nullptr;
  slot.next_free = free_;
  free_ = static_cast<uint32_t>(id);
  --size_;
}

void PendingTable::FailAll(const Status& why) {
  for (uint32_t index = 0; index < slots_.size(); ++index) {
    PendingCall* call = slots_[index].call;
    if (call == nullptr) continue;
    Remove(uint64_t{slots_[index].version} << 32 | index);
    call->Complete(why, false);
  }
}

ClientConnection::ClientConnection(fiber::Environment environment, fiber::Loop& loop,
                                   Address address, const ClientOptions& options)
    : environment_(environment),
      loop_(loop),
      address_(std::move(address)),
      address_text_(address_.ToString()),
      options_(options) {}

ClientConnection::~ClientConnection() = default;

Status ClientConnection::Start() {
  return loop_.Spawn([self = shared_from_this()] { self->Run(); });
}

void ClientConnection::Run() {
  if (Status status = Connect(); !status.ok()) {
    connect_failed_ = true;
    Break(std::move(status));
    return;
  }
  if (state_ == State::kBroken) return link_->Finish(why_);  // closed meanwhile
  state_ = State::kReady;
  link_->output().Append(kPreface);
  link_->Flush();
  ArmIdleTimer(loop_.Now() + kIdleTimeout);
  connected_.WakeAll();
  const Status why = link_->ReadFrames(*this, options_.frame_bytes_max);
  Break(UnavailableError(fmt::format("connection to {} broke: {}", address_text_, why.message())));
  link_->Finish(why_);
}

Status ClientConnection::Connect() {
  fiber::ScopedDeadline deadline(loop_.Now() + options_.connect_timeout);
  Result<std::unique_ptr<fiber::Stream>> stream = environment_.network.Connect(address_);
  if (!stream.ok()) {
    if (stream.status().code() == StatusCode::kDeadlineExceeded) {
      return UnavailableError(fmt::format("connect {}: no answer within {}", address_text_,
                                          DurationText(options_.connect_timeout)));
    }
    return UnavailableError(std::string(stream.status().message()));
  }
  link_ = std::make_unique<Link>(loop_, environment_.clock, std::move(*stream));
  return Status::Ok();
}

void ClientConnection::Break(Status why) {
  if (state_ == State::kBroken) return;
  state_ = State::kBroken;
  why_ = std::move(why);
  if (idle_timer_ != 0) loop_.CancelTimer(std::exchange(idle_timer_, 0));
  if (probe_timer_ != 0) loop_.CancelTimer(std::exchange(probe_timer_, 0));
  if (link_ != nullptr) link_->Close(why_);
  pending_.FailAll(why_);
  connected_.WakeAll();
}

void ClientConnection::Close(const Status& why) {
  Break(why);
}

Status ClientConnection::WaitConnected() {
  while (state_ == State::kConnecting) BELLROCK_TRY(connected_.Wait());
  return state_ == State::kReady ? Status::Ok() : why_;
}

Status ClientConnection::Send(const OutgoingCall& call, uint64_t id, bool stream) {
  if (state_ != State::kReady) return why_;
  if (link_->output().size() > options_.out_bytes_max) {
    return ResourceExhaustedError(
        fmt::format("{} bytes wait to be sent to {}; the limit is {} (out_bytes_max)",
                    link_->output().size(), address_text_, options_.out_bytes_max));
  }
  call_meta_.set_service(call.service.data(), call.service.size());
  call_meta_.set_method(call.method.data(), call.method.size());
  call_meta_.set_caller(options_.caller);
  call_meta_.set_attempt(static_cast<uint32_t>(call.attempt));
  call_meta_.set_credit_bytes(stream ? kStreamCreditBytes : 0);
  uint64_t timeout_us = 0;
  if (call.deadline != kNever) {
    const Duration left = call.deadline - loop_.Now();
    if (left <= Duration::zero()) return DeadlineExceededError("no time left to send the call");
    timeout_us = std::max<uint64_t>(1, static_cast<uint64_t>(left.count()) / 1000);
  }
  call_meta_.set_timeout_us(timeout_us);
  BELLROCK_TRY(AppendFrame(link_->output(),
                           {.type = FrameType::kCall,
                            .flags = stream ? kFlagStream : uint8_t{0},
                            .call_id = id,
                            .meta = &call_meta_,
                            .body = call.request},
                           options_.frame_bytes_max));
  link_->Flush();
  return Status::Ok();
}

Result<uint64_t> ClientConnection::Open(const OutgoingCall& call, PendingCall& pending) {
  if (pending_.size() >= options_.calls_in_flight_max) {
    return ResourceExhaustedError(
        fmt::format("{} calls are in flight to {}, the limit (calls_in_flight_max)",
                    pending_.size(), address_text_));
  }
  const uint64_t id = pending_.Add(pending);
  Status sent = Send(call, id, pending.reply == nullptr);
  if (sent.ok()) return id;
  pending_.Remove(id);
  return sent;
}

Status ClientConnection::Call(const OutgoingCall& call, Message& reply, bool* replied) {
  PendingCall pending;
  pending.reply = &reply;
  BELLROCK_ASSIGN(const uint64_t id, Open(call, pending));
  while (!pending.done) {
    Status waited = pending.waiters.Wait(call.deadline);
    if (waited.ok() || pending.done) continue;
    Drop(id, true);
    if (waited.code() != StatusCode::kDeadlineExceeded) return waited;
    Probe();
    return DeadlineExceededError(fmt::format("no reply from {} in time", address_text_));
  }
  *replied = pending.replied;
  return pending.status;
}

void ClientConnection::GiveCredit(uint64_t id, size_t bytes) {
  if (state_ != State::kReady) return;
  credit_meta_.set_bytes(bytes);
  (void)AppendFrame(link_->output(),
                    {.type = FrameType::kCredit, .call_id = id, .meta = &credit_meta_},
                    options_.frame_bytes_max);
  link_->Flush();
}

void ClientConnection::Drop(uint64_t id, bool cancel) {
  if (pending_.Find(id) == nullptr) return;
  pending_.Remove(id);
  if (state_ != State::kReady) return;
  if (cancel) {
    (void)AppendFrame(link_->output(), {.type = FrameType::kCancel, .call_id = id},
                      options_.frame_bytes_max);
    link_->Flush();
  }
  LeaveIfDone();
}

Status ClientConnection::OnFrame(const Frame& frame) {
  const uint64_t id = frame.header.call_id;
  switch (frame.header.type) {
    case FrameType::kReply:
    case FrameType::kStreamEnd:
      if (PendingCall* call = pending_.Find(id)) OnEnd(*call, id, frame);
      return Status::Ok();
    case FrameType::kStreamItem:
      if (PendingCall* call = pending_.Find(id)) OnItem(*call, id, frame);
      return Status::Ok();
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

void ClientConnection::OnEnd(PendingCall& call, uint64_t id, const Frame& frame) {
  Status status;
  if (!frame.meta.empty()) {
    status = ParseMessage(frame.meta, "meta of a reply", reply_meta_);
    if (status.ok()) status = StatusFromReplyMeta(reply_meta_);
  }
  if (status.ok() && call.reply != nullptr) {
    status = ParseMessage(frame.body, "reply", *call.reply);
    // The callee's fault, not that of an argument.
    if (!status.ok()) status = DataLossError(std::string(status.message()));
  }
  pending_.Remove(id);
  call.Complete(std::move(status), true);
  LeaveIfDone();
}

void ClientConnection::OnItem(PendingCall& call, uint64_t id, const Frame& frame) {
  if (call.reply != nullptr) return;
  call.items.emplace_back(frame.body);
  call.item_bytes += frame.body.size();
  // Credit may be overdrawn by one message.
  if (call.item_bytes <= kStreamCreditBytes + options_.frame_bytes_max)
    return call.waiters.WakeAll();
  Drop(id, true);
  call.Complete(DataLossError(fmt::format("{} sends a stream beyond its credit", address_text_)),
                false);
}

void ClientConnection::OnGoaway(const Frame& frame) {
  leaving_ = true;
  if (!frame.meta.empty() && ParseMessage(frame.meta, "meta of a goaway", reply_meta_).ok()) {
    const Status reason = StatusFromReplyMeta(reply_meta_);
    // A refusal names what we did wrong; the connection ends in a moment.
    if (!reason.ok() && reason.code() != StatusCode::kUnavailable) {
      return Break(UnavailableError(
          fmt::format("{} refused the connection: {}", address_text_, reason.ToString())));
    }
  }
  LeaveIfDone();
}

void ClientConnection::LeaveIfDone() {
  if (!leaving_ || pending_.size() > 0 || state_ != State::kReady) return;
  Break(UnavailableError(fmt::format("{} is shutting down", address_text_)));
}

void ClientConnection::Probe() {
  if (state_ != State::kReady || probe_timer_ != 0) return;
  (void)AppendFrame(link_->output(), {.type = FrameType::kPing}, options_.frame_bytes_max);
  link_->Flush();
  const Time asked = loop_.Now();
  // Cancelled by Break(), which every path to the destructor passes.
  probe_timer_ = loop_.RunAt(asked + kProbeTimeout, [this, asked] {
    probe_timer_ = 0;
    if (link_->last_read() >= asked) return;
    Break(UnavailableError(fmt::format("{} does not answer any more", address_text_)));
  });
}

void ClientConnection::ArmIdleTimer(Time when) {
  idle_timer_ = loop_.RunAt(when, [this] {
    idle_timer_ = 0;
    const Time now = loop_.Now();
    const Time idle_at = link_->last_progress() + kIdleTimeout;
    if (pending_.size() > 0) return ArmIdleTimer(now + kIdleTimeout);
    if (idle_at > now) return ArmIdleTimer(idle_at);
    Break(UnavailableError(fmt::format("connection to {} was idle", address_text_)));
  });
}

}  // namespace bellrock::rpc
