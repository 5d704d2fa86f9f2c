// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include "bellrock/rpc/v1/wire.pb.h"
#include "fiber/sync.h"
#include "rpc/call_table.h"
#include "rpc/frame_writer.h"
#include "rpc/link.h"
#include "rpc/served_call.h"
#include "rpc/server_state.h"

namespace bellrock::rpc {

// Server side of one connection that speaks native frames: takes calls, starts their handlers in
// place, appends replies to the link's output. Lives in its connection's fiber, on one loop;
// outlives every call it started.
class NativeConnection final : public FrameSink {
 public:
  NativeConnection(ServerState& state, Link& link, std::string peer);
  ~NativeConnection() override;

  // Serves until the link ends, then cancels the calls in flight and waits for them.
  void Serve();
  // Tells the client to make its next calls elsewhere. Calls that come nevertheless are served.
  void Goaway();
  size_t calls_in_flight() const { return calls_.size(); }

  Status OnFrame(const Frame& frame) override;

 private:
  class Call;

  Status OnCall(const Frame& frame);
  Status OnCredit(const Frame& frame);
  // Appends and flushes; closes the link of a reader that is too slow.
  Status Send(const FrameParts& parts);
  void SendEnd(uint64_t id, FrameType type, const Status& status);
  void Finished(Call& call);
  void RefuseAndClose(const Status& why);

  ServerState& state_;
  Link& link_;
  const std::string peer_;
  CallTable<Call> calls_;
  fiber::WaitQueue no_calls_;
  // Reused, so that a frame costs no allocation.
  v1::CallMeta call_meta_;
  v1::ReplyMeta reply_meta_;
  v1::CreditMeta credit_meta_;
};

}  // namespace bellrock::rpc
