// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "rpc/client.h"
#include "rpc/client_transport.h"
#include "rpc/connect_backoff.h"
#include "rpc/error_text.h"
#include "rpc/retry_budget.h"
#include "rpc/span_ids.h"

namespace bellrock::rpc {

// One call of the user's, with the tries made so far.
struct CallProgress {
  std::string_view service;
  std::string_view method;
  Time begun{};
  Time deadline = kNever;
  int attempts_max = 1;
  std::vector<uint32_t> tried{};  // slots
  std::vector<Attempt> attempts{};
  const CallOptions* options = nullptr;
  TraceContext trace{};
  std::string_view dye{};
  Qos qos = Qos::kNormal;
  IncomingReply reply{};  // of the last try
};

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
  struct Peer {
    std::shared_ptr<ClientTransport> connection;
    ConnectBackoff backoff;
    std::string last_failure;
  };
  // One picked endpoint and its connection.
  struct Try {
    Endpoint endpoint;
    std::shared_ptr<ClientTransport> connection;
    Time begun{};
  };

  Status Pick(CallProgress& progress, Try* next);
  // Blocks until there is a connection.
  Status Connect(Try& next);
  Result<Peer*> PeerOf(const Address& address);
  std::shared_ptr<ClientTransport> MakeTransport(const Endpoint& endpoint) const;
  OutgoingCall Outgoing(const CallProgress& progress, const Message* request) const;
  void Note(CallProgress& progress, const Try& done, const Status& status);
  // True if another try is to be made after `status`; it is then paid for.
  bool MayRetry(const CallProgress& progress, const Status& status);
  Status FinalError(const CallProgress& progress, const Status& last) const;

  fiber::Environment environment_;
  EndpointSource& endpoints_;
  CallObserver* observer_;
  const ClientOptions options_;
  RetryBudget budget_;
  SpanIds span_ids_;
  std::map<Address, Peer> peers_;
};

}  // namespace bellrock::rpc
