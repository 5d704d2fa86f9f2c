// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "bellrock/call_policy.h"
#include "bellrock/interceptor.h"
#include "bellrock/protocol.h"
#include "bellrock/service.h"
#include "fiber/environment.h"
#include "fiber/loop.h"
#include "rpc/client/endpoint_source.h"
#include "rpc/server/method_settings.h"

namespace bellrock::rpc {

class TlsContext;

struct ClientOptions {
  std::string caller{};                        // our "line/service"
  std::string callee{};                        // for messages and counting
  Duration timeout = std::chrono::seconds(1);  // of a call that gives none
  Duration connect_timeout = std::chrono::milliseconds(300);
  int attempts = 2;  // tries in all; range 1..5
  CallMode mode = CallMode::kFailOver;
  Duration hedge_after{0};  // of methods that say nothing themselves; zero: no backup requests
  Compression compression = Compression::kNone;
  const MethodSettings* methods = nullptr;         // borrowed
  std::vector<ClientInterceptor*> interceptors{};  // borrowed; in this order
  // Retry budget (kin.md; gRPC's retry throttling): each retry takes a token, each success gives
  // `retry_ratio` back; no retry while the bucket is at or below half. Keeps a dying callee from
  // being asked twice as much.
  double retry_tokens_max = 100;
  double retry_ratio = 0.1;
  std::shared_ptr<TlsContext> tls{};  // null: plain text
  size_t frame_bytes_max = 64 << 20;
  size_t out_bytes_max =
      64 << 20;  // queued to one connection; beyond it calls fail kResourceExhausted
  size_t calls_in_flight_max = 100'000;  // per connection
  Connections connections = Connections::kSingle;
  int connections_per_endpoint = 1;  // kSingle: made as calls meet calls in flight
  // kPooled and kShort: in use to one endpoint; beyond it calls fail kResourceExhausted.
  int leased_connections_max = 4096;
  int idle_connections_max = 64;  // kPooled: kept per endpoint
  // A connection that was silent for so long is asked whether its peer is still there; zero: never.
  Duration keep_alive = std::chrono::seconds(30);
  Protocol protocol = Protocol::kNative;  // to endpoints that name none
  // Kept until the last stream has ended, which may be after the client: what its endpoints need.
  std::shared_ptr<const void> kept{};
};

// Calls services over native frames or gRPC. Connections are made on first use: one per endpoint
// that all calls of this client share, unless the options say otherwise. Lives on one loop; use it
// from that loop's fibers only (bellrock::Channel adds the thread-crossing). Connections broken or
// idle are replaced; a call on a broken connection fails kUnavailable and may be tried on another
// instance.
class Client final : public ChannelInterface {
 public:
  // `observer` may be null. All are borrowed and outlive the client.
  Client(fiber::Environment environment, EndpointSource& endpoints, CallObserver* observer,
         ClientOptions options);
  ~Client() override;

  Status Call(std::string_view service, std::string_view method, const Message& request,
              Message& reply, const CallOptions& options) override;
  Result<std::unique_ptr<StreamReader>> OpenStream(std::string_view service,
                                                   std::string_view method, const Message& request,
                                                   const CallOptions& options) override;
  Result<std::unique_ptr<StreamCall>> OpenDuplex(std::string_view service, std::string_view method,
                                                 const CallOptions& options) override;

 private:
  class Core;

  Result<std::unique_ptr<StreamCall>> Open(std::string_view service, std::string_view method,
                                           const Message* request, const CallOptions& options);

  std::shared_ptr<Core> core_;
};

// An endpoint source with fixed addresses, tried in order beginning with the last one that worked:
// for the registry, the agent and tools.
class FixedEndpoints final : public EndpointSource {
 public:
  explicit FixedEndpoints(std::vector<Address> addresses);
  ~FixedEndpoints() override;
  Result<Endpoint> Pick(std::span<const uint32_t> tried) override;
  Result<std::vector<Endpoint>> All() override;
  void Report(const Endpoint& endpoint, StatusCode code, Duration latency) override;

 private:
  struct Core;
  std::unique_ptr<Core> core_;
};

}  // namespace bellrock::rpc
