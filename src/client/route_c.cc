// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "bellrock/route_c.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "base/immortal.h"
#include "bellrock/route.h"

struct bellrock_router {
  bellrock::Router router;
};

namespace bellrock {
namespace {

// What these were in the first release: no caller knows less, and they never change.
constexpr size_t kQuerySizeFirst = 88;
constexpr size_t kRouteSizeFirst = 96;
static_assert(sizeof(bellrock_route_query) >= kQuerySizeFirst);
static_assert(sizeof(bellrock_route) >= kRouteSizeFirst);
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

// A structure of a caller that may be older than this library, or newer: then it must not use what
// is not known here.
template <typename Struct>
Result<Struct> Read(std::string_view name, const Struct* given, size_t first) {
  if (given == nullptr) return MissingArgument(name);
  BELLROCK_TRY(CheckSize(name, given->size, first));
  const auto* bytes = reinterpret_cast<const unsigned char*>(given);
  const auto is_set = [](unsigned char byte) { return byte != 0; };
  if (given->size > sizeof(Struct) &&
      std::any_of(bytes + sizeof(Struct), bytes + given->size, is_set)) {
    return UnimplementedError(fmt::format(
        "{} has fields that this release of libbellrock_route.so does not know; update it", name));
  }
  Struct known{};
  std::memcpy(&known, given, std::min(given->size, sizeof(Struct)));
  return known;
}

// "10.0.0.1:7000" or "[::1]:7000".
Status WriteAddress(std::string_view address, bellrock_route& route) {
  const size_t colon = address.rfind(':');
  std::string_view ip = address.substr(0, colon);
  if (ip.starts_with('[') && ip.ends_with(']')) ip = ip.substr(1, ip.size() - 2);
  if (colon == std::string_view::npos || ip.size() >= sizeof route.ip) {
    return UnavailableError(fmt::format("the instance at {} has no IP address", address));
  }
  std::memcpy(route.ip, ip.data(), ip.size());
  for (const char digit : address.substr(colon + 1)) {
    route.port = static_cast<uint16_t>(route.port * 10 + (digit - '0'));
  }
  return Status::Ok();
}

Status CheckQuery(const bellrock_route_query& query) {
  if (query.method == nullptr && query.key == nullptr && query.lane == nullptr &&
      query.caller == nullptr && query.header_count == 0 && query.tried_count == 0 &&
      query.qos == BELLROCK_QOS_NORMAL) {
    return Status::Ok();
  }
  return UnimplementedError("bellrock_route_query: routes do not depend on the query yet");
}

Status GetRoute(Router& router, const bellrock_route_query* query, bellrock_route* out) {
  if (out == nullptr) return MissingArgument("bellrock_route");
  BELLROCK_TRY(CheckSize("bellrock_route", out->size, kRouteSizeFirst));
  if (query != nullptr) {
    BELLROCK_ASSIGN(const bellrock_route_query asked,
                    Read("bellrock_route_query", query, kQuerySizeFirst));
    BELLROCK_TRY(CheckQuery(asked));
  }
  BELLROCK_ASSIGN(const Route route, router.GetRoute());
  bellrock_route filled{};
  BELLROCK_TRY(WriteAddress(route.address, filled));
  filled.size = out->size;
  filled.slot = route.slot;
  filled.opaque[0] = route.generation;
  std::memcpy(out, &filled, std::min(out->size, sizeof filled));
  return Status::Ok();
}

Status UpdateResult(Router& router, const bellrock_route* given, int result, int64_t latency_us) {
  BELLROCK_ASSIGN(const bellrock_route read, Read("bellrock_route", given, kRouteSizeFirst));
  if (latency_us < 0) {
    return InvalidArgumentError(
        fmt::format("latency_us is {}; microseconds from sending to the answer", latency_us));
  }
  Route route;
  route.slot = read.slot;
  route.generation = static_cast<uint32_t>(read.opaque[0]);
  router.UpdateRouteResult(route, result == 0, std::chrono::microseconds(latency_us));
  return Status::Ok();
}

Result<Router> Open(std::string_view name, int64_t timeout_ms) {
  constexpr int64_t kTimeoutMaxMs = 24 * 3600 * 1000;
  if (timeout_ms < 0 || timeout_ms > kTimeoutMaxMs) {
    return InvalidArgumentError(
        fmt::format("timeout_ms is {}; 0 to {} (a day)", timeout_ms, kTimeoutMaxMs));
  }
  return Router::Open(name, std::chrono::milliseconds(timeout_ms));
}

// Services opened by their numbers. They are kept to the end of the process: threads that still
// route while it exits find them.
struct ById {
  std::mutex mutex;
  std::map<uint64_t, Router> routers;  // under the mutex; only grows
};

ById& Opened() {
  static Immortal<ById> opened;
  return *opened;
}

thread_local std::unordered_map<uint64_t, Router*> known_by_id;

Result<Router*> RouterOf(uint32_t modid, uint32_t cmdid, int64_t timeout_ms) {
  const uint64_t id = uint64_t{modid} << 32 | cmdid;
  if (const auto known = known_by_id.find(id); known != known_by_id.end()) return known->second;
  BELLROCK_ASSIGN(Router router, Open(fmt::format("{}:{}", modid, cmdid), timeout_ms));
  ById& opened = Opened();
  std::lock_guard<std::mutex> lock(opened.mutex);
  Router* kept = &opened.routers.try_emplace(id, std::move(router)).first->second;
  known_by_id.emplace(id, kept);
  return kept;
}

}  // namespace
}  // namespace bellrock

extern "C" {

int bellrock_router_open(const char* name, int64_t timeout_ms, bellrock_router** router) {
  if (router == nullptr) return bellrock::Fail(bellrock::MissingArgument("router"));
  *router = nullptr;
  if (name == nullptr) return bellrock::Fail(bellrock::MissingArgument("name"));
  auto opened = bellrock::Open(name, timeout_ms);
  if (!opened.ok()) return bellrock::Fail(opened.status());
  *router = std::make_unique<bellrock_router>(bellrock_router{std::move(*opened)}).release();
  return BELLROCK_OK;
}

void bellrock_router_close(bellrock_router* router) {
  const std::unique_ptr<bellrock_router> closed(router);
}

int bellrock_get_route(bellrock_router* router, const bellrock_route_query* query,
                       bellrock_route* route) {
  if (router == nullptr) return bellrock::Fail(bellrock::MissingArgument("router"));
  const bellrock::Status status = bellrock::GetRoute(router->router, query, route);
  return status.ok() ? BELLROCK_OK : bellrock::FailToRoute(status);
}

int bellrock_update_route_result(bellrock_router* router, const bellrock_route* route, int result,
                                 int64_t latency_us) {
  if (router == nullptr) return bellrock::Fail(bellrock::MissingArgument("router"));
  const bellrock::Status status = bellrock::UpdateResult(router->router, route, result, latency_us);
  return status.ok() ? BELLROCK_OK : bellrock::Fail(status);
}

int bellrock_get_route_by_id(uint32_t modid, uint32_t cmdid, const bellrock_route_query* query,
                             int64_t timeout_ms, bellrock_route* route) {
  const auto router = bellrock::RouterOf(modid, cmdid, timeout_ms);
  if (!router.ok()) return bellrock::Fail(router.status());
  const bellrock::Status status = bellrock::GetRoute(**router, query, route);
  return status.ok() ? BELLROCK_OK : bellrock::FailToRoute(status);
}

int bellrock_update_route_result_by_id(uint32_t modid, uint32_t cmdid, const bellrock_route* route,
                                       int result, int64_t latency_us) {
  const auto router = bellrock::RouterOf(modid, cmdid, 0);
  if (!router.ok()) return bellrock::Fail(router.status());
  const bellrock::Status status = bellrock::UpdateResult(**router, route, result, latency_us);
  return status.ok() ? BELLROCK_OK : bellrock::Fail(status);
}

const char* bellrock_last_error(void) {
  return bellrock::last_error.c_str();
}

}  // extern "C"
