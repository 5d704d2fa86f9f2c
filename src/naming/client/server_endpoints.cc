// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "naming/client/server_endpoints.h"

#include <algorithm>
#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "base/splitmix.h"

namespace bellrock::naming::client {
namespace {

// Names may come and go for years; beyond this the table of slots begins anew.
constexpr size_t kSlotsMax = 10'000;

// Rendezvous hashing (Thaler and Ravishankar, 1998): a server that joins or leaves moves nobody
// between the others.
uint64_t Score(uint64_t seed, const Address& address) {
  return MixBits(std::hash<std::string>()(address.ToString()) ^ seed);
}

}  // namespace

ServerEndpoints::ServerEndpoints(fiber::Clock& clock, std::optional<uint64_t> seed)
    : clock_(clock), seed_(seed) {}

void ServerEndpoints::SetServers(const std::vector<Address>& servers) {
  std::vector<Address> order = servers;
  if (seed_) {
    std::sort(order.begin(), order.end(), [&](const Address& a, const Address& b) {
      return std::pair(Score(*seed_, a), a) < std::pair(Score(*seed_, b), b);
    });
  }
  std::lock_guard<std::mutex> lock(mutex_);
  if (slots_.size() > kSlotsMax) slots_.clear();
  endpoints_.clear();
  for (Address& address : order) {
    const auto slot = slots_.try_emplace(address, static_cast<uint32_t>(slots_.size())).first;
    rpc::Endpoint endpoint;
    endpoint.slot = slot->second;
    endpoint.instance = std::make_shared<const std::string>(address.ToString());
    endpoint.address = std::move(address);
    endpoints_.push_back(std::move(endpoint));
  }
}

Result<rpc::Endpoint> ServerEndpoints::Pick(std::span<const uint32_t> tried) {
  std::lock_guard<std::mutex> lock(mutex_);
  if (endpoints_.empty()) {
    return UnavailableError("no server of the registry is known yet: its name does not resolve");
  }
  if (current_ && clock_.Now() >= away_until_) current_.reset();
  size_t first = 0;
  for (size_t i = 0; i < endpoints_.size(); ++i) {
    if (endpoints_[i].slot == current_) first = i;
  }
  for (size_t i = 0; i < endpoints_.size(); ++i) {
    const rpc::Endpoint& endpoint = endpoints_[(first + i) % endpoints_.size()];
    if (std::find(tried.begin(), tried.end(), endpoint.slot) == tried.end()) return endpoint;
  }
  return endpoints_[first];
}

Result<std::vector<rpc::Endpoint>> ServerEndpoints::All() {
  std::lock_guard<std::mutex> lock(mutex_);
  return endpoints_;
}

void ServerEndpoints::Report(const rpc::Endpoint& endpoint, StatusCode code, Duration) {
  if (code != StatusCode::kUnavailable && code != StatusCode::kDeadlineExceeded) return;
  std::lock_guard<std::mutex> lock(mutex_);
  if (endpoints_.empty()) return;
  // Unless another call has already turned away from it.
  if (endpoint.slot != current_.value_or(endpoints_.front().slot)) return;
  for (size_t i = 0; i < endpoints_.size(); ++i) {
    if (endpoints_[i].slot != endpoint.slot) continue;
    current_ = endpoints_[(i + 1) % endpoints_.size()].slot;
    away_until_ = clock_.Now() + kAwayFor;
    return;
  }
  current_.reset();
}

}  // namespace bellrock::naming::client
