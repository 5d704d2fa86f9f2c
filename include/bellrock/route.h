// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

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
};

// Handle to one service's routing table. Keep it: a pick through a handle costs nanoseconds and no
// system call. Thread-safe.
class Router {
 public:
  // `service` is "line/service". Waits up to `timeout` for a first table; kUnavailable if none
  // came.
  static Result<Router> Open(std::string_view service, Duration timeout = std::chrono::seconds(3));

  // kUnavailable if the service has no instance. ZY-013.
  Result<Route> GetRoute();
  // `success` is what the caller's business calls success (ZY-031). ZY-014.
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
