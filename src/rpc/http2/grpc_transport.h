// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/address.h"
#include "fiber/environment.h"
#include "fiber/loop.h"
#include "fiber/sync.h"
#include "rpc/client.h"
#include "rpc/client/dialed_transport.h"
#include "rpc/http2/field_block.h"
#include "rpc/http2/grpc_client_call.h"
#include "rpc/http2/grpc_request.h"
#include "rpc/http2/ping_policy.h"
#include "rpc/http2/session.h"
#include "rpc/link.h"

namespace bellrock::rpc::http2 {

// One connection that speaks gRPC over HTTP/2, client side: connects, runs calls side by side, and
// fails them all when it breaks. Ready once the callee's settings have come, so that a server that
// speaks no HTTP/2 is a failed connect. Calls beyond what the callee takes at a time wait in the
// order they came. Shared by the client, its callers and its own fiber; belongs to one loop.
class GrpcTransport final : public DialedTransport,
                            public SessionSink,
                            public std::enable_shared_from_this<GrpcTransport> {
 public:
  GrpcTransport(fiber::Environment environment, fiber::Loop& loop, Address address,
                const ClientOptions& options);
  ~GrpcTransport() override;

  Status Start() override;
  size_t calls_in_flight() const override { return calls_ + waiting(); }
  Status Call(const OutgoingCall& call, IncomingReply& reply) override;
  Result<std::unique_ptr<TransportStream>> Open(const OutgoingCall& call) override;
  void Close(const Status& why) override;

  // For GrpcStream. Sends the call, waiting for its turn; it then lives until Drop().
  Status Begin(const OutgoingCall& call, GrpcClientCall& pending);
  // Packs a message behind the call's others.
  Status SendMessage(GrpcClientCall& call, const Message& message);
  void SendEnd(GrpcClientCall& call);
  // The reader took bytes that had waited for it.
  void GiveWindow(GrpcClientCall& call, size_t bytes);
  // Forgets a call; tells the callee if it is still at work.
  void Drop(GrpcClientCall& call);

  // For GrpcClientCall.
  void OnStreamGone(GrpcClientCall& call);
  void OnQueuedBytes(ptrdiff_t change) { queued_bytes_ += static_cast<size_t>(change); }
  void OnDataFrame() { pings_.OnData(); }
  Session& session() { return *session_; }

  void OnHeadersBegin() override { block_.Clear(); }
  void OnHeader(std::string_view name, std::string_view value) override { block_.Add(name, value); }
  void OnHeadersEnd(const HeadersEnd& end) override;
  void OnGoaway(int32_t last_id, ErrorCode code, std::string_view text) override;
  void OnSettings() override;

 private:
  void Run();
  // The callee must show its settings until then.
  void ArmConnectTimer(Time until);
  void OnBroken() override;
  bool SendPing() override;
  Status Admit(const OutgoingCall& call);
  Status WaitForTurn(Time deadline);
  bool HasRoom() const;
  void WakeNext();
  Status Send(const OutgoingCall& call, GrpcClientCall& pending);
  void ArmCareTimer();
  void LeaveIfDone();

  std::string leave_text_;
  std::unique_ptr<Session> session_;
  GrpcRequestHeaders headers_;
  FieldBlock block_;
  std::vector<GrpcClientCall*> open_;  // on a stream
  fiber::WaitQueue turn_;              // calls that wait for a stream
  size_t calls_ = 0;                   // open or waiting for a stream
  Time last_used_{};                   // when the last call ended
  size_t queued_bytes_ = 0;            // in the outputs of all calls
  PingPolicy pings_;
  fiber::TimerId connect_timer_ = 0;
  fiber::TimerId care_timer_ = 0;
};

}  // namespace bellrock::rpc::http2
