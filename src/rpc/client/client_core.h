// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "rpc/call_progress.h"
#include "rpc/client.h"
#include "rpc/client/client_transport.h"
#include "rpc/client/connection_pool.h"
#include "rpc/client/method_kinds.h"
#include "rpc/client/retry_policy.h"
#include "rpc/span_ids.h"

namespace bellrock::rpc {

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
  // For HedgedTry and Broadcast. One picked try to its end, reported.
  Status RunTry(CallProgress& progress, const Message& request, Try& attempt);
  // False if there is no other instance, or the budget forbids it.
  bool PickBackup(CallProgress& progress, Try* backup);
  EndpointSource& endpoints() { return endpoints_; }
  fiber::Clock& clock() { return environment_.clock; }
  const ClientOptions& options() const { return options_; }

 private:
  // `last` becomes the try that the outcome comes from.
  Status TryUntilDone(CallProgress& progress, const Message& request, Message& reply, Try* last);
  // Makes `next` the try of a picked instance; whatever it was before is gone.
  PickRequest Asking(const CallProgress& progress) const;
  Status Pick(CallProgress& progress, Try* next);
  Status Connect(Try& next);
  OutgoingCall Outgoing(const CallProgress& progress, const Try& next,
                        const Message* request) const;
  void Note(CallProgress& progress, const Try& done, const Status& status);
  // True if another try is to be made after `status`, now: it is paid for and the wait is over.
  bool MayRetry(CallProgress& progress, const Try& done, const Status& status);
  void Observe(const Endpoint& endpoint, std::string_view service, std::string_view method,
               const TraceContext& trace, const Status& status, Duration latency);
  Status FinalError(const CallProgress& progress, const Try& done, const Status& last) const;

  fiber::Environment environment_;
  EndpointSource& endpoints_;
  CallObserver* observer_;
  MethodKinds kinds_;
  const ClientOptions options_;
  RetryPolicy policy_;
  SpanIds span_ids_;
  ConnectionPool pool_;
};

}  // namespace bellrock::rpc
