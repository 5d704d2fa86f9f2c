// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "routing/client/router.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cstring>

#include "base/log.h"
#include "routing/client/judge.h"
#include "routing/client/plan_pick.h"
#include "routing/explain.h"
#include "routing/method_hash.h"
#include "routing/plan.h"
#include "shm/run_paths.h"

namespace bellrock::routing::client {
namespace {

constexpr size_t kFirstCounterSlots = 1024;
constexpr Duration kOpenAgain = std::chrono::seconds(1);
// A stamp from the future is of an earlier boot.
constexpr Duration kStampAhead = std::chrono::seconds(1);
// Of a method's full name, what tells it from others.
constexpr size_t kMethodTextMax = 256;
std::shared_ptr<const View> EmptyView(const std::string& service) {
  auto view = std::make_shared<View>();
  view->service = service;
  view->roster = std::make_shared<const Roster>();
  view->why_empty = fmt::format(
      "service '{}' has no routing table: neither agent nor registry has named an instance; is the "
      "service registered, and do BELLROCK_AGENT and BELLROCK_SERVERS lead to the platform?",
      service);
  return view;
}

uint16_t NextOf(const View& view, ThreadView& mine, std::span<const uint32_t> tried) {
  const uint16_t slot = view.sequence[mine.claim.Next(*view.cursors, 0) & view.mask];
  if (tried.empty()) [[likely]]
    return slot;
  return Another(view.sequence, mine.claim.next(), slot, [&](uint16_t next) {
    return std::find(tried.begin(), tried.end(), next) != tried.end();
  });
}

// "package.Service/Method" without an allocation, cut where it is too long, and its hash.
class MethodText {
 public:
  MethodText(std::string_view service, std::string_view method) {
    if (method.empty()) return;
    if (!service.empty()) {
      Append(service);
      Append("/");
    }
    Append(method);
    hash_ = MethodHash(text());
  }
  std::string_view text() const { return {text_, size_}; }
  uint32_t hash() const { return hash_; }  // 0: no method

 private:
  void Append(std::string_view part) {
    const size_t taken = std::min(part.size(), sizeof text_ - size_);
    std::memcpy(text_ + size_, part.data(), taken);
    size_ += taken;
  }

  char text_[kMethodTextMax];
  size_t size_ = 0;
  uint32_t hash_ = 0;
};

// False if the slot has a new holder since the pick.
bool Holds(const View& view, uint32_t slot, uint32_t generation) {
  return slot < view.roster->size() && (*view.roster)[slot].generation == generation;
}

void EndLoad(Loads& loads, uint32_t slot, Verdict verdict, Duration latency) {
  if (verdict == Verdict::kNeither) {
    loads.Drop(slot);
  } else {
    loads.End(slot, verdict == Verdict::kOk, latency);
  }
}

}  // namespace

Router::Router(std::string service, RouterOptions options)
    : service_(std::move(service)),
      options_(std::move(options)),
      own_cursors_(std::make_shared<Cursors>(shm::CursorFile::Anonymous())),
      host_cursors_(own_cursors_),
      view_(EmptyView(service_)) {}

Result<rpc::Endpoint> Router::PickFor(const rpc::PickRequest& request) {
  ThreadView& mine = view_.Mine();
  const View& view = *mine.view;
  const MethodText method(request.service, request.method);
  uint16_t slot = 0;
  if (view.plan) {
    BELLROCK_ASSIGN(slot, PickByPlan(mine, request, method.text(), method.hash()));
  } else {
    if (view.sequence.empty()) [[unlikely]]
      return UnavailableError(view.why_empty);
    slot = NextOf(view, mine, request.tried);
  }
  if (view.loads) view.loads->Begin(slot);
  if (method.hash() != 0) mine.leased_from->NameMethod(method.hash(), method.text());
  const RosterEntry& entry = (*view.roster)[slot];
  mine.leased_from->Begin(mine.stripe, slot, entry.generation, request.awaited);
  rpc::Endpoint endpoint{entry.address, slot, entry.generation, entry.instance};
  endpoint.method_hash = method.hash();
  endpoint.awaited = request.awaited;
  return endpoint;
}

Result<uint16_t> Router::PickByPlan(ThreadView& mine, const rpc::PickRequest& request,
                                    std::string_view method, uint32_t method_hash) {
  PickQuery query;
  query.request.caller = request.caller;
  query.request.method = method;
  query.request.key = request.key;
  query.request.lane = request.lane;
  if (request.metadata != nullptr) query.request.headers = *request.metadata;
  query.tried = request.tried;
  query.method_hash = method_hash;
  query.qos = request.qos;
  return client::PickByPlan(*mine.view, mine, query);
}

void Router::Unpick(const rpc::Endpoint& endpoint) {
  ThreadView& mine = view_.Mine();
  if (mine.view->loads) mine.view->loads->Drop(endpoint.slot);
  if (Holds(*mine.view, endpoint.slot, endpoint.generation)) {
    mine.leased_from->End(mine.stripe, endpoint.slot, endpoint.generation, endpoint.awaited);
  }
}

Result<std::vector<rpc::Endpoint>> Router::All() {
  const View& view = *view_.Mine().view;
  if (view.roster->empty()) return UnavailableError(view.why_empty);
  std::vector<rpc::Endpoint> all;
  for (uint32_t slot = 0; slot < view.roster->size(); ++slot) {
    const RosterEntry& entry = (*view.roster)[slot];
    if (entry.instance == nullptr) continue;
    all.push_back({entry.address, slot, entry.generation, entry.instance});
  }
  return all;
}

Choice Router::Choose(std::span<const uint32_t> tried) {
  ThreadView& mine = view_.Mine();
  const View& view = *mine.view;
  uint16_t slot = 0;
  if (view.plan) [[unlikely]] {
    Result<uint16_t> picked = PickByPlan(mine, {.tried = tried}, {}, 0);
    if (!picked.ok()) return {};
    slot = *picked;
  } else {
    if (view.sequence.empty()) [[unlikely]]
      return {};
    slot = NextOf(view, mine, tried);
  }
  if (view.loads) view.loads->Begin(slot);
  const RosterEntry& entry = (*view.roster)[slot];
  mine.leased_from->Begin(mine.stripe, slot, entry.generation, /*awaited=*/true);
  return {&entry.address, entry.instance.get(), slot, entry.generation};
}

void Router::Report(const rpc::Endpoint& endpoint, StatusCode code, Duration latency) {
  Report(endpoint.slot, endpoint.generation, code, latency, endpoint.method_hash, endpoint.awaited);
}

void Router::Report(uint32_t slot, uint32_t generation, StatusCode code, Duration latency,
                    uint32_t method_hash, bool awaited) {
  ThreadView& mine = view_.Mine();
  const View& view = *mine.view;
  const Verdict verdict = Judge(code);
  if (view.loads) [[unlikely]]
    EndLoad(*view.loads, slot, verdict, latency);
  if (!Holds(view, slot, generation)) return;
  mine.leased_from->End(mine.stripe, slot, generation, awaited);
  if (verdict == Verdict::kNeither) return;
  const auto latency_us = static_cast<uint64_t>(
      std::max<int64_t>(std::chrono::round<std::chrono::microseconds>(latency).count(), 0));
  mine.leased_from->Add(mine.stripe, slot, generation, verdict == Verdict::kOk,
                        verdict == Verdict::kUnreachable, latency_us, method_hash);
}

void Router::SetSettings(const v1::StoredSettings& settings) {
  own_settings_ = settings;
  if (engine_) engine_->SetSettings(settings);
}

void Router::SetInstances(std::vector<InstanceSpec> instances, Time now) {
  // As in the engine: an empty list says less than the last one.
  if (instances.empty() && !own_list_.empty()) return;
  own_list_ = std::move(instances);
  if (!engine_) return;
  if (Status status = engine_->SetInstances(own_list_, now); !status.ok()) {
    log::Warning("routing/client", "{}: {}", service_, status.ToString());
  }
  next_decision_ = now;
}

void Router::MakeCounters(size_t slots, Time now) {
  const auto wanted = static_cast<uint32_t>(
      std::clamp(std::bit_ceil(slots), kFirstCounterSlots, size_t{shm::kRouteSlotsMax}));
  std::shared_ptr<shm::CounterWriter> made;
  if (!options_.run_directory.empty()) {
    const std::string path =
        shm::CounterPath(options_.run_directory, service_, shm::ProcessId(), counters_number_);
    Status status = shm::MakeDirectory(shm::CounterDirectory(options_.run_directory));
    if (status.ok()) {
      auto created = shm::CounterWriter::Create(path, wanted, now);
      if (created.ok()) made = std::move(*created);
      status = created.status();
    }
    if (!status.ok()) {
      log::Warning("routing/client", "{}: the agent will not see our results: {}", service_,
                   status.ToString());
    }
  }
  if (!made) made = shm::CounterWriter::Anonymous(wanted);
  if (counters_) counters_->Supersede();
  counters_ = std::move(made);
  own_counters_.reset();
}

std::vector<Probe> Router::Tick(Time now, int64_t now_unix_ms) {
  if (!counters_) MakeCounters(kFirstCounterSlots, now);
  counters_->Beat(now);
  own_cursors_->ticks.fetch_add(1, std::memory_order_relaxed);
  if (host_cursors_ != own_cursors_) host_cursors_->ticks.fetch_add(1, std::memory_order_relaxed);
  if (loads_) loads_->SetTime(now);
  if (!options_.run_directory.empty()) FollowAgent(now);
  if (follows_agent_) return {};
  if (now < next_decision_) return {};
  next_decision_ = now + options_.engine_tick;
  return Decide(now, now_unix_ms);
}

void Router::FollowAgent(Time now) {
  const auto alive = [&] {
    const Time stamp = reader_->heartbeat();
    return now - stamp <= options_.agent_dead_after && stamp - now <= kStampAhead;
  };
  if (!reader_ || reader_->superseded() || !alive()) OpenTable(now);
  const bool follow = reader_ && alive() && reader_->generation() > 0;
  if (!follow) {
    if (follows_agent_) {
      log::Warning("routing/client", "{}: the agent's stamp is stale; this process decides itself",
                   service_);
      follows_agent_ = false;
    }
    return;
  }
  if (!follows_agent_) {
    if (engine_) log::Info("routing/client", "{}: the agent decides again", service_);
    seen_generation_ = 0;
    roster_ = nullptr;
  }
  if (reader_->generation() != seen_generation_) AdoptAgentTable();
  follows_agent_ = seen_generation_ > 0;
  if (follows_agent_ && engine_) {
    engine_ = nullptr;
    own_counters_.reset();
  }
}

void Router::OpenTable(Time now) {
  if (now < open_again_) return;
  open_again_ = now + kOpenAgain;
  auto opened = shm::TableReader::Open(shm::TablePath(options_.run_directory, service_));
  if (!opened.ok()) {
    const std::string problem = opened.status().ToString();
    if (opened.status().code() != StatusCode::kNotFound && problem != table_problem_) {
      log::Warning("routing/client", "{}: {}", service_, problem);
    }
    table_problem_ = problem;
    return;
  }
  // The same file over again tells nothing; another one is another agent.
  if (!reader_ || reader_->identity() != opened->identity()) {
    ++agent_epoch_;
    seen_generation_ = 0;
    roster_ = nullptr;
    reader_.emplace(std::move(*opened));
    // An agent that is older has none: then each process goes through the sequence for itself.
    auto cursors = shm::CursorFile::Open(shm::CursorPath(options_.run_directory, service_));
    host_cursors_ = cursors.ok() ? std::make_shared<Cursors>(std::move(*cursors)) : own_cursors_;
  }
  // A dead agent's last table is where this process begins to decide.
  if (!image_ && reader_->generation() > 0) {
    uint64_t generation = 0;
    auto body = reader_->Read(generation);
    auto image = body.ok() ? shm::DecodeRouteImage(*body) : Result<shm::RouteImage>(body.status());
    if (image.ok() && image->service == service_) {
      ParsePlan(image->plan);
      image_ = std::move(*image);
    }
  }
}

void Router::AdoptAgentTable() {
  uint64_t generation = 0;
  auto body = reader_->Read(generation);
  auto image = body.ok() ? shm::DecodeRouteImage(*body) : Result<shm::RouteImage>(body.status());
  if (image.ok() && image->service != service_) {
    image = DataLossError(fmt::format("the table is of service '{}'", image->service));
  }
  if (!image.ok()) {
    const std::string problem = image.status().ToString();
    if (problem != table_problem_) log::Warning("routing/client", "{}: {}", service_, problem);
    table_problem_ = problem;
    return;
  }
  seen_generation_ = generation;
  if (!roster_ || image->roster_generation != roster_generation_) {
    roster_ = MakeRoster(*image);
    roster_generation_ = image->roster_generation;
  }
  const size_t slots = roster_->size();
  if (slots > counters_->slots()) MakeCounters(slots, reader_->heartbeat());
  if (!image_ || image->plan != image_->plan) ParsePlan(image->plan);
  image_ = std::move(*image);
  Show(image_->sequence, plan_, SlotsOf(*image_, plan_, *roster_), host_cursors_);
}

// An agent that is older says nothing beside the sequence, and one that is newer perhaps more than
// this process understands.
void Router::ParsePlan(const std::string& bytes) {
  if (plan_.ParseFromString(bytes)) return;
  log::Warning("routing/client",
               "{}: the table's plan cannot be read; calls go by its weights only", service_);
  plan_.Clear();
}

void Router::AdoptOwnTable(const RouteTable& table, Time now) {
  if (!roster_ || table.roster_generation != roster_generation_) {
    roster_ = MakeRoster(table);
    roster_generation_ = table.roster_generation;
  }
  if (roster_->size() > counters_->slots()) MakeCounters(roster_->size(), now);
  const v1::RoutePlan plan =
      PlanOf(table, options_.engine.place, engine_->settings(), std::string());
  // Sequences of this process alone: the host's cursors would skip what others take of theirs.
  Show(table.sequence, plan, SlotsOf(table, *roster_), own_cursors_);
}

void Router::Show(std::vector<uint16_t> sequence, const v1::RoutePlan& plan, const SlotsView& slots,
                  const std::shared_ptr<Cursors>& cursors) {
  auto view = MakeView(service_, roster_, std::move(sequence), counters_);
  view->cursors = cursors;
  plan_view_ = MakePlanView(plan, view->sequence, slots, plan_view_.get());
  view->plan = plan_view_;
  const bool looks = plan_view_ && policy::LooksAtLoad(plan_view_->kind);
  if (looks && (!loads_ || loads_->slots() < roster_->size())) {
    loads_ = std::make_shared<Loads>(std::bit_ceil(roster_->size()));
  }
  if (looks) view->loads = loads_;
  const bool usable = !view->sequence.empty();
  view_.Replace(std::move(view));
  if (usable) ready_.Set();
}

void Router::BeginDeciding(Time now) {
  std::vector<InstanceSpec> list = own_list_;
  if (list.empty() && image_) list = InstancesOf(*image_, plan_);
  if (list.empty()) return;
  // Each engine's generations lie apart from the last one's.
  const uint32_t base = options_.generation_base + engines_made_++ * (1u << 20);
  EngineOptions options = options_.engine;
  if (options.place.site().empty()) options.place = plan_.place();
  engine_ = std::make_unique<RouteEngine>(options, base);
  engine_->SetSettings(SettingsToBeginWith());
  roster_ = nullptr;
  if (Status status = engine_->SetInstances(std::move(list), now); !status.ok()) {
    log::Warning("routing/client", "{}: {}", service_, status.ToString());
  }
}

// The later of what the owner heard and what the agent had.
v1::StoredSettings Router::SettingsToBeginWith() const {
  if (own_settings_.version() >= plan_.settings_version()) return own_settings_;
  v1::StoredSettings settings;
  settings.set_service(service_);
  settings.set_version(plan_.settings_version());
  *settings.mutable_settings() = plan_.settings();
  return settings;
}

void Router::ReadOwnCounters(Time now) {
  if (!own_counters_) own_counters_.emplace(shm::CounterReader::Of(*counters_));
  engine_->AddRefused(own_counters_->TakeRefused());
  if (!own_counters_->Changed()) return;
  own_counters_->TakeMethods([&](const shm::MethodGrowth& grown) {
    if (!engine_->KnowsMethod(grown.method_hash)) {
      engine_->NameMethod(grown.method_hash, own_counters_->MethodName(grown.method_hash));
    }
    engine_->AddMethodResults(grown.method_hash, grown.slot, grown.generation, grown.ok,
                              grown.failed, now);
  });
  for (uint32_t slot = 0; slot < engine_->slots(); ++slot) {
    const uint32_t generation = engine_->generation_of(slot);
    if (generation == 0) continue;
    const shm::SlotCounters grown = own_counters_->Take(slot, generation);
    engine_->AddResults(
        slot, generation,
        CallResults{grown.ok, grown.failed, grown.unreachable, grown.latency_us, grown.started},
        now);
  }
}

std::vector<Probe> Router::Decide(Time now, int64_t now_unix_ms) {
  if (!engine_) BeginDeciding(now);
  if (!engine_) return {};
  ReadOwnCounters(now);
  TickResult result = engine_->Tick(now, now_unix_ms);
  if (result.table) AdoptOwnTable(*result.table, now);
  return std::move(result.probes);
}

void Router::OnProbeResult(const Probe& probe, bool connected, std::string_view reason, Time now) {
  if (!engine_) return;
  engine_->OnProbeResult(probe, connected, reason, now);
  next_decision_ = now;
}

void Router::OnProbeDropped(const Probe& probe) {
  if (engine_) engine_->OnProbeDropped(probe);
}

Status Router::WaitReady(Time until) {
  const Status status = ready_.Wait(until);
  if (status.code() != StatusCode::kDeadlineExceeded) return status;
  return UnavailableError(view_.Mine().view->why_empty);
}

bool Router::Describe(v1::ServiceTable& out, Time now) const {
  if (!engine_) return false;
  out.set_service(service_);
  engine_->Describe(out, now);
  if (own_counters_) {
    engine_->DescribeInFlight(out, [this](uint32_t slot, uint32_t generation) {
      return own_counters_->InFlight(slot, generation);
    });
  }
  return true;
}

std::optional<v1::ExplainReply> Router::Explain(const v1::ExplainRequest& request, Time now) const {
  v1::ServiceTable described;
  if (!Describe(described, now)) return std::nullopt;
  const RouteTable& table = *engine_->table();
  const v1::RoutePlan plan =
      PlanOf(table, options_.engine.place, engine_->settings(), std::string());
  return routing::Explain(table, plan, described, request);
}

}  // namespace bellrock::routing::client
