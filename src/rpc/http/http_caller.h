// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "bellrock/service.h"

namespace bellrock::rpc {

// The caller of a unary method who came by HTTP with JSON: for handlers whose reply HTTP has a
// status of its own for, as 304 or 307. Lives as long as the call; used only from the handler's
// fiber.
class HttpCaller {
 public:
  // nullptr: the caller came by another protocol and is given the reply alone.
  static HttpCaller* Of(ServerContext& context) { return dynamic_cast<HttpCaller*>(&context); }

  virtual ~HttpCaller() = default;
  // Path and query of the request, as they were sent.
  virtual std::string_view target() const = 0;
  // How the reply goes out if the handler ends with OK: a status of 200 to 399 instead of 200, and
  // these headers. Bytes of values that no header may hold go out as %XX.
  virtual void SetAnswer(int status, Metadata headers) = 0;
};

}  // namespace bellrock::rpc
