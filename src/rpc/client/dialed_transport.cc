// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "rpc/client/dialed_transport.h"

#include <fmt/format.h>

#include "rpc/client/dial.h"
#include "rpc/error_catalog.h"

namespace bellrock::rpc {
namespace {
// A peer that sends nothing for this long after a ping is gone.
constexpr Duration kProbeTimeout = std::chrono::seconds(2);
}  // namespace

DialedTransport::DialedTransport(fiber::Environment environment, fiber::Loop& loop, Address address,
                                 const ClientOptions& options)
    : environment_(environment),
      loop_(loop),
      address_(std::move(address)),
      address_text_(address_.ToString()),
      options_(options) {}

DialedTransport::~DialedTransport() = default;

Status DialedTransport::Connect(std::string_view alpn) {
  BELLROCK_ASSIGN(auto stream, Dial(environment_, address_, options_, alpn));
  link_ = std::make_unique<Link>(loop_, environment_.clock, std::move(stream));
  return Status::Ok();
}

void DialedTransport::BecomeReady() {
  state_ = State::kReady;
  connected_.WakeAll();
}

void DialedTransport::Break(Status why) {
  if (state_ == State::kBroken) return;
  state_ = State::kBroken;
  why_ = std::move(why);
  if (probe_timer_ != 0) loop_.CancelTimer(std::exchange(probe_timer_, 0));
  if (link_ != nullptr) link_->Close(why_);
  OnBroken();
  connected_.WakeAll();
}

void DialedTransport::FailConnect(Status why) {
  connect_failed_ = true;
  Break(std::move(why));
}

Status DialedTransport::WaitConnected() {
  while (state_ == State::kConnecting) {
    ++waiting_;
    const Status waited = connected_.Wait();
    --waiting_;
    if (!waited.ok()) return waited;
  }
  return state_ == State::kReady ? Status::Ok() : why_;
}

void DialedTransport::Probe() {
  if (state_ != State::kReady || probe_timer_ != 0 || !SendPing()) return;
  const Time asked = loop_.Now();
  // Cancelled by Break(), which every path to the destructor passes.
  probe_timer_ = loop_.RunAt(asked + kProbeTimeout, [this, asked] {
    probe_timer_ = 0;
    if (link_->last_read() >= asked) return;
    Break(UnavailableError(Numbered(ErrorNumber::kPeerSilent,
                                    fmt::format("{} does not answer any more", address_text_))));
  });
}

Status DialedTransport::CheckRoom(size_t calls, size_t queued_bytes) const {
  if (calls >= options_.calls_in_flight_max) {
    return ResourceExhaustedError(
        Numbered(ErrorNumber::kCallsInFlight,
                 fmt::format("{} calls are in flight to {}, the limit (calls_in_flight_max)", calls,
                             address_text_)));
  }
  if (queued_bytes <= options_.out_bytes_max) return Status::Ok();
  return ResourceExhaustedError(
      Numbered(ErrorNumber::kOutputFull,
               fmt::format("{} bytes wait to be sent to {}; the limit is {} (out_bytes_max)",
                           queued_bytes, address_text_, options_.out_bytes_max)));
}

Status DialedTransport::NoReplyInTime() const {
  return DeadlineExceededError(Numbered(ErrorNumber::kNoReplyInTime,
                                        fmt::format("no reply from {} in time", address_text_)));
}

}  // namespace bellrock::rpc
