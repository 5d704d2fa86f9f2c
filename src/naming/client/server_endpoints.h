// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <vector>

#include "fiber/environment.h"
#include "rpc/client/endpoint_source.h"

namespace bellrock::naming::client {

// The servers of a registry for calls that any of them serves: lookups and watches. Stays with one
// server while that is well. With a seed the servers are in an order of this process's own, so that
// the clients of a site spread over its servers (VIN-061); without one, in the order of the list.
//
// Thread-safe. Always holds: a slot means the same address for ever.
class ServerEndpoints final : public rpc::EndpointSource {
 public:
  // After a failure another server is asked first for this long; then the next new call or stream
  // goes to the first in order again, so that a restarted server gets its share back.
  static constexpr Duration kAwayFor = std::chrono::minutes(10);

  // `clock` is borrowed.
  ServerEndpoints(fiber::Clock& clock, std::optional<uint64_t> seed);

  void SetServers(const std::vector<Address>& servers);

  Result<rpc::Endpoint> Pick(std::span<const uint32_t> tried) override;
  Result<std::vector<rpc::Endpoint>> All() override;
  void Report(const rpc::Endpoint& endpoint, StatusCode code, Duration latency) override;

 private:
  fiber::Clock& clock_;
  const std::optional<uint64_t> seed_;
  std::mutex mutex_;  // guards what follows
  std::map<Address, uint32_t> slots_;
  std::vector<rpc::Endpoint> endpoints_;  // in the order of preference
  std::optional<uint32_t> current_;       // slot; none: the first
  Time away_until_ = kNever;
};

}  // namespace bellrock::naming::client
