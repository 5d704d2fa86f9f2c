// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "server/prometheus_pages.h"

#include <string>
#include <utility>

#include "fiber/fiber.h"
#include "fiber/unix_time.h"

namespace bellrock::server {
namespace {

using metrics::query::promql::ApiReply;
using metrics::query::promql::FailedReply;
using metrics::query::promql::ServeApi;

rpc::HttpReply PageOf(ApiReply reply) {
  return {.status = reply.status,
          .content_type = std::move(reply.content_type),
          .body = std::move(reply.body)};
}

}  // namespace

PrometheusPages::PrometheusPages(fiber::Clock& clock, metrics::query::Source& source)
    : home_(*fiber::Loop::Current()), clock_(clock), source_(source) {}

void PrometheusPages::AddTo(rpc::Server& server) {
  server.AddHttp("/api/v1/", [this](const rpc::HttpRequest& request) { return Serve(request); },
                 {.takes_post = true});
  // Monitoring asks these from anywhere, unlike the other pages under /-/, and they tell nothing.
  // They wait for no query and look at no data.
  for (const char* path : {"/-/healthy", "/-/ready"}) {
    server.AddHttp(path,
                   [this](const rpc::HttpRequest& request) { return PageOf(AskApi(request)); });
  }
}

rpc::HttpReply PrometheusPages::Serve(const rpc::HttpRequest& request) {
  const fiber::ScopedDeadline deadline(clock_.Now() + kPrometheusTimeMax);
  ApiReply reply;
  const Status ran = fiber::RunOn(home_, [&] { reply = AskInTurn(request); });
  return PageOf(ran.ok() ? std::move(reply) : FailedReply(ran));
}

ApiReply PrometheusPages::AskInTurn(const rpc::HttpRequest& request) {
  if (const Status turn = turns_.Send(0); !turn.ok()) {
    return FailedReply(turn.WithContext("waiting for other queries to end"));
  }
  ApiReply reply = AskApi(request);
  (void)turns_.TryReceive();
  return reply;
}

ApiReply PrometheusPages::AskApi(const rpc::HttpRequest& request) {
  return ServeApi({request.method, request.path, request.query, request.body}, source_,
                  fiber::UnixMs(clock_));
}

}  // namespace bellrock::server
