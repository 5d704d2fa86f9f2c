// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <google/protobuf/message.h>

#include <atomic>
#include <list>
#include <memory>
#include <string>
#include <string_view>

#include "bellrock/service.h"
#include "fiber/fiber.h"
#include "fiber/loop.h"
#include "fiber/sync.h"
#include "rpc/call_context.h"
#include "rpc/client/endpoint_source.h"
#include "rpc/error_text.h"
#include "rpc/native/pending_table.h"
#include "rpc/protect/admission_gate.h"
#include "rpc/server/method_table.h"
#include "rpc/server/worker_pool.h"

namespace bellrock::rpc {

struct ServerLoop;

// What is known of a call when it arrives.
struct CallStart {
  ServerLoop* server_loop = nullptr;  // of the connection; never null
  const Method* method = nullptr;
  std::string caller{};
  std::string_view peer{};      // lives as long as the connection
  std::string_view identity{};  // likewise
  Time received{};
  Time deadline = kNever;
  int attempt = 0;
  TraceContext trace{};  // this call's own span
  std::string dye{};
  std::string lane{};
  Qos qos = Qos::kNormal;
  Metadata metadata{};
  Bytes attachment{};
  size_t message_bytes_max = 64 << 20;  // of a request, unpacked
};

// One call being served, whatever protocol brought it: runs the handler in a fiber of its own, on
// the connection's loop or the service's home, with the caller's deadline, and cancels it when the
// caller is gone. Lives on the connection's loop and is destroyed there by its connection after
// OnFinished(); `request` and `reply` belong to the handler meanwhile.
class ServedCall : public ServerContext, public StreamReader, public StreamWriter {
 public:
  ServedCall(fiber::Loop& loop, fiber::Clock& clock, CallStart&& start);
  ~ServedCall() override;

  // Of a method that takes one request.
  Message& request() { return *request_; }

  // How large the messages are, unpacked, once that is known: small ones are used again by later
  // calls (MessagePool).
  void set_request_bytes(size_t bytes) { request_bytes_known_ = bytes; }
  void set_reply_bytes(size_t bytes) { reply_bytes_known_ = bytes; }

  // From a fiber of the connection's loop. OnFinished() may have run when this returns.
  void Run();
  // The caller is gone or does not want the reply any more. From the connection's loop.
  void Cancel();
  // A stream of requests, from the connection's loop: the next one's bytes, and that no more come.
  // The connection bounds what is queued by the credit it gives.
  void PushRequest(std::string bytes, uint32_t compression = 0);
  void EndRequests();
  size_t queued_request_bytes() const { return request_bytes_; }
  size_t queued_requests() const { return requests_.size(); }

  bool finished() const { return finished_; }
  fiber::Loop& loop() const { return loop_; }
  ServerLoop& server_loop() const { return *start_.server_loop; }
  Time received() const { return start_.received; }
  const Method& method() const { return *start_.method; }
  // Of a refusal: not worth trying again earlier; 0 = says nothing.
  Duration retry_after() const { return pass_.retry_after(); }
  CallRecord Record(std::string_view callee, std::string_view instance, Time now) const;

  std::string_view caller() const override { return start_.caller; }
  std::string_view peer() const override { return start_.peer; }
  Time deadline() const override { return start_.deadline; }
  bool cancelled() const override { return cancelled_.load(std::memory_order_relaxed); }
  int attempt() const override { return start_.attempt; }
  std::string_view identity() const override { return start_.identity; }
  const TraceContext& trace() const override { return context_.trace; }
  std::string_view dye() const override { return start_.dye; }
  std::string_view lane() const override { return start_.lane; }
  Qos qos() const override { return start_.qos; }
  std::optional<std::string_view> metadata(std::string_view key) const override;
  Status AddReplyMetadata(std::string_view key, std::string_view value) override;
  Bytes attachment() const override { return start_.attachment; }
  void set_reply_attachment(Bytes bytes) override { reply_attachment_ = std::move(bytes); }

  // From the handler's fiber.
  Status Write(const Message& message) override;
  Result<size_t> WriteShared(const SharedMessage& message) override;
  Result<bool> Read(Message& message) override;

 protected:
  // On the connection's loop, in a fiber that may block until the peer takes more.
  virtual Status SendItem(const Message& message) = 0;
  // Likewise; the bytes it takes on the wire.
  virtual Result<size_t> SendShared(const SharedMessage& message) = 0;
  // On the connection's loop, last of all; must not block. May destroy the call.
  virtual void OnFinished() = 0;
  // Wakes a SendItem() or SendShared() that waits.
  virtual void OnCancelled() = 0;
  // On the connection's loop: the handler took a request of so many bytes; the caller may send
  // more.
  virtual void OnRequestTaken(size_t /*bytes*/) {}

  const Status& status() const { return status_; }
  Origin origin() const { return origin_; }
  const Message& reply() const { return *reply_; }
  const Metadata& reply_metadata() const { return reply_metadata_; }
  const Bytes& reply_attachment() const { return reply_attachment_; }
  fiber::Clock& clock() { return clock_; }

 private:
  // The handler's fiber while it runs; touched on the handler's loop only. Shared with
  // cancellations under way to it.
  struct Running {
    fiber::Fiber* fiber = nullptr;
    bool cancelled = false;
  };

  bool IsRemote() const { return home_ != nullptr && home_ != &loop_; }
  Status AskToBegin();
  Status ChooseHome();
  Status AwaitTurn();
  void RunRemote();
  Status Handle(Running& running);
  Status Intercept();
  Status Invoke();
  Status UnsentAttachment() const;
  Result<bool> TakeRequest(Message& message);
  void Finish(Status status);

  fiber::Loop& loop_;
  fiber::Clock& clock_;
  CallStart start_;
  CallContext context_;
  std::unique_ptr<Message> request_;
  std::unique_ptr<Message> reply_;
  size_t request_bytes_known_ = SIZE_MAX;
  size_t reply_bytes_known_ = SIZE_MAX;
  Running local_;
  std::shared_ptr<Running> remote_;  // only when the home is another loop
  std::atomic<bool> cancelled_ = false;
  bool finished_ = false;
  Origin origin_ = Origin::kServer;  // until the handler runs
  Status status_;
  protect::AdmissionPass pass_;
  fiber::Loop* home_ = nullptr;     // where the handler runs, if not on the connection's loop
  WorkerPool::Place worker_place_;  // of a pool
  Metadata reply_metadata_;
  size_t reply_metadata_bytes_ = 0;
  Bytes reply_attachment_;
  // A stream of requests. A list, because every unary call makes one and an empty deque allocates.
  std::list<StreamItem> requests_;
  size_t request_bytes_ = 0;
  bool requests_ended_ = false;
  fiber::WaitQueue request_waiters_;
};

}  // namespace bellrock::rpc
