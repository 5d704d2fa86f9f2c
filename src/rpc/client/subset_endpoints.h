// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "fiber/environment.h"
#include "rpc/client/endpoint_source.h"

namespace bellrock::rpc {

// Picks from a subset of another source's instances once that has more than `size` (ChooseSubset).
// Once a second it lists them and looks which turns of the other source fall into the subset: these
// turns, with their weights and without shielded instances, are then taken in order. If none does,
// and for a retry that has seen all of them, the other source picks. Thread-safe.
class SubsetEndpoints final : public EndpointSource {
 public:
  // How long a list holds, and how long after a failure.
  static constexpr Duration kRefreshEvery = std::chrono::seconds(1);
  static constexpr Duration kRefreshAfterFailure = std::chrono::milliseconds(100);
  // Turns that a refresh looks at.
  static constexpr size_t kTurnsMax = 4096;

  // `client` is this client's own key: the name of its instance, or anything random. The source and
  // the clock are borrowed.
  SubsetEndpoints(EndpointSource& source, fiber::Clock& clock, std::string client, size_t size);

  Result<Endpoint> Pick(std::span<const uint32_t> tried) override {
    return PickFor({.tried = tried});
  }
  // What is asked for matters only to the other source: a call with a key goes there.
  Result<Endpoint> PickFor(const PickRequest& request) override;
  void Unpick(const Endpoint& endpoint) override { source_.Unpick(endpoint); }
  Result<std::vector<Endpoint>> All() override { return source_.All(); }
  void Report(const Endpoint& endpoint, StatusCode code, Duration latency) override;

 private:
  using Turns = std::vector<Endpoint>;

  std::shared_ptr<const Turns> Current();
  std::shared_ptr<const Turns> Refresh();

  EndpointSource& source_;
  fiber::Clock& clock_;
  const std::string client_;
  const size_t size_;
  std::atomic<uint32_t> cursor_ = 0;
  std::mutex mutex_;
  std::shared_ptr<const Turns> turns_;  // empty: the source picks
  Time refreshed_{};
  bool failed_ = false;
};

}  // namespace bellrock::rpc
