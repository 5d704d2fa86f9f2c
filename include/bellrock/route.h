// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "bellrock/service.h"
#include "bellrock/status.h"
#include "bellrock/time.h"

// Routing without our RPC: for programs that keep their own protocol and only ask where to send a
// request (ZY-013..016).
namespace bellrock {

// Where to send one request. Give it back to UpdateRouteResult() with what became of the request.
struct Route {
  std::string address;  // "ip:port"
  uint32_t slot = 0;
  uint32_t generation = 0;
  uint32_t method_hash = 0;
  std::string instance;  // its path in naming
};

// What GetRoute() returns, beside the status, for a call that is refused because the service is
// overloaded (ZY-040): the code is kResourceExhausted, and this is L5's number for it.
inline constexpr int kRouteRefused = -10000;

// What a route is asked for. Everything may be empty; borrowed for the time of the call.
struct RouteQuery {
  // The same key goes to the same instance, of a service that is routed by key (ZY-043).
  std::string_view key;
  // Of the interface that will be called: methods are judged apart (ZY-031).
  std::string_view method;
  std::string_view lane;
  std::string_view caller;  // "line/service"
  Qos qos = Qos::kNormal;   // who is refused first under overload
  // For rules; keys in lower case.
  const Metadata* headers = nullptr;
  // Instances that this request has already tried: Route::slot of each.
  std::span<const uint32_t> tried;
};

// Handle to one service's routing table. Keep it: a pick through a handle costs nanoseconds and no
// system call. Thread-safe.
class Router {
 public:
  // `service` is "line/service". Waits up to `timeout` for a first table; kUnavailable if none
  // came.
  static Result<Router> Open(std::string_view service, Duration timeout = std::chrono::seconds(3));

  // kUnavailable if the service has no instance. ZY-013.
  Result<Route> GetRoute() { return GetRoute(RouteQuery()); }
  // The same by what is asked for. kResourceExhausted: refused under overload (kRouteRefused);
  // kAborted: the key's owner is away and the service's settings want it to be waited for.
  Result<Route> GetRoute(const RouteQuery& query);
  // `success` is what the caller's business calls success (ZY-031). ZY-014.
  // Each route once; of policies that count calls in flight it is also the call's end.
  void UpdateRouteResult(const Route& route, bool success, Duration latency);

  Router(Router&&) noexcept;
  Router& operator=(Router&&) noexcept;
  ~Router();

 private:
  class Core;
  explicit Router(std::unique_ptr<Core> core);
  std::unique_ptr<Core> core_;
};

}  // namespace bellrock
