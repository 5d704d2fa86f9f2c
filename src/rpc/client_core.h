// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "rpc/client.h"
#include "rpc/client_transport.h"
#include "rpc/connection_pool.h"
#include "rpc/error_text.h"
#include "rpc/retry_budget.h"
#include "rpc/span_ids.h"

namespace bellrock::rpc {

// Tries of one call, the first included.
inline constexpr int kAttemptsMax = 5;

// The slots a call has used, without an allocation.
class TriedSlots {
 public:
  // What is beyond the bound is forgotten: such a slot may be picked again.
  void Add(uint32_t slot) {
    if (count_ < slots_.size()) slots_[count_++] = slot;
  }
  std::span<const uint32_t> all() const { return {slots_.data(), count_}; }

 private:
  std::array<uint32_t, kAttemptsMax> slots_{};
  size_t count_ = 0;
};

// One call of the user's, with the tries made so far.
struct CallProgress {
  std::string_view service;
  std::string_view method;
  Time begun{};
  Time deadline = kNever;
  int attempts_max = 1;
  TriedSlots tried{};
  std::vector<Attempt> attempts{};
  const CallOptions* options = nullptr;
  TraceContext trace{};
  std::string_view dye{};
  Qos qos = Qos::kNormal;
  int tries = 0;
};

// One picked endpoint, its connection, and what came of it.
struct Try {
  Endpoint endpoint{};
  ConnectionPool::Lease connection{};
  int number = 0;  // 0 = the first of its call
  Time begun{};
  IncomingReply reply{};
};

// What the caller asked to be told of a call that has come so far.
void FillDetails(const TraceContext& trace, int tries, const Endpoint& endpoint,
                 const IncomingReply& reply, ReplyDetails* details);

// What stands behind a Client: connections by address, the choice of endpoints, tries and their
// budget, reports. Lives on one loop; shared with the stream readers that outlive a call.
class ClientCore : public std::enable_shared_from_this<ClientCore> {
 public:
  ClientCore(fiber::Environment environment, EndpointSource& endpoints, CallObserver* observer,
             ClientOptions options);

  CallProgress Begin(std::string_view service, std::string_view method, const CallOptions& options,
                     bool stream);
  Status Call(CallProgress& progress, const Message& request, Message& reply);
  // `request` is null for a stream of requests.
  Result<std::unique_ptr<StreamCall>> OpenStream(CallProgress& progress, const Message* request);
  void CloseAll();

  // What became of one try: to the endpoint source and to the observer.
  void Report(const Endpoint& endpoint, std::string_view service, std::string_view method,
              const TraceContext& trace, const Status& status, const IncomingReply& reply,
              Duration latency);
  fiber::Clock& clock() { return environment_.clock; }

 private:
  // `last` becomes the try that the outcome comes from.
  Status TryUntilDone(CallProgress& progress, const Message& request, Message& reply, Try* last);
  Status Pick(CallProgress& progress, Try* next);
  Status Connect(Try& next);
  OutgoingCall Outgoing(const CallProgress& progress, const Try& next,
                        const Message* request) const;
  void Note(CallProgress& progress, const Try& done, const Status& status);
  // True if another try is to be made after `status`; it is then paid for.
  bool MayRetry(const CallProgress& progress, const Try& done, const Status& status);
  Status FinalError(const CallProgress& progress, const Try& done, const Status& last) const;

  fiber::Environment environment_;
  EndpointSource& endpoints_;
  CallObserver* observer_;
  const ClientOptions options_;
  RetryBudget budget_;
  SpanIds span_ids_;
  ConnectionPool pool_;
};

}  // namespace bellrock::rpc
