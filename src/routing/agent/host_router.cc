// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "routing/agent/host_router.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/log.h"
#include "fiber/unix_time.h"
#include "routing/explain.h"
#include "routing/plan.h"
#include "shm/route_image.h"
#include "shm/run_paths.h"

namespace bellrock::routing::agent {
namespace {

constexpr size_t kFirstBodyBytes = 16 * 1024;
constexpr Duration kSweepInterval = std::chrono::seconds(10);

shm::RouteImage ImageOf(const std::string& service, const RouteTable& table, std::string plan) {
  shm::RouteImage image;
  image.service = service;
  image.plan = std::move(plan);
  image.protection = table.protection;
  image.roster_generation = table.roster_generation;
  image.sequence = table.sequence;
  for (uint32_t slot = 0; slot < table.entries.size(); ++slot) {
    const TableEntry& entry = table.entries[slot];
    if (!entry.spec) continue;
    shm::RouteSlot& out = image.slots.emplace_back();
    out.slot = slot;
    out.generation = entry.generation;
    out.static_weight = entry.spec->static_weight;
    out.availability = static_cast<uint8_t>(entry.spec->availability);
    out.phase = static_cast<uint8_t>(entry.phase);
    out.level = entry.level;
    out.dynamic_weight = entry.dynamic_weight;
    out.share = entry.share;
    out.address = entry.spec->address;
    out.path = entry.spec->path;
    out.site = entry.spec->site;
  }
  return image;
}

}  // namespace

HostRouter::HostRouter(fiber::Environment environment, HostRouterOptions options,
                       InstanceFeed& feed)
    : environment_(environment), options_(std::move(options)), feed_(feed) {
  for (const std::string& directory : {shm::TableDirectory(options_.run_directory),
                                       shm::CounterDirectory(options_.run_directory)}) {
    if (Status status = shm::MakeDirectory(directory); !status.ok()) {
      log::Error("routing/agent", "no tables can be published: {}", status.ToString());
    }
  }
  if (!options_.snapshot_path.empty()) {
    RestoreSnapshot();
    fibers_.push_back(fiber::Start([this] { SnapshotLoop(); }));
  }
  fibers_.push_back(fiber::Start([this] { TickLoop(); }));
  for (size_t k = 0; k < kProbeFibers; ++k) {
    fibers_.push_back(fiber::Start([this] { ProbeLoop(); }));
  }
}

void HostRouter::RestoreSnapshot() {
  auto snapshot = LoadSnapshot(environment_.disk, options_.snapshot_path);
  if (!snapshot.ok()) {
    if (snapshot.status().code() == StatusCode::kNotFound) return;
    return log::Warning("routing/agent", "{}", snapshot.status().ToString());
  }
  for (const auto& [service, instances] : snapshot->lists) {
    if (auto kept = KeepService(service); kept.ok()) (*kept)->settings_until = Time{};
  }
  // First, so that nothing is ever decided without them.
  for (const v1::StoredSettings& settings : snapshot->settings) SetSettings(settings);
  for (auto& [service, instances] : snapshot->lists) OnList(service, std::move(instances));
  snapshot_due_ = false;
  log::Info("routing/agent", "snapshot: {} services known before any registry answered",
            snapshot->lists.size());
}

HostRouter::~HostRouter() {
  for (const auto& [service, kept] : kept_) feed_.Unwatch(service);
  for (fiber::JoinHandle& fiber : fibers_) fiber.Cancel();
  fibers_.clear();
}

Result<HostRouter::Kept*> HostRouter::KeepService(const std::string& service) {
  if (const auto found = kept_.find(service); found != kept_.end()) return found->second.get();
  BELLROCK_TRY(shm::CheckServiceName(service));
  if (kept_.size() >= kServicesMax) {
    return ResourceExhaustedError(fmt::format(
        "service '{}': this host already routes to {} services", service, kServicesMax));
  }
  auto made =
      std::make_unique<Kept>(options_.engine, static_cast<uint32_t>(environment_.random.Next()));
  Kept* kept = made.get();
  kept->wanted = environment_.clock.Now();
  kept->settings_until = kept->wanted + options_.first_settings;
  kept_[service] = std::move(made);
  Status watching = feed_.Watch(service, [this, service](std::vector<InstanceSpec> instances) {
    OnList(service, std::move(instances));
  });
  if (!watching.ok()) {
    kept_.erase(service);
    return watching;
  }
  return kept;
}

Status HostRouter::Keep(const std::string& service) {
  return KeepService(service).status();
}

void HostRouter::OnList(const std::string& service, std::vector<InstanceSpec> instances) {
  const auto found = kept_.find(service);
  if (found == kept_.end()) return;
  Kept& kept = *found->second;
  if (Status status = kept.engine.SetInstances(std::move(instances), environment_.clock.Now());
      !status.ok()) {
    log::Warning("routing/agent", "{}: {}", service, status.ToString());
  }
  snapshot_due_ = true;
  // At once, not at the next tick: a caller may be waiting for its first table.
  TickService(service, kept);
}

Result<v1::SubscribeReply> HostRouter::Subscribe(ServerContext& context,
                                                 const v1::SubscribeRequest& request) {
  BELLROCK_ASSIGN(Kept * kept, KeepService(request.service()));
  kept->wanted = environment_.clock.Now();
  if (!request.counters().empty()) {
    BELLROCK_TRY(AddCaller(request.service(), *kept, request.counters()));
  }
  const Time until = std::min(context.deadline(), environment_.clock.Now() + options_.first_list);
  const Status waited = kept->has_instances.Wait(until);
  if (waited.code() == StatusCode::kCancelled) return waited;
  v1::SubscribeReply reply;
  reply.set_table(shm::TablePath(options_.run_directory, request.service()));
  reply.set_has_instances(kept->has_instances.is_set());
  return reply;
}

Status HostRouter::AddCaller(const std::string& service, Kept& kept, const std::string& counters) {
  BELLROCK_TRY(shm::CheckCounterPath(options_.run_directory, service, counters));
  if (kept.callers.contains(counters)) return Status::Ok();
  if (kept.callers.size() >= kCallersMax) {
    return ResourceExhaustedError(
        fmt::format("service '{}' already has {} callers on this host", service, kCallersMax));
  }
  BELLROCK_ASSIGN(shm::CounterReader reader, shm::CounterReader::Open(counters));
  kept.callers.emplace(counters, std::move(reader));
  return Status::Ok();
}

Result<v1::ShowReply> HostRouter::Show(ServerContext&, const v1::ShowRequest& request) {
  v1::ShowReply reply;
  if (request.service().empty()) {
    for (v1::ServiceTable& table : Tables()) *reply.add_tables() = std::move(table);
    return reply;
  }
  BELLROCK_ASSIGN(Kept * kept, KeptService(request.service()));
  *reply.add_tables() = Describe(request.service(), *kept);
  return reply;
}

Result<v1::ExplainReply> HostRouter::Explain(ServerContext&, const v1::ExplainRequest& request) {
  return Explain(request);
}

Result<v1::ExplainReply> HostRouter::Explain(const v1::ExplainRequest& request) {
  BELLROCK_ASSIGN(Kept * kept, KeptService(request.service()));
  const RouteTable& table = *kept->engine.table();
  v1::ExplainReply reply =
      routing::Explain(table, PlanFor(*kept, table), Describe(request.service(), *kept), request);
  reply.set_host(options_.host);
  return reply;
}

Result<HostRouter::Kept*> HostRouter::KeptService(const std::string& service) {
  const auto found = kept_.find(service);
  if (found != kept_.end()) return found->second.get();
  return NotFoundError(
      fmt::format("service '{}' is called by nobody on host '{}'; see the list without a name",
                  service, options_.host));
}

void HostRouter::SetSettings(const v1::StoredSettings& settings) {
  const auto found = kept_.find(settings.service());
  if (found == kept_.end()) return;
  RouteEngine& engine = found->second->engine;
  const bool waited_for = std::exchange(found->second->settings_until, Time{}) != Time{};
  if (settings.version() <= engine.settings().version()) {
    if (waited_for) TickService(settings.service(), *found->second);
    return;
  }
  log::Info("routing/agent", "{}: settings of version {} are in force ({})", settings.service(),
            settings.version(), settings.who_and_why());
  engine.SetSettings(settings);
  snapshot_due_ = true;
  TickService(settings.service(), *found->second);
}

std::map<std::string, uint64_t> HostRouter::SettingsVersions() const {
  std::map<std::string, uint64_t> versions;
  for (const auto& [service, kept] : kept_) versions[service] = kept->engine.settings().version();
  return versions;
}

int64_t HostRouter::InFlight(const Kept& kept, uint32_t slot, uint32_t generation) {
  int64_t sum = 0;
  for (const auto& [path, caller] : kept.callers) {
    const int64_t own = caller.InFlight(slot, generation);
    if (own < 0) return -1;
    sum += own;
  }
  return sum;
}

v1::ServiceTable HostRouter::Describe(const std::string& service, const Kept& kept) const {
  v1::ServiceTable table;
  table.set_service(service);
  table.set_host(options_.host);
  table.set_updated_unix_ms(
      std::chrono::duration_cast<std::chrono::milliseconds>(kept.updated_wall).count());
  kept.engine.Describe(table, environment_.clock.Now());
  kept.engine.DescribeInFlight(
      table, [&](uint32_t slot, uint32_t generation) { return InFlight(kept, slot, generation); });
  return table;
}

std::vector<v1::ServiceTable> HostRouter::Tables() const {
  std::vector<v1::ServiceTable> tables;
  tables.reserve(kept_.size());
  for (const auto& [service, kept] : kept_) tables.push_back(Describe(service, *kept));
  return tables;
}

void HostRouter::TickLoop() {
  Time sweep_at{};
  do {
    // Names first: a feed may add services while this fiber works.
    std::vector<std::string> services;
    for (const auto& [service, kept] : kept_) services.push_back(service);
    for (const std::string& service : services) {
      Kept& kept = *kept_.at(service);
      ReadCallers(kept);
      TickService(service, kept);
    }
    if (environment_.clock.Now() >= sweep_at) {
      sweep_at = environment_.clock.Now() + kSweepInterval;
      SweepCounters();
      DropIdle();
    }
  } while (fiber::SleepFor(options_.tick).ok());
}

void HostRouter::TickService(const std::string& service, Kept& kept) {
  const Time now = environment_.clock.Now();
  if (now < kept.settings_until) return;
  TickResult result = kept.engine.Tick(now, fiber::UnixMs(environment_.clock));
  if (result.table) Publish(service, kept, *result.table);
  if (kept.publisher) kept.publisher->Beat(now);
  if (kept.engine.slots() > 0) kept.has_instances.Set();
  for (const Probe& probe : result.probes) {
    if (!probes_.TrySend(ProbeJob{service, probe})) kept.engine.OnProbeDropped(probe);
  }
  kept.updated_wall = environment_.clock.WallNow().time_since_epoch();
}

void HostRouter::ReadCallers(Kept& kept) {
  for (auto caller = kept.callers.begin(); caller != kept.callers.end();) {
    ReadCaller(kept, caller->second);
    if (caller->second.superseded()) {
      // A larger one lies under the same name.
      auto again = shm::CounterReader::Open(caller->first);
      if (again.ok() && !again->superseded()) {
        caller->second = std::move(*again);
        ++caller;
        continue;
      }
    }
    if (CallerGone(caller->second) || caller->second.superseded()) {
      caller = kept.callers.erase(caller);
    } else {
      ++caller;
    }
  }
}

void HostRouter::ReadCaller(Kept& kept, shm::CounterReader& reader) {
  kept.engine.AddRefused(reader.TakeRefused());
  if (!reader.Changed()) return;
  const Time now = environment_.clock.Now();
  reader.TakeMethods([&](const shm::MethodGrowth& grown) {
    if (!kept.engine.KnowsMethod(grown.method_hash)) {
      kept.engine.NameMethod(grown.method_hash, reader.MethodName(grown.method_hash));
    }
    kept.engine.AddMethodResults(grown.method_hash, grown.slot, grown.generation, grown.ok,
                                 grown.failed, now);
  });
  const uint32_t slots =
      std::min<uint32_t>(reader.slots(), static_cast<uint32_t>(kept.engine.slots()));
  for (uint32_t slot = 0; slot < slots; ++slot) {
    const uint32_t generation = kept.engine.generation_of(slot);
    if (generation == 0) continue;
    const shm::SlotCounters grown = reader.Take(slot, generation);
    kept.engine.AddResults(
        slot, generation,
        CallResults{grown.ok, grown.failed, grown.unreachable, grown.latency_us, grown.started},
        now);
  }
}

bool HostRouter::CallerGone(const shm::CounterReader& reader) const {
  const Duration age = environment_.clock.Now() - reader.heartbeat();
  if (age > options_.caller_forgotten_after || -age > options_.caller_dead_after) return true;
  return age > options_.caller_dead_after && !shm::ProcessAlive(reader.process_id());
}

// Files of processes that died without a farewell.
void HostRouter::SweepCounters() {
  const std::string directory = shm::CounterDirectory(options_.run_directory);
  for (const std::string& name : shm::ListDirectory(directory)) {
    const std::string path = directory + "/" + name;
    if (!name.ends_with(".counters")) continue;
    const auto reader = shm::CounterReader::Open(path);
    if (reader.ok() && !CallerGone(*reader)) continue;
    if (!reader.ok() && reader.status().code() != StatusCode::kDataLoss) continue;
    log::Info("routing/agent", "removes {}: its process is gone", path);
    if (Status status = shm::RemoveFile(path); !status.ok()) {
      log::Warning("routing/agent", "{}", status.ToString());
    }
  }
}

void HostRouter::DropIdle() {
  const Time now = environment_.clock.Now();
  for (auto kept = kept_.begin(); kept != kept_.end();) {
    if (!kept->second->callers.empty()) kept->second->wanted = now;
    if (now - kept->second->wanted < options_.service_idle_after) {
      ++kept;
      continue;
    }
    log::Info("routing/agent", "{}: nobody calls it any more; dropped", kept->first);
    feed_.Unwatch(kept->first);
    (void)shm::RemoveFile(shm::TablePath(options_.run_directory, kept->first));
    (void)shm::RemoveFile(shm::CursorPath(options_.run_directory, kept->first));
    kept = kept_.erase(kept);
    snapshot_due_ = true;
  }
}

void HostRouter::MakeCursors(const std::string& service, Kept& kept) {
  auto made = shm::CursorFile::OpenOrCreate(shm::CursorPath(options_.run_directory, service));
  if (made.ok()) {
    kept.cursors.emplace(std::move(*made));
  } else {
    log::Warning("routing/agent", "{}: each process will hand out quotas for itself: {}", service,
                 made.status().ToString());
  }
}

v1::RoutePlan HostRouter::PlanFor(Kept& kept, const RouteTable& table) const {
  if (kept.traits_of != table.roster_generation) {
    kept.traits = PackTraits(table);
    kept.traits_of = table.roster_generation;
  }
  return PlanOf(table, options_.engine.place, kept.engine.settings(), kept.traits);
}

void HostRouter::Publish(const std::string& service, Kept& kept, const RouteTable& table) {
  const std::vector<std::byte> body =
      shm::EncodeRouteImage(ImageOf(service, table, PlanFor(kept, table).SerializeAsString()));
  Status status;
  if (!kept.publisher || kept.publisher->body_bytes() < body.size()) {
    // Twice the need, so that a growing service seldom makes its readers open another file.
    const size_t bytes = std::min(std::max(kFirstBodyBytes, 2 * body.size()), shm::kTableBodyMax);
    // Before a reader finds the table.
    if (!kept.cursors) MakeCursors(service, kept);
    auto created = shm::TablePublisher::Create(shm::TablePath(options_.run_directory, service),
                                               bytes, environment_.clock.Now());
    if (created.ok()) {
      kept.publisher = std::make_unique<shm::TablePublisher>(std::move(*created));
    }
    status = created.status();
  }
  if (status.ok()) status = kept.publisher->Publish(body);
  const std::string problem = status.ok() ? "" : status.ToString();
  if (!status.ok() && problem != kept.problem) {
    log::Error("routing/agent", "{}: table not published: {}", service, problem);
  }
  kept.problem = problem;
}

void HostRouter::SnapshotLoop() {
  while (fiber::SleepFor(options_.snapshot_interval).ok()) {
    if (!snapshot_due_) continue;
    snapshot_due_ = false;
    Snapshot snapshot;
    for (const auto& [service, kept] : kept_) {
      if (kept->engine.slots() == 0) continue;
      snapshot.lists[service] = kept->engine.Instances();
      if (kept->engine.settings().version() > 0) {
        snapshot.settings.push_back(kept->engine.settings());
      }
    }
    const Status status = SaveSnapshot(environment_.disk, options_.snapshot_path, snapshot);
    if (fiber::CurrentCancelled()) return;
    if (!status.ok()) {
      snapshot_due_ = true;
      log::Warning("routing/agent", "snapshot not saved: {}", status.ToString());
    }
  }
}

void HostRouter::ProbeLoop() {
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
    const auto found = kept_.find(job->service);
    if (found == kept_.end()) continue;
    found->second->engine.OnProbeResult(job->probe, status.ok(), status.message(),
                                        environment_.clock.Now());
    TickService(job->service, *found->second);
  }
}

}  // namespace bellrock::routing::agent
