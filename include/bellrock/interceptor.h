// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "bellrock/service.h"

namespace bellrock {

// Sees each call on the server around its handler: access control, quotas, faults, logging. Called
// in the handler's fiber, on any loop of the server; may block the fiber.
class ServerInterceptor {
 public:
  virtual ~ServerInterceptor() = default;
  // Not OK: the handler is not run, the caller gets this status and may try another instance.
  virtual Status Before(ServerContext& context, std::string_view service,
                        std::string_view method) = 0;
  // The handler has returned. Called in the opposite order, for each whose Before() was OK.
  virtual void After(ServerContext&, std::string_view /*service*/, std::string_view /*method*/,
                     const Status&) {}
};

// A call on its way out, as its interceptors see it.
struct ClientCall {
  std::string_view callee;   // "line/service", "" if unknown
  std::string_view service;  // proto name
  std::string_view method;
  CallOptions& options;  // may be changed before the call
};

// Sees each call on the client, once however many tries it takes. Called in the caller's fiber.
class ClientInterceptor {
 public:
  virtual ~ClientInterceptor() = default;
  // Not OK: the call fails with this status and nothing is sent.
  virtual Status Before(ClientCall& call) = 0;
  // For streams: when the stream was opened, or could not be.
  virtual void After(const ClientCall&, const Status&) {}
};

}  // namespace bellrock
