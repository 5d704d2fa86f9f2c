// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/address.h"
#include "bellrock/rpc/v1/wire.pb.h"
#include "bellrock/service.h"
#include "fiber/environment.h"
#include "fiber/loop.h"
#include "fiber/sync.h"
#include "rpc/client.h"
#include "rpc/frame_writer.h"
#include "rpc/link.h"

namespace bellrock::rpc {

// What one try sends.
struct OutgoingCall {
  std::string_view service;
  std::string_view method;
  const Message* request = nullptr;
  Time deadline = kNever;
  int attempt = 0;
};

// A call or stream that waits for frames, on the stack of its fiber or in its reader.
struct PendingCall {
  // Where a unary reply is parsed to; nullptr for a stream.
  Message* reply = nullptr;
  bool done = false;
  // True if the status came from the callee, false if the connection failed.
  bool replied = false;
  Status status;
  fiber::WaitQueue waiters;
  // Items of a stream, not yet read; bounded by the credit given.
  std::deque<std::string> items;
  size_t item_bytes = 0;

  void Complete(Status why, bool from_callee);
};

// Correlation: call ids are slot + version * 2^32, so that finding a call is an index and a late
// reply to a slot used anew is told by its version.
class PendingTable {
 public:
  uint64_t Add(PendingCall& call);
  PendingCall* Find(uint64_t id) const;
  void Remove(uint64_t id);
  size_t size() const { return size_; }
  // Completes and forgets all.
  void FailAll(const Status& why);

 private:
  struct Slot {
    PendingCall* call = nullptr;
    uint32_t version = 0;
    uint32_t next_free = 0;
  };
  static constexpr uint32_t kNoSlot = UINT32_MAX;

  std::vector<Slot> slots_;
  uint32_t free_ = kNoSlot;
  size_t size_ = 0;
};

// Client side of one connection to one endpoint: connects, multiplexes calls, fails them all when
// it breaks. Shared by the client, its callers and its own fiber; belongs to one loop.
class ClientConnection final : public FrameSink,
                               public std::enable_shared_from_this<ClientConnection> {
 public:
  ClientConnection(fiber::Environment environment, fiber::Loop& loop, Address address,
                   const ClientOptions& options);
  ~ClientConnection() override;

  // Starts the fiber that connects and reads.
  Status Start();
  // Blocks until connected or failed (kUnavailable), or the fiber's deadline.
  Status WaitConnected();
  // Takes new calls, now or once it is connected.
  bool usable() const {
    return state_ == State::kConnecting || (state_ == State::kReady && !leaving_);
  }
  // True once, for the first who asks, if the connect itself failed: a failure counts once for all
  // who waited.
  bool TakeConnectFailure() { return std::exchange(connect_failed_, false); }
  const std::string& address_text() const { return address_text_; }

  // One unary try, to the end. `replied` tells the callee's error from the connection's.
  Status Call(const OutgoingCall& call, Message& reply, bool* replied);
  // Sends the call of a stream; `pending` then gets its items until Drop().
  Result<uint64_t> Open(const OutgoingCall& call, PendingCall& pending);
  // Gives the callee more credit after items were read.
  void GiveCredit(uint64_t id, size_t bytes);
  // Forgets a call; tells the callee if it is still at work.
  void Drop(uint64_t id, bool cancel);
  void Close(const Status& why);

  // Item bytes a callee may send ahead of the reader.
  static constexpr size_t kStreamCreditBytes = 256 << 10;

  Status OnFrame(const Frame& frame) override;

 private:
  enum class State { kConnecting, kReady, kBroken };

  void Run();
  Status Connect();
  void Break(Status why);
  Status Send(const OutgoingCall& call, uint64_t id, bool stream);
  void OnItem(PendingCall& call, uint64_t id, const Frame& frame);
  void OnEnd(PendingCall& call, uint64_t id, const Frame& frame);
  void OnGoaway(const Frame& frame);
  void LeaveIfDone();
  // After a timeout: is the peer still there?
  void Probe();
  void ArmIdleTimer(Time when);

  fiber::Environment environment_;
  fiber::Loop& loop_;
  const Address address_;
  const std::string address_text_;
  const ClientOptions options_;
  State state_ = State::kConnecting;
  bool leaving_ = false;  // got a goaway: no new calls
  bool connect_failed_ = false;
  Status why_;
  fiber::WaitQueue connected_;
  std::unique_ptr<Link> link_;
  PendingTable pending_;
  fiber::TimerId idle_timer_ = 0;
  fiber::TimerId probe_timer_ = 0;
  // Reused, so that a frame costs no allocation.
  v1::CallMeta call_meta_;
  v1::ReplyMeta reply_meta_;
  v1::CreditMeta credit_meta_;
};

}  // namespace bellrock::rpc
