// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>

#include "rpc/pages/snapshot.h"
#include "rpc/server.h"
#include "rpc/server/server_state.h"

namespace bellrock::rpc {

// GET /metrics: what the server counted since it started, for Prometheus and whatever else scrapes
// its format, and what was added with Server::Expose(). Unlike the pages under /-/ it answers
// everybody, for who scrapes is another host: it tells names and counts, nothing of single calls.
class MetricsPage {
 public:
  static constexpr char kPath[] = "/metrics";

  // `gather` collects from all loops; called in a fiber, may block it.
  MetricsPage(const ServerState& state, std::function<ServerSnapshot()> gather);

  HttpReply Serve(const HttpRequest& request) const;

 private:
  void AddMethods(const ServerSnapshot& all, Exposition& out) const;
  void AddServer(const ServerSnapshot& all, Exposition& out) const;

  const ServerState& state_;
  const std::function<ServerSnapshot()> gather_;
};

}  // namespace bellrock::rpc
