// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "naming/server/prober.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "naming/server/probe_call.h"

namespace bellrock::naming::server {
namespace {

// How soon it sees instances that were put into the schedule while it waited.
constexpr Duration kLook = std::chrono::milliseconds(100);

}  // namespace

Prober::Prober(std::shared_ptr<RegistryHost> host) : host_(std::move(host)) {
  scanner_ = fiber::Start([this] { Run(); });
}

void Prober::Stop() {
  if (!scanner_.joinable()) return;
  scanner_.Cancel();
  scanner_.Join();
  for (Running& running : running_) running.fiber.Cancel();
  running_.clear();  // joins
}

void Prober::Run() {
  for (;;) {
    std::erase_if(running_, [](const Running& running) { return running.ended; });
    const Time now = host_->Now().now;
    while (std::optional<probe::Probe> probe = host_->registry().TakeProbe(now)) {
      Begin(std::move(*probe));
    }
    const Time until = std::min(host_->registry().probes().NextDue(), now + kLook);
    if (wake_.Wait(until).code() == StatusCode::kCancelled) return;
  }
}

void Prober::Begin(probe::Probe probe) {
  Running& running = running_.emplace_back();
  running.fiber = fiber::Start([this, &running, probe = std::move(probe)] {
    Make(probe);
    running.ended = true;
    wake_.WakeOne();
  });
}

void Prober::Make(const probe::Probe& probe) {
  Status alive = InvalidArgumentError("no address");
  const Result<Address> address = Address::Parse(probe.address);
  if (address.ok()) alive = CallProbe(host_->environment(), *address, probe.check());
  host_->registry().FinishProbe(probe, alive.ok(), host_->Now());
  host_->Changed();
}

}  // namespace bellrock::naming::server
