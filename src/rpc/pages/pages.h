// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "rpc/pages/snapshot.h"
#include "rpc/server.h"
#include "rpc/server/server_state.h"

namespace bellrock::rpc {

// The pages every server has under /-/: status, methods with exact latencies, connections, calls
// under way, slow and failed ones, flags, fibers, CPU and heap profiles. One HTML page draws what
// the .json ones say. Answers loopback and Unix sockets only, unless ServerOptions.pages opens it.
class Pages {
 public:
  static constexpr char kPrefix[] = "/-/";

  // By loop.
  using Fibers = std::vector<std::vector<fiber::FiberDescription>>;

  // Both collect from all loops; called in a fiber, may block it.
  Pages(ServerState& state, std::function<ServerSnapshot()> gather,
        std::function<Fibers()> gather_fibers);

  HttpReply Serve(const HttpRequest& request) const;

  // The answer to whoever may not look at pages under /-/; nothing for those who may.
  static std::optional<HttpReply> RefusalFor(const ServerState& state, const HttpRequest& request);

 private:
  std::string StatusJson() const;
  std::string MethodsJson() const;
  std::string ConnectionsJson() const;
  std::string CallsJson() const;
  std::string FibersJson() const;
  std::string FlagsJson() const;
  HttpReply Protection() const;
  HttpReply Profile(const HttpRequest& request, bool heap) const;

  ServerState& state_;
  const std::function<ServerSnapshot()> gather_;
  const std::function<Fibers()> gather_fibers_;
};

}  // namespace bellrock::rpc
