// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "rpc/client.h"

#include <fmt/format.h>
#include <google/protobuf/message.h>

#include <algorithm>
#include <map>
#include <utility>

#include "base/check.h"
#include "fiber/fiber.h"
#include "rpc/client_connection.h"
#include "rpc/connect_backoff.h"
#include "rpc/error_text.h"
#include "rpc/retry_budget.h"

namespace bellrock::rpc {
namespace {
constexpr int kAttemptsMax = 5;
// Endpoints remembered; beyond it those without a connection are forgotten.
constexpr size_t kEndpointsMax = 4096;
}  // namespace

class Client::Core : public std::enable_shared_from_this<Client::Core> {
 public:
  Core(fiber::Environment environment, EndpointSource& endpoints, CallObserver* observer,
       ClientOptions options)
      : environment_(environment),
        endpoints_(endpoints),
        observer_(observer),
        options_(std::move(options)),
        budget_(options_.retry_tokens_max, options_.retry_ratio) {}

  // One call of the user's: its tries so far.
  struct Progress {
    std::string_view service;
    std::string_view method;
    Time begun{};
    Time deadline = kNever;
    std::vector<uint32_t> tried;
    std::vector<Attempt> attempts;
    bool replied = false;  // the last status came from the callee
  };

  Status Call(Progress& progress, const Message& request, Message& reply, int attempts);
  Result<std::unique_ptr<StreamReader>> OpenStream(Progress& progress, const Message& request,
                                                   int attempts);
  void CloseAll();

  Time DeadlineOf(const CallOptions& options) const;
  int AttemptsOf(const CallOptions& options) const {
    return std::clamp(options.attempts > 0 ? options.attempts : options_.attempts, 1, kAttemptsMax);
  }
  fiber::Clock& clock() { return environment_.clock; }

  // What became of one try: to the endpoint source and to the observer.
  void Report(const Endpoint& endpoint, std::string_view service, std::string_view method,
              StatusCode code, Duration latency);

 private:
  struct Peer {
    std::shared_ptr<ClientConnection> connection;
    ConnectBackoff backoff;
    std::string last_failure;
  };

  Result<std::shared_ptr<ClientConnection>> Obtain(const Address& address);
  Result<std::shared_ptr<ClientConnection>> WaitFor(std::shared_ptr<ClientConnection> connection,
                                                    const Address& address);
  void Forget();
  // True if another try is to be made after `status`.
  bool MayRetry(const Progress& progress, const Status& status, int attempts);
  Status FinalError(const Progress& progress, const Status& last) const;
  // Runs `attempt` on endpoint after endpoint.
  template <typename Attempt>
  Status Try(Progress& progress, int attempts, Attempt attempt);

  fiber::Environment environment_;
  EndpointSource& endpoints_;
  CallObserver* observer_;
  const ClientOptions options_;
  RetryBudget budget_;
  std::map<Address, Peer> peers_;
};

namespace {

// Reads a stream's items; gives credit back as they are read. Reports its try once, when the first item or the end came.
class Reader final : public StreamReader {
 public:
  Reader(std::shared_ptr<Client::Core> core, std::shared_ptr<ClientConnection> connection);
  ~Reader() override;
  Result<bool> Read(Message& message) override;

 private:
  friend class Client::Core;
  void ReportOnce(StatusCode code);

  std::shared_ptr<Client::Core> core_;
  std::shared_ptr<ClientConnection> connection_;
  PendingCall pending_;
  uint64_t id_ = 0;
  size_t unacknowledged_ = 0;
  Endpoint endpoint_;
  std::string service_;
  std::string method_;
  Time begun_{};
  Time deadline_ = kNever;
  bool reported_ = false;
};

}  // namespace
