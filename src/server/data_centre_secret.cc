// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "server/data_centre_secret.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/log.h"

namespace bellrock::server {
namespace {

using naming::server::ClusterSecret;

constexpr std::array<std::string_view, 3> kInnerServices = {
    "bellrock.metrics.v1.Queue", "bellrock.metrics.v1.Store", "bellrock.metrics.v1.Compute"};
constexpr Duration kComplaintInterval = std::chrono::minutes(1);

bool IsInner(std::string_view service) {
  return std::find(kInnerServices.begin(), kInnerServices.end(), service) != kInnerServices.end();
}

}  // namespace

Status DataCentreSecret::Before(ServerContext& context, std::string_view service,
                                std::string_view) {
  if (!IsInner(service) || secret_.Admits(context.metadata(ClusterSecret::kTokenName))) {
    return Status::Ok();
  }
  Complain(context, service);
  return UnauthenticatedError(fmt::format(
      "{}: only processes of this data centre may ask for that: give all of them the same "
      "--cluster-secret-file",
      service));
}

Status DataCentreSecret::Before(ClientCall& call) {
  if (IsInner(call.service)) {
    call.options.metadata.emplace_back(ClusterSecret::kTokenName, secret_.token());
  }
  return Status::Ok();
}

void DataCentreSecret::Complain(const ServerContext& context, std::string_view service) {
  const uint64_t refused = refused_.fetch_add(1, std::memory_order_relaxed) + 1;
  const Time now = clock_.Now();
  Time next = complain_next_.load(std::memory_order_relaxed);
  if (now < next || !complain_next_.compare_exchange_strong(next, now + kComplaintInterval)) return;
  log::Warning("metrics/server",
               "a call of {} to {} is refused, {} so far: it has not this cluster's secret",
               context.peer(), service, refused);
}

}  // namespace bellrock::server
