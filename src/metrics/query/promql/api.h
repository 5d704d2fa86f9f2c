// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "bellrock/status.h"
#include "metrics/query/source.h"

namespace bellrock::metrics::query::promql {

struct ApiRequest {
  std::string method;  // "GET" or "POST"
  std::string path;    // decoded, "/api/v1/query"
  std::string query;
  std::string body;  // of a POST: a form
};
struct ApiReply {
  int status = 200;
  std::string content_type = "application/json";
  std::string body;
};

// Prometheus' HTTP API, as Grafana asks it: /api/v1/{query, query_range, series, labels,
// label/NAME/values, metadata, status/buildinfo, rules, alerts, query_exemplars}, /-/healthy and
// /-/ready. A function of the request, the source and the time; blocks as long as the source does.
ApiReply ServeApi(const ApiRequest& request, Source& source, int64_t now_ms);

// The answer to a query that came to nothing, as Prometheus words it.
ApiReply FailedReply(const Status& status);

}  // namespace bellrock::metrics::query::promql
