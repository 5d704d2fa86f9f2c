// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "fiber/loop.h"
#include "fiber/sync.h"
#include "grpc/health/v1/health.bellrock.h"

namespace bellrock::rpc {

// grpc.health.v1.Health of one server: each service serves until somebody says otherwise or the
// server drains. Thread-safe; watchers are woken on their own loops.
class Health final : public grpc::health::v1::HealthService {
 public:
  using Response = grpc::health::v1::HealthCheckResponse;

  // A service that is there, serving. The name "" stands for the server as a whole and is always
  // there.
  void AddService(std::string_view service);
  // kNotFound, with what there is, for a service that is not.
  Status SetServing(std::string_view service, bool serving);
  // Nothing serves any more, and watches end.
  void Drain();

  Result<Response> Check(ServerContext& context,
                         const grpc::health::v1::HealthCheckRequest& request) override;
  Status Watch(ServerContext& context, const grpc::health::v1::HealthCheckRequest& request,
               Writer<Response>& writer) override;

 private:
  struct Watcher {
    fiber::Loop* loop = nullptr;
    fiber::Event changed;
  };
  struct Seen {
    Response::ServingStatus status = Response::SERVICE_UNKNOWN;
    bool draining = false;
  };

  Seen Look(std::string_view service) const;
  Status NotFound(std::string_view service) const;
  Status WatchUntilDrained(std::string_view service, Watcher& watcher, Writer<Response>& writer);
  void WakeWatchers();

  mutable std::mutex mutex_;
  std::map<std::string, bool, std::less<>> serving_ = {{"", true}};
  bool draining_ = false;
  std::vector<std::shared_ptr<Watcher>> watchers_;  // bounded by the calls in flight
};

}  // namespace bellrock::rpc
