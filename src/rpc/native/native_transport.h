// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "base/address.h"
#include "bellrock/rpc/v1/wire.pb.h"
#include "fiber/environment.h"
#include "fiber/loop.h"
#include "fiber/sync.h"
#include "rpc/client.h"
#include "rpc/client/dialed_transport.h"
#include "rpc/link.h"
#include "rpc/native/call_head.h"
#include "rpc/native/frame_writer.h"
#include "rpc/native/pending_table.h"

namespace bellrock::rpc {

// One connection that speaks native frames (docs/spec/wire.md), client side: connects, multiplexes
// calls, fails them all when it breaks. Shared by the client, its callers and its own fiber;
// belongs to one loop.
class NativeTransport final : public DialedTransport,
                              public FrameSink,
                              public std::enable_shared_from_this<NativeTransport> {
 public:
  NativeTransport(fiber::Environment environment, fiber::Loop& loop, Address address,
                  const ClientOptions& options);
  ~NativeTransport() override;

  Status Start() override;
  size_t calls_in_flight() const override { return pending_.size() + waiting(); }
  Status Call(const OutgoingCall& call, IncomingReply& reply) override;
  Result<std::unique_ptr<TransportStream>> Open(const OutgoingCall& call) override;
  void Close(const Status& why) override;

  // For NativeStream. Sends the call; `pending` then gets its frames until Drop().
  Result<uint64_t> Begin(const OutgoingCall& call, PendingCall& pending);
  // How many bytes of credit it took.
  Result<size_t> SendItem(uint64_t id, const Message& message, Compression compression);
  Status SendItemsEnd(uint64_t id);
  // Gives the callee more credit after items were read.
  void GiveCredit(uint64_t id, size_t bytes);
  size_t frame_bytes_max() const { return options().frame_bytes_max; }
  // Forgets a call; tells the callee if it is still at work.
  void Drop(uint64_t id, bool cancel);

  // Item bytes a callee may send ahead of the reader.
  static constexpr size_t kStreamCreditBytes = 256 << 10;

  Status OnFrame(const Frame& frame) override;

 private:
  void Run();
  void OnBroken() override;
  bool SendPing() override;
  Status SendCall(const OutgoingCall& call, uint64_t id, bool stream);
  Status FillCallMeta(const OutgoingCall& call, bool stream);
  Status Append(const FrameParts& parts);
  void OnItem(PendingCall& call, uint64_t id, const Frame& frame);
  void OnEnd(PendingCall& call, uint64_t id, const Frame& frame);
  Status TakeReply(IncomingReply& reply, const Frame& frame, bool stream);
  Status TakeReplyMeta(IncomingReply& reply);
  Status OnCredit(const Frame& frame);
  void OnGoaway(const Frame& frame);
  // The callee took only so many of our calls and closes: the others never began.
  void FailCallsFrom(uint64_t sequence);
  void LeaveIfDone();
  // Looks from time to time whether the connection is of use and its peer there.
  void ArmIdleTimer();
  void OnIdleTimer();

  PendingTable pending_;
  uint64_t calls_sent_ = 0;
  Time last_used_{};  // when a call last ended
  fiber::TimerId idle_timer_ = 0;
  // Reused, so that a frame costs no allocation.
  HeadWriter head_;
  v1::CallMeta call_meta_;
  v1::ReplyMeta reply_meta_;
  v1::CreditMeta credit_meta_;
  v1::ItemMeta item_meta_;
};

}  // namespace bellrock::rpc
