// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <atomic>
#include <utility>

#include "rpc/client.h"

namespace bellrock::rpc {

struct FixedEndpoints::Core {
  std::vector<Endpoint> endpoints;
  std::atomic<uint32_t> last_good = 0;  // tried first
};

FixedEndpoints::FixedEndpoints(std::vector<Address> addresses) : core_(std::make_unique<Core>()) {
  for (Address& address : addresses) {
    Endpoint endpoint;
    endpoint.slot = static_cast<uint32_t>(core_->endpoints.size());
    endpoint.instance = std::make_shared<const std::string>(address.ToString());
    endpoint.address = std::move(address);
    core_->endpoints.push_back(std::move(endpoint));
  }
}

FixedEndpoints::~FixedEndpoints() = default;

Result<Endpoint> FixedEndpoints::Pick(std::span<const uint32_t> tried) {
  const size_t count = core_->endpoints.size();
  if (count == 0) return UnavailableError("no address is configured; give at least one");
  const uint32_t first = core_->last_good.load(std::memory_order_relaxed);
  for (size_t i = 0; i < count; ++i) {
    const auto slot = static_cast<uint32_t>((first + i) % count);
    if (std::find(tried.begin(), tried.end(), slot) == tried.end()) return core_->endpoints[slot];
  }
  return core_->endpoints[first];
}

Result<std::vector<Endpoint>> FixedEndpoints::All() {
  return core_->endpoints;
}

void FixedEndpoints::Report(const Endpoint& endpoint, StatusCode code, Duration) {
  uint32_t good = core_->last_good.load(std::memory_order_relaxed);
  if (code == StatusCode::kUnavailable || code == StatusCode::kDeadlineExceeded) {
    // The next call begins elsewhere, unless another has already turned away from here.
    const auto next = static_cast<uint32_t>((endpoint.slot + 1) % core_->endpoints.size());
    if (good == endpoint.slot) core_->last_good.compare_exchange_strong(good, next);
  } else if (code == StatusCode::kOk && good != endpoint.slot) {
    core_->last_good.store(endpoint.slot, std::memory_order_relaxed);
  }
}

}  // namespace bellrock::rpc
