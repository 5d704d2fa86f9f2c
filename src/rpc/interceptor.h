// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "bellrock/service.h"

namespace bellrock::rpc {

// Sees each call on the server before its handler: may delay it (in the handler's fiber) or refuse
// it. The seam of fault injection, quotas and access control. Called on any loop of the server.
class ServerInterceptor {
 public:
  virtual ~ServerInterceptor() = default;
  // Not OK: the handler is not run and the caller gets this status.
  virtual Status Before(ServerContext& context, std::string_view service,
                        std::string_view method) = 0;
};

}  // namespace bellrock::rpc
