// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <list>
#include <memory>

#include "fiber/fiber.h"
#include "fiber/sync.h"
#include "naming/probe/probe_schedule.h"
#include "naming/server/registry_host.h"

namespace bellrock::naming::server {

// Makes the probes that the registry's schedule names, while this node leads; a fiber for each.
// Owned by the naming server, on the registry's loop.
class Prober {
 public:
  explicit Prober(std::shared_ptr<RegistryHost> host);
  ~Prober() { Stop(); }
  Prober(const Prober&) = delete;
  Prober& operator=(const Prober&) = delete;

  // Ends probes in flight. Idempotent.
  void Stop();

 private:
  struct Running {
    fiber::JoinHandle fiber;
    bool ended = false;
  };

  void Run();
  void Begin(probe::Probe probe);
  void Make(const probe::Probe& probe);

  std::shared_ptr<RegistryHost> host_;
  std::list<Running> running_;  // at most ProbeSchedule::kInFlightMax of them have not ended
  fiber::WaitQueue wake_;       // one has ended
  fiber::JoinHandle scanner_;
};

}  // namespace bellrock::naming::server
