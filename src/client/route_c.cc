// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "bellrock/route_c.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "base/immortal.h"
#include "client/runtime.h"
#include "fiber/user_section.h"

// As bellrock::Router, without the copies that its Route makes.
struct bellrock_router {
  std::shared_ptr<bellrock::client::Runtime> runtime;  // keeps the source alive
  bellrock::routing::client::Router* source = nullptr;
};

namespace bellrock::client {
namespace {

using Source = routing::client::Router;

// What these were in the first release: no caller knows less, and they never change.
constexpr size_t kQuerySizeFirst = 88;
constexpr size_t kRouteSizeFirst = 96;
static_assert(sizeof(bellrock_route_query) >= kQuerySizeFirst);
static_assert(sizeof(bellrock_route) >= kRouteSizeFirst);
constexpr int64_t kTimeoutMaxMs = 24 * 3600 * 1000;
constexpr int64_t kLatencyMaxUs = kTimeoutMaxMs * 1000;
constexpr size_t kStructSizeMax = 4096;  // more is no size but an uninitialised field

thread_local std::string last_error;

int Fail(const Status& status) {
  last_error = status.ToString();
  return -static_cast<int>(status.code());
}

// L5's number for a refusal under overload (ZY-040) takes the place of the code.
int FailToRoute(const Status& status) {
  const int code = Fail(status);
  return status.code() == StatusCode::kResourceExhausted ? BELLROCK_REFUSED : code;
}

Status MissingArgument(std::string_view name) {
  return InvalidArgumentError(fmt::format("{} is NULL", name));
}

Status CheckSize(std::string_view name, size_t size, size_t first) {
  if (size >= first && size <= kStructSizeMax) return Status::Ok();
  return InvalidArgumentError(fmt::format("{}.size is {}; set it to sizeof({})", name, size, name));
}

// Of a caller that may be older than this library, or newer: then it must not use what is not known
// here.
Result<bellrock_route_query> Read(const bellrock_route_query& given) {
  BELLROCK_TRY(CheckSize("bellrock_route_query", given.size, kQuerySizeFirst));
  bellrock_route_query known{};
  const auto* bytes = reinterpret_cast<const unsigned char*>(&given);
  const auto is_set = [](unsigned char byte) { return byte != 0; };
  if (given.size > sizeof known && std::any_of(bytes + sizeof known, bytes + given.size, is_set)) {
    return UnimplementedError(
        "bellrock_route_query has fields that this release of libbellrock_route.so does not know; "
        "update it");
  }
  std::memcpy(&known, &given, std::min(given.size, sizeof known));
  return known;
}

Status WriteAddress(const Address& address, bellrock_route& route) {
  const std::string& ip = address.host();
  if (address.kind() != Address::Kind::kTcp || ip.size() >= sizeof route.ip) {
    return UnavailableError(fmt::format("{} has no IP address", address.ToString()));
  }
  std::memcpy(route.ip, ip.data(), ip.size());
  route.port = address.port();
  return Status::Ok();
}

std::string_view TextOf(const char* text) {
  return text == nullptr ? std::string_view() : std::string_view(text);
}

Status CheckList(std::string_view name, const void* list, std::string_view count_name, size_t count,
                 size_t most) {
  if (count > most) {
    return InvalidArgumentError(
        fmt::format("bellrock_route_query.{} is {}; at most {}", count_name, count, most));
  }
  if (count > 0 && list == nullptr) return MissingArgument(name);
  return Status::Ok();
}

Status CheckQuery(const bellrock_route_query& query) {
  BELLROCK_TRY(CheckList("headers", query.headers, "header_count", query.header_count,
                         BELLROCK_HEADERS_MAX));
  BELLROCK_TRY(
      CheckList("tried", query.tried, "tried_count", query.tried_count, BELLROCK_TRIED_MAX));
  if (query.key == nullptr && query.key_length > 0) return MissingArgument("key");
  for (size_t k = 0; k < 2 * query.header_count; ++k) {
    if (query.headers[k] == nullptr) return MissingArgument(fmt::format("headers[{}]", k));
  }
  if (query.qos > BELLROCK_QOS_BACKGROUND) {
    return InvalidArgumentError(
        fmt::format("bellrock_route_query.qos is {}; BELLROCK_QOS_NORMAL, _CRITICAL or _BACKGROUND",
                    query.qos));
  }
  return Status::Ok();
}

Result<rpc::Endpoint> Pick(Source& source, const bellrock_route_query* given) {
  rpc::PickRequest request;
  if (given == nullptr) return source.PickFor(request);
  BELLROCK_ASSIGN(const bellrock_route_query query, Read(*given));
  BELLROCK_TRY(CheckQuery(query));
  Metadata headers;
  for (size_t k = 0; k < query.header_count; ++k) {
    headers.emplace_back(query.headers[2 * k], query.headers[2 * k + 1]);
  }
  if (!headers.empty()) request.metadata = &headers;
  request.tried = {query.tried, query.tried_count};
  request.method = TextOf(query.method);
  request.caller = TextOf(query.caller);
  request.key = {query.key, query.key_length};
  request.lane = TextOf(query.lane);
  request.qos = static_cast<Qos>(query.qos);
  return source.PickFor(request);
}

Status GetRoute(Source& source, const bellrock_route_query* query, bellrock_route* out) {
  if (out == nullptr) return MissingArgument("bellrock_route");
  BELLROCK_TRY(CheckSize("bellrock_route", out->size, kRouteSizeFirst));
  BELLROCK_ASSIGN(const rpc::Endpoint endpoint, Pick(source, query));
  bellrock_route route{};
  if (Status written = WriteAddress(endpoint.address, route); !written.ok()) {
    source.Unpick(endpoint);
    return written;
  }
  route.size = out->size;
  route.slot = endpoint.slot;
  route.opaque[0] = uint64_t{endpoint.method_hash} << 32 | endpoint.generation;
  std::memcpy(out, &route, std::min(out->size, sizeof route));
  return Status::Ok();
}

Status UpdateResult(Source& source, const bellrock_route* route, int result, int64_t latency_us) {
  if (route == nullptr) return MissingArgument("bellrock_route");
  BELLROCK_TRY(CheckSize("bellrock_route", route->size, kRouteSizeFirst));
  if (latency_us < 0 || latency_us > kLatencyMaxUs) {
    return InvalidArgumentError(fmt::format(
        "latency_us is {}; microseconds from sending to the answer, at most a day", latency_us));
  }
  rpc::Endpoint endpoint;
  endpoint.slot = route->slot;
  endpoint.generation = static_cast<uint32_t>(route->opaque[0]);
  endpoint.method_hash = static_cast<uint32_t>(route->opaque[0] >> 32);
  source.Report(endpoint, result == 0 ? StatusCode::kOk : StatusCode::kUnavailable,
                std::chrono::microseconds(latency_us));
  return Status::Ok();
}

Result<bellrock_router> Open(std::string_view name, int64_t timeout_ms) {
  const fiber::FrameworkSection framework;
  if (timeout_ms < 0 || timeout_ms > kTimeoutMaxMs) {
    return InvalidArgumentError(
        fmt::format("timeout_ms is {}; 0 to {} (a day)", timeout_ms, kTimeoutMaxMs));
  }
  BELLROCK_ASSIGN(std::shared_ptr<Runtime> runtime, Runtime::Get());
  BELLROCK_ASSIGN(Source * source, runtime->RouterOf(name, std::chrono::milliseconds(timeout_ms)));
  return bellrock_router{std::move(runtime), source};
}

// Keeps the services opened by number to the end of the process, for there is nothing to close.
void KeepForGood(std::shared_ptr<Runtime> runtime) {
  static Immortal<std::shared_ptr<Runtime>> kept(std::move(runtime));
}

thread_local std::unordered_map<uint64_t, Source*> known_by_id;

Result<Source*> SourceOf(uint32_t modid, uint32_t cmdid, int64_t timeout_ms) {
  const uint64_t id = uint64_t{modid} << 32 | cmdid;
  if (const auto known = known_by_id.find(id); known != known_by_id.end()) return known->second;
  BELLROCK_ASSIGN(const bellrock_router router,
                  Open(fmt::format("{}:{}", modid, cmdid), timeout_ms));
  KeepForGood(router.runtime);
  known_by_id.emplace(id, router.source);
  return router.source;
}

}  // namespace
}  // namespace bellrock::client

namespace route_c = bellrock::client;

extern "C" {

int bellrock_router_open(const char* name, int64_t timeout_ms, bellrock_router** router) {
  if (router == nullptr) return route_c::Fail(route_c::MissingArgument("router"));
  *router = nullptr;
  if (name == nullptr) return route_c::Fail(route_c::MissingArgument("name"));
  auto opened = route_c::Open(name, timeout_ms);
  if (!opened.ok()) return route_c::Fail(opened.status());
  *router = std::make_unique<bellrock_router>(std::move(*opened)).release();
  return BELLROCK_OK;
}

void bellrock_router_close(bellrock_router* router) {
  const std::unique_ptr<bellrock_router> closed(router);
}

int bellrock_get_route(bellrock_router* router, const bellrock_route_query* query,
                       bellrock_route* route) {
  if (router == nullptr) return route_c::Fail(route_c::MissingArgument("router"));
  const bellrock::Status status = route_c::GetRoute(*router->source, query, route);
  return status.ok() ? BELLROCK_OK : route_c::FailToRoute(status);
}

int bellrock_update_route_result(bellrock_router* router, const bellrock_route* route, int result,
                                 int64_t latency_us) {
  if (router == nullptr) return route_c::Fail(route_c::MissingArgument("router"));
  const bellrock::Status status = route_c::UpdateResult(*router->source, route, result, latency_us);
  return status.ok() ? BELLROCK_OK : route_c::Fail(status);
}

int bellrock_get_route_by_id(uint32_t modid, uint32_t cmdid, const bellrock_route_query* query,
                             int64_t timeout_ms, bellrock_route* route) {
  const auto source = route_c::SourceOf(modid, cmdid, timeout_ms);
  if (!source.ok()) return route_c::Fail(source.status());
  const bellrock::Status status = route_c::GetRoute(**source, query, route);
  return status.ok() ? BELLROCK_OK : route_c::FailToRoute(status);
}

int bellrock_update_route_result_by_id(uint32_t modid, uint32_t cmdid, const bellrock_route* route,
                                       int result, int64_t latency_us) {
  const auto source = route_c::SourceOf(modid, cmdid, 0);
  if (!source.ok()) return route_c::Fail(source.status());
  const bellrock::Status status = route_c::UpdateResult(**source, route, result, latency_us);
  return status.ok() ? BELLROCK_OK : route_c::Fail(status);
}

const char* bellrock_last_error(void) {
  return route_c::last_error.c_str();
}

}  // extern "C"
