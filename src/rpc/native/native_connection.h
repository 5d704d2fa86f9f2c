// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "bellrock/rpc/v1/wire.pb.h"
#include "fiber/sync.h"
#include "rpc/compression.h"
#include "rpc/link.h"
#include "rpc/native/call_head.h"
#include "rpc/native/call_table.h"
#include "rpc/native/frame_writer.h"
#include "rpc/served_call.h"
#include "rpc/server/server_state.h"
#include "rpc/span_ids.h"

namespace bellrock::rpc {

// Server side of one connection that speaks native frames: takes calls, starts their handlers in
// place, appends replies to the link's output. Lives in its connection's fiber, on one loop;
// outlives every call it started.
class NativeConnection final : public FrameSink {
 public:
  // `identity` is the name the peer has proved, or "".
  NativeConnection(ServerState& state, Link& link, std::string peer, std::string identity);
  ~NativeConnection() override;

  // Serves until the link ends, then cancels the calls in flight and waits for them.
  void Serve();
  // Tells the client to make its next calls elsewhere. Calls that come nevertheless are served.
  void Goaway();
  // Before the link is closed: tells which calls were taken, so that the client may make the others
  // elsewhere.
  void LastWord();
  size_t calls_in_flight() const { return calls_.size(); }
  std::vector<const ServedCall*> Calls() const;

  Status OnFrame(const Frame& frame) override;

 private:
  class Call;

  Status OnCall(const Frame& frame);
  // Fills call_meta_; returns the head it begins with if that is known, then without its fields.
  Result<const CallHead*> ParseCallMeta(std::string_view meta);
  Result<const Method*> MethodFor(uint8_t flags, const CallHead* head);
  CallStart StartOf(const Method& method, const CallHead* head);
  Status TakeRequest(std::string_view bytes, Message& request);
  Status OnItem(const Frame& frame);
  Status OnCredit(const Frame& frame);
  // Appends and flushes; closes the link of a reader that is too slow.
  Status Send(const FrameParts& parts);
  void SendEnd(uint64_t id, FrameType type, const Status& status, Origin origin);
  void SendReply(Call& call);
  Status SendUnaryReply(Call& call);
  // An item for the call's stream, packed if the caller wants that.
  FrameParts ItemParts(const Call& call, const Message& message);
  // Sent from where it lies if it is large: it travels as an attachment does.
  Status SendSharedItem(const Call& call, const SharedMessage& message, const SharedBody& body);
  void SendCredit(uint64_t id, size_t bytes);
  void Finished(Call& call);
  void RefuseAndClose(const Status& why);

  ServerState& state_;
  Link& link_;
  ServerLoop& loop_;
  const std::string peer_;
  const std::string identity_;
  SpanIds span_ids_;
  KnownHeads heads_;
  CallTable<Call> calls_;
  uint64_t calls_taken_ = 0;
  fiber::WaitQueue no_calls_;
  // Reused, so that a frame costs no allocation.
  v1::CallMeta call_meta_;
  v1::ReplyMeta reply_meta_;
  v1::CreditMeta credit_meta_;
  v1::ItemMeta item_meta_;
};

}  // namespace bellrock::rpc
