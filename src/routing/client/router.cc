// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "routing/client/router.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>

#include "base/log.h"
#include "shm/run_paths.h"

namespace bellrock::routing::client {
namespace {

constexpr size_t kFirstCounterSlots = 1024;
constexpr Duration kOpenAgain = std::chrono::seconds(1);
// A stamp from the future is of an earlier boot.
constexpr Duration kStampAhead = std::chrono::seconds(1);
// How far a retry looks ahead in the sequence for an instance it has not tried, before it searches
// the whole.
constexpr uint32_t kRetryLook = 16;

std::shared_ptr<const View> EmptyView(const std::string& service) {
  auto view = std::make_shared<View>();
  view->roster = std::make_shared<const Roster>();
  view->why_empty = fmt::format(
      "service '{}' has no routing table: neither agent nor registry has named an instance; is the "
      "service registered, and do BELLROCK_AGENT and BELLROCK_SERVERS lead to the platform?",
      service);
  return view;
}

bool Tried(std::span<const uint32_t> tried, uint16_t slot) {
  return std::find(tried.begin(), tried.end(), slot) != tried.end();
}

// Another slot than those tried if the sequence holds one, else `slot`.
uint16_t Another(const View& view, uint32_t cursor, uint16_t slot,
                 std::span<const uint32_t> tried) {
  if (!Tried(tried, slot)) return slot;
  const auto length = static_cast<uint32_t>(view.sequence.size());
  // In turn first, so that a dead instance's calls are spread by weight; everything only if many
  // were tried.
  const uint32_t look = std::max<uint32_t>(length, kRetryLook);
  for (uint32_t step = 0; step < look; ++step) {
    const uint16_t next = view.sequence[(cursor + step) & view.mask];
    if (!Tried(tried, next)) return next;
  }
  return slot;
}

enum class Verdict { kOk, kFailed, kUnreachable, kNeither };

// Only codes that speak of the instance count as its failure; an answer "not found" is a good
// answer.
Verdict Judge(StatusCode code) {
  switch (code) {
    case StatusCode::kUnavailable:
      return Verdict::kUnreachable;
    case StatusCode::kDeadlineExceeded:
    case StatusCode::kInternal:
    case StatusCode::kUnknown:
    case StatusCode::kDataLoss:
    case StatusCode::kResourceExhausted:
      return Verdict::kFailed;
    case StatusCode::kCancelled:
      return Verdict::kNeither;
    default:
      return Verdict::kOk;
  }
}

}  // namespace

Router::Router(std::string service, RouterOptions options)
    : service_(std::move(service)), options_(std::move(options)), view_(EmptyView(service_)) {}

Result<rpc::Endpoint> Router::Pick(std::span<const uint32_t> tried) {
  ThreadView& mine = view_.Mine();
  const View& view = *mine.view;
  if (view.sequence.empty()) [[unlikely]]
    return UnavailableError(view.why_empty);
  uint16_t slot = view.sequence[mine.cursor++ & view.mask];
  if (!tried.empty()) [[unlikely]]
    slot = Another(view, mine.cursor, slot, tried);
  const RosterEntry& entry = (*view.roster)[slot];
  return rpc::Endpoint{entry.address, slot, entry.generation, entry.instance};
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
  if (view.sequence.empty()) [[unlikely]]
    return {};
  uint16_t slot = view.sequence[mine.cursor++ & view.mask];
  if (!tried.empty()) [[unlikely]]
    slot = Another(view, mine.cursor, slot, tried);
  const RosterEntry& entry = (*view.roster)[slot];
  return {&entry.address, entry.instance.get(), slot, entry.generation};
}

void Router::Report(const rpc::Endpoint& endpoint, StatusCode code, Duration latency) {
  Report(endpoint.slot, endpoint.generation, code, latency);
}

void Router::Report(uint32_t slot, uint32_t generation, StatusCode code, Duration latency) {
  const Verdict verdict = Judge(code);
  if (verdict == Verdict::kNeither) return;
  ThreadView& mine = view_.Mine();
  const Roster& roster = *mine.view->roster;
  // The slot may have a new holder since the pick.
  if (slot >= roster.size() || roster[slot].generation != generation) {
    return;
  }
  const auto latency_us = std::chrono::round<std::chrono::microseconds>(latency).count();
  mine.leased_from->Add(mine.stripe, slot, generation, verdict == Verdict::kOk,
                        verdict == Verdict::kUnreachable,
                        static_cast<uint64_t>(std::max<int64_t>(latency_us, 0)));
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

std::vector<Probe> Router::Tick(Time now) {
  if (!counters_) MakeCounters(kFirstCounterSlots, now);
  counters_->Beat(now);
  if (!options_.run_directory.empty()) FollowAgent(now);
  if (follows_agent_) return {};
  if (now < next_decision_) return {};
  next_decision_ = now + options_.engine_tick;
  return Decide(now);
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
  }
  // A dead agent's last table is where this process begins to decide.
  if (!image_ && reader_->generation() > 0) {
    uint64_t generation = 0;
    auto body = reader_->Read(generation);
    auto image = body.ok() ? shm::DecodeRouteImage(*body) : Result<shm::RouteImage>(body.status());
    if (image.ok() && image->service == service_) image_ = std::move(*image);
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
  Show(roster_, image->sequence);
  image_ = std::move(*image);
}

void Router::AdoptOwnTable(const RouteTable& table, Time now) {
  if (!roster_ || table.roster_generation != roster_generation_) {
    roster_ = MakeRoster(table);
    roster_generation_ = table.roster_generation;
  }
  if (roster_->size() > counters_->slots()) MakeCounters(roster_->size(), now);
  Show(roster_, table.sequence);
}

void Router::Show(std::shared_ptr<const Roster> roster, std::vector<uint16_t> sequence) {
  auto view = MakeView(std::move(roster), std::move(sequence), counters_, service_);
  const bool usable = !view->sequence.empty();
  view_.Replace(std::move(view));
  if (usable) ready_.Set();
}

void Router::BeginDeciding(Time now) {
  std::vector<InstanceSpec> list = own_list_;
  if (list.empty() && image_) list = InstancesOf(*image_);
  if (list.empty()) return;
  // Each engine's generations lie apart from the last one's.
  const uint32_t base = options_.generation_base + engines_made_++ * (1u << 20);
  engine_ = std::make_unique<RouteEngine>(options_.engine, base);
  roster_ = nullptr;
  if (Status status = engine_->SetInstances(std::move(list), now); !status.ok()) {
    log::Warning("routing/client", "{}: {}", service_, status.ToString());
  }
}

void Router::ReadOwnCounters(Time now) {
  if (!own_counters_) own_counters_.emplace(shm::CounterReader::Of(*counters_));
  if (!own_counters_->Changed()) return;
  for (uint32_t slot = 0; slot < engine_->slots(); ++slot) {
    const uint32_t generation = engine_->generation_of(slot);
    if (generation == 0) continue;
    const shm::SlotCounters grown = own_counters_->Take(slot, generation);
    engine_->AddResults(slot, generation,
                        CallResults{grown.ok, grown.failed, grown.unreachable, grown.latency_us},
                        now);
  }
}

std::vector<Probe> Router::Decide(Time now) {
  if (!engine_) BeginDeciding(now);
  if (!engine_) return {};
  ReadOwnCounters(now);
  TickResult result = engine_->Tick(now);
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

bool Router::Describe(v1::ServiceTable& out) const {
  if (!engine_) return false;
  out.set_service(service_);
  engine_->Describe(out);
  return true;
}

}  // namespace bellrock::routing::client
