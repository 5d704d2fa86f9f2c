// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fiber/environment.h"
#include "fiber/loop.h"
#include "fiber/sync.h"
#include "metrics/query/promql/api.h"
#include "metrics/query/source.h"
#include "rpc/server.h"

namespace bellrock::server {

// Queries that are computed at the same time; others wait for their turn. One may hold
// promql::kSamplesMax samples.
inline constexpr size_t kPrometheusQueriesMax = 8;
// Of one query, its wait included; Prometheus' own default.
inline constexpr Duration kPrometheusTimeMax = std::chrono::minutes(2);

// Prometheus' query API as pages of a server (docs/metrics-promql.md): /api/v1/ by GET and by POST
// of a form, /-/healthy and /-/ready, for anybody who reaches the port. The source is borrowed and
// asked on the loop on which this was made, whatever loop took the connection. Outlives the server.
class PrometheusPages {
 public:
  PrometheusPages(fiber::Clock& clock, metrics::query::Source& source);
  // Before the server listens.
  void AddTo(rpc::Server& server);

 private:
  rpc::HttpReply Serve(const rpc::HttpRequest& request);
  // On the home loop.
  metrics::query::promql::ApiReply AskInTurn(const rpc::HttpRequest& request);
  metrics::query::promql::ApiReply AskApi(const rpc::HttpRequest& request);

  fiber::Loop& home_;
  fiber::Clock& clock_;
  metrics::query::Source& source_;
  // One entry for each query that is computed.
  fiber::Channel<char> turns_{kPrometheusQueriesMax};
};

}  // namespace bellrock::server
