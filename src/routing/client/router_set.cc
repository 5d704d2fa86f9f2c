// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "routing/client/router_set.h"

#include <fmt/format.h>

#include <functional>

#include "base/log.h"
#include "fiber/unix_time.h"
#include "shm/run_paths.h"

namespace bellrock::routing::client {

RouterSet::RouterSet(fiber::Environment environment, RouterSetOptions options, AgentLink* agent)
    : environment_(environment),
      options_(std::move(options)),
      agent_(agent),
      generation_base_(static_cast<uint32_t>(environment.random.Next())) {
  fibers_.push_back(fiber::Start([this] { TickLoop(); }));
  if (agent_ != nullptr) fibers_.push_back(fiber::Start([this] { SubscribeLoop(); }));
  for (size_t k = 0; k < kProbeFibers; ++k) {
    fibers_.push_back(fiber::Start([this] { ProbeLoop(); }));
  }
}

RouterSet::~RouterSet() {
  for (fiber::JoinHandle& fiber : fibers_) fiber.Cancel();
  fibers_.clear();
  // Our counters end with us; without this the agent would wait for their stamp to grow old.
  for (Member* member : Members()) {
    const std::string path = member->router->counters_path();
    if (!path.empty()) (void)shm::RemoveFile(path);
  }
}

Router* RouterSet::Find(std::string_view service) const {
  size_t at = std::hash<std::string_view>()(service) % kIndexSize;
  for (;; at = (at + 1) % kIndexSize) {
    Router* router = (*index_)[at].load(std::memory_order_acquire);
    if (router == nullptr || router->service() == service) return router;
  }
}

Result<Router*> RouterSet::Open(std::string_view service) {
  if (Router* found = Find(service)) return found;
  BELLROCK_TRY(shm::CheckServiceName(service));
  std::lock_guard lock(mutex_);
  if (Router* found = Find(service)) return found;
  if (members_.size() >= kServicesMax) {
    return ResourceExhaustedError(fmt::format(
        "service '{}': this process already routes to {} services", service, kServicesMax));
  }
  RouterOptions options;
  options.run_directory = agent_ != nullptr ? options_.run_directory : "";
  options.engine = options_.engine;
  options.agent_dead_after = options_.agent_dead_after;
  // Far apart, so that no two routers' tables share generations.
  options.generation_base = generation_base_ + static_cast<uint32_t>(members_.size()) * 40503u;
  auto member = std::make_unique<Member>();
  member->router = std::make_unique<Router>(std::string(service), std::move(options));
  Router* router = member->router.get();
  members_.push_back(std::move(member));
  size_t at = std::hash<std::string_view>()(service) % kIndexSize;
  while ((*index_)[at].load(std::memory_order_relaxed) != nullptr) at = (at + 1) % kIndexSize;
  (*index_)[at].store(router, std::memory_order_release);
  return router;
}

std::vector<RouterSet::Member*> RouterSet::Members() {
  std::lock_guard lock(mutex_);
  std::vector<Member*> members;
  members.reserve(members_.size());
  for (const auto& member : members_) members.push_back(member.get());
  return members;
}

void RouterSet::SetInstances(Router& router, std::vector<InstanceSpec> instances) {
  router.SetInstances(std::move(instances), environment_.clock.Now());
}

std::vector<v1::ServiceTable> RouterSet::OwnTables() {
  std::vector<v1::ServiceTable> tables;
  const auto wall = environment_.clock.WallNow().time_since_epoch();
  for (Member* member : Members()) {
    v1::ServiceTable table;
    if (!member->router->Describe(table, environment_.clock.Now())) continue;
    table.set_updated_unix_ms(std::chrono::duration_cast<std::chrono::milliseconds>(wall).count());
    tables.push_back(std::move(table));
  }
  return tables;
}

Result<v1::ExplainReply> RouterSet::Explain(const v1::ExplainRequest& request) const {
  const Router* router = Find(request.service());
  if (router != nullptr) {
    auto explained = router->Explain(request, environment_.clock.Now());
    if (explained) return std::move(*explained);
  }
  return NotFoundError(
      fmt::format("this process does not decide where calls to '{}' go", request.service()));
}

void RouterSet::TickLoop() {
  do {
    const int64_t wall = fiber::UnixMs(environment_.clock);
    for (Member* member : Members()) {
      for (Probe& probe : member->router->Tick(environment_.clock.Now(), wall)) {
        ProbeJob job{member->router.get(), probe};
        if (!probes_.TrySend(std::move(job))) member->router->OnProbeDropped(probe);
      }
    }
  } while (fiber::SleepFor(options_.poll).ok());
}

void RouterSet::SubscribeLoop() {
  do {
    for (Member* member : Members()) {
      Router& router = *member->router;
      const std::string counters = router.counters_path();
      const Time now = environment_.clock.Now();
      const bool news = member->subscribed_epoch != router.agent_epoch();
      if (counters.empty() || (now < member->subscribe_at && !news)) continue;
      const uint64_t epoch = router.agent_epoch();
      const Status status = agent_->Subscribe(router.service(), counters);
      if (fiber::CurrentCancelled()) return;
      if (status.ok()) router.OnSubscribed();
      // News count as told even if telling failed: the retry's time then decides, not a spin.
      member->subscribed_epoch = epoch;
      member->subscribe_at = environment_.clock.Now() +
                             (status.ok() ? options_.subscribe_again : options_.subscribe_retry);
      if (!status.ok()) {
        log::Debug("routing/client", "subscribe {}: {}", router.service(), status.ToString());
      }
    }
  } while (fiber::SleepFor(options_.poll).ok());
}

void RouterSet::ProbeLoop() {
  for (;;) {
    Result<ProbeJob> job = probes_.Receive();
    if (!job.ok()) return;
    Status status;
    if (auto address = Address::Parse(job->probe.address); address.ok()) {
      fiber::ScopedDeadline deadline(environment_.clock.Now() + options_.probe_timeout);
      status = environment_.network.Connect(*address).status();
    } else {
      status = address.status();
    }
    if (fiber::CurrentCancelled()) return;
    job->router->OnProbeResult(job->probe, status.ok(), status.message(), environment_.clock.Now());
  }
}

}  // namespace bellrock::routing::client
