// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "rpc/server/health.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "rpc/error_catalog.h"

namespace bellrock::rpc {

void Health::AddService(std::string_view service) {
  const std::lock_guard lock(mutex_);
  serving_.emplace(service, true);
}

Status Health::SetServing(std::string_view service, bool serving) {
  {
    const std::lock_guard lock(mutex_);
    const auto found = serving_.find(service);
    if (found == serving_.end()) return NotFound(service);
    found->second = serving;
  }
  WakeWatchers();
  return Status::Ok();
}

void Health::Drain() {
  {
    const std::lock_guard lock(mutex_);
    draining_ = true;
  }
  WakeWatchers();
}

Health::Seen Health::Look(std::string_view service) const {
  const std::lock_guard lock(mutex_);
  Seen seen{.draining = draining_};
  const auto found = serving_.find(service);
  if (found == serving_.end()) return seen;
  seen.status = found->second && !draining_ ? Response::SERVING : Response::NOT_SERVING;
  return seen;
}

// With the lock held.
Status Health::NotFound(std::string_view service) const {
  std::vector<std::string_view> names;
  for (const auto& [name, serving] : serving_) {
    if (!name.empty()) names.push_back(name);
  }
  return NotFoundError(Numbered(ErrorNumber::kUnknownMethod,
                                fmt::format("service {} is not served here; served are: {}",
                                            service, fmt::join(names, ", "))));
}

Result<Health::Response> Health::Check(ServerContext&,
                                       const grpc::health::v1::HealthCheckRequest& request) {
  Response response;
  response.set_status(Look(request.service()).status);
  if (response.status() != Response::SERVICE_UNKNOWN) return response;
  const std::lock_guard lock(mutex_);
  return NotFound(request.service());
}

Status Health::Watch(ServerContext&, const grpc::health::v1::HealthCheckRequest& request,
                     Writer<Response>& writer) {
  auto watcher = std::make_shared<Watcher>();
  watcher->loop = fiber::Loop::Current();
  {
    const std::lock_guard lock(mutex_);
    watchers_.push_back(watcher);
  }
  const Status end = WatchUntilDrained(request.service(), *watcher, writer);
  const std::lock_guard lock(mutex_);
  std::erase(watchers_, watcher);
  return end;
}

Status Health::WatchUntilDrained(std::string_view service, Watcher& watcher,
                                 Writer<Response>& writer) {
  Response response;
  for (bool first = true;; first = false) {
    watcher.changed.Reset();
    const Seen seen = Look(service);
    if (first || seen.status != response.status()) {
      response.set_status(seen.status);
      BELLROCK_TRY(writer.Write(response));
    }
    if (seen.draining) {
      return UnavailableError(
          Numbered(ErrorNumber::kShutDownBeforeTaken, "the server is shutting down"));
    }
    BELLROCK_TRY(watcher.changed.Wait());
  }
}

void Health::WakeWatchers() {
  std::vector<std::shared_ptr<Watcher>> watchers;
  {
    const std::lock_guard lock(mutex_);
    watchers = watchers_;
  }
  for (const std::shared_ptr<Watcher>& watcher : watchers) {
    watcher->loop->Post([watcher] { watcher->changed.Set(); });
  }
}

}  // namespace bellrock::rpc
