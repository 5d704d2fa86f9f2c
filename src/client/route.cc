// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "bellrock/route.h"

#include "client/runtime.h"
#include "fiber/user_section.h"

namespace bellrock {

class Router::Core {
 public:
  Core(std::shared_ptr<client::Runtime> owner, routing::client::Router* router)
      : runtime(std::move(owner)), source(router) {}

  std::shared_ptr<client::Runtime> runtime;  // keeps the router alive
  routing::client::Router* source;
};

Result<Router> Router::Open(std::string_view service, Duration timeout) {
  const fiber::FrameworkSection framework;
  BELLROCK_ASSIGN(std::shared_ptr<client::Runtime> runtime, client::Runtime::Get());
  BELLROCK_ASSIGN(routing::client::Router * router, runtime->RouterOf(service, timeout));
  return Router(std::make_unique<Core>(std::move(runtime), router));
}

Result<Route> Router::GetRoute(const RouteQuery& query) {
  rpc::PickRequest request;
  request.tried = query.tried;
  request.method = query.method;
  request.caller = query.caller;
  request.key = query.key;
  request.lane = query.lane;
  request.metadata = query.headers;
  request.qos = query.qos;
  BELLROCK_ASSIGN(rpc::Endpoint endpoint, core_->source->PickFor(request));
  return Route{endpoint.address.ToString(), endpoint.slot, endpoint.generation,
               endpoint.method_hash, endpoint.instance ? *endpoint.instance : std::string()};
}

void Router::UpdateRouteResult(const Route& route, bool success, Duration latency) {
  rpc::Endpoint endpoint;
  endpoint.slot = route.slot;
  endpoint.generation = route.generation;
  endpoint.method_hash = route.method_hash;
  core_->source->Report(endpoint, success ? StatusCode::kOk : StatusCode::kUnavailable, latency);
}

Router::Router(std::unique_ptr<Core> core) : core_(std::move(core)) {}
Router::Router(Router&&) noexcept = default;
Router& Router::operator=(Router&&) noexcept = default;
Router::~Router() = default;

}  // namespace bellrock
