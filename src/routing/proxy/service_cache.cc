// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "routing/proxy/service_cache.h"

#include <fmt/format.h>

namespace bellrock::routing::proxy {
namespace {

constexpr Duration kUnknownFor = std::chrono::seconds(1);
constexpr size_t kUnknownMax = 256;

}  // namespace

ServiceCache::ServiceCache(fiber::Clock& clock, ServiceDirectory& directory, size_t services_max,
                           Duration wait)
    : clock_(clock), directory_(directory), services_max_(services_max), wait_(wait) {}

Result<ProxiedService*> ServiceCache::Find(std::string_view name) {
  if (const auto known = known_.find(name); known != known_.end()) return known->second.get();
  const auto unknown = unknown_.find(name);
  if (unknown != unknown_.end() && clock_.Now() < unknown->second.until) return unknown->second.why;
  if (known_.size() >= services_max_) {
    return ResourceExhaustedError(
        fmt::format("service '{}': this proxy already serves {} services", name, services_max_));
  }
  const std::string own(name);
  Result<rpc::EndpointSource*> source = directory_.Find(own, wait_);
  if (!source.ok()) {
    Remember(own, source.status());
    return source.status();
  }
  auto& service = known_[own];  // another fiber may have been here meanwhile
  if (!service) service = std::make_unique<ProxiedService>(ProxiedService{own, *source, {}, {}});
  return service.get();
}

void ServiceCache::Remember(std::string_view name, const Status& why) {
  const Time now = clock_.Now();
  if (unknown_.size() >= kUnknownMax) {
    std::erase_if(unknown_, [now](const auto& entry) { return entry.second.until <= now; });
  }
  if (unknown_.size() < kUnknownMax) unknown_[std::string(name)] = {now + kUnknownFor, why};
}

std::vector<NamedCounts> ServiceCache::Counts() const {
  std::vector<NamedCounts> counts;
  for (const auto& [name, service] : known_) counts.push_back({name, service->counts});
  return counts;
}

}  // namespace bellrock::routing::proxy
