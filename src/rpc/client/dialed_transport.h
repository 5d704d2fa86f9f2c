// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "base/address.h"
#include "fiber/environment.h"
#include "fiber/loop.h"
#include "fiber/sync.h"
#include "rpc/client.h"
#include "rpc/client/client_transport.h"
#include "rpc/link.h"

namespace bellrock::rpc {

// What a transport is besides its protocol: a connection that is being made, is ready, and breaks
// once and for good; who waits for it; whether a silent peer is still there. A protocol derives
// from it, runs its fiber, and says when it is ready. Belongs to one loop.
class DialedTransport : public ClientTransport {
 public:
  ~DialedTransport() override;

  Status WaitConnected() final;
  bool usable() const final {
    return state_ == State::kConnecting || (state_ == State::kReady && !leaving_);
  }
  bool TakeConnectFailure() final { return std::exchange(connect_failed_, false); }
  const std::string& address_text() const final { return address_text_; }

 protected:
  DialedTransport(fiber::Environment environment, fiber::Loop& loop, Address address,
                  const ClientOptions& options);

  // Dials and makes the link. Blocks the fiber. A failure is to be told by FailConnect().
  Status Connect(std::string_view alpn);
  // Calls may be sent from now on.
  void BecomeReady();
  // The first reason stands. Ends the link, wakes those who wait, then OnBroken().
  void Break(Status why);
  // The same for a connection that never became ready: it counts for the back-off of its address.
  void FailConnect(Status why);
  // Asks whether the peer is still there, unless it was just asked; silence breaks the connection.
  void Probe();
  // No new calls; those in flight go on.
  void Leave() { leaving_ = true; }

  // The protocol's part of breaking: its timers and calls.
  virtual void OnBroken() = 0;
  // Sends a ping; false if the protocol allows none now.
  virtual bool SendPing() = 0;

  // kResourceExhausted if so many calls in flight or queued bytes leave no room for another call.
  Status CheckRoom(size_t calls, size_t queued_bytes) const;
  Status NoReplyInTime() const;

  bool connecting() const { return state_ == State::kConnecting; }
  bool ready() const { return state_ == State::kReady; }
  bool broken() const { return state_ == State::kBroken; }
  bool leaving() const { return leaving_; }
  bool probing() const { return probe_timer_ != 0; }
  // Of Break().
  const Status& why() const { return why_; }
  size_t waiting() const { return waiting_; }
  const Address& address() const { return address_; }
  const ClientOptions& options() const { return options_; }
  fiber::Environment environment() const { return environment_; }
  fiber::Loop& loop() const { return loop_; }
  bool has_link() const { return link_ != nullptr; }
  Link& link() const { return *link_; }

 private:
  enum class State { kConnecting, kReady, kBroken };

  const fiber::Environment environment_;
  fiber::Loop& loop_;
  const Address address_;
  const std::string address_text_;
  const ClientOptions options_;
  State state_ = State::kConnecting;
  bool leaving_ = false;
  bool connect_failed_ = false;
  Status why_;
  fiber::WaitQueue connected_;
  size_t waiting_ = 0;  // calls that wait until it is connected
  std::unique_ptr<Link> link_;
  fiber::TimerId probe_timer_ = 0;
};

}  // namespace bellrock::rpc
