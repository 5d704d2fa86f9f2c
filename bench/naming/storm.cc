// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "storm.h"

#include <memory>

#include "agents.h"
#include "audience.h"
#include "duties.h"
#include "storm_audience.h"

namespace bellrock::bench {
namespace {

constexpr int64_t kDyingPart = 10;  // one of so many
constexpr Duration kCalm = std::chrono::seconds(3);
constexpr Duration kAftermath = std::chrono::seconds(2);

RegistryClientOptions ClientOptionsOf(const LoadOptions& options) {
  return {.server = options.server(),
          .connections = Agents::kConnections,
          .fleet = options.fleet(),
          .lease = options.lease()};
}

naming::v1::StatsReply StatsOf(const LoadOptions& options) {
  NamingStubs stubs(fiber::RealEnvironment(), options.server(), 1);
  const auto stats = stubs[0].Stats({});
  Check(stats.status());
  return *stats;
}

// The living, in a loop of their own: their replies are not late because watchers are busy.
class AgentsElsewhere {
 public:
  AgentsElsewhere(fiber::Loop& loop, const LoadOptions& options) : loop_(loop) {
    Check(fiber::RunOn(loop_, [&] { agents_ = std::make_unique<Agents>(options); }));
  }
  ~AgentsElsewhere() {
    Check(fiber::RunOn(loop_, [&] { agents_.reset(); }));
  }
  Instant Silence(int64_t hosts) {
    Instant sent;
    Check(fiber::RunOn(loop_, [&] { sent = agents_->Silence(hosts); }));
    return sent;
  }
  Agents::Seen Take() {
    Agents::Seen seen;
    Check(fiber::RunOn(loop_, [&] { seen = agents_->Take(); }));
    return seen;
  }

 private:
  fiber::Loop& loop_;
  std::unique_ptr<Agents> agents_;
};

void AddStorm(const StormAudience& audience, uint64_t bytes_before, uint64_t events_before,
              double settled_s, Figures& figures) {
  figures.Add("settled_s", settled_s);
  figures.Add("wire_bytes", static_cast<double>(audience.received_bytes() - bytes_before));
  figures.Add("events", static_cast<double>(audience.events() - events_before));
  figures.Add("falsely_told", static_cast<double>(audience.falsely_told()));
}

}  // namespace

void MeasureStorm(const LoadOptions& options, fiber::Loop& agents_loop, Figures& figures) {
  const Fleet fleet = options.fleet();
  const int64_t dying_hosts = fleet.count / Agents::kInstancesPerHost / kDyingPart;
  const int64_t dying = dying_hosts * Agents::kInstancesPerHost;
  if (dying == 0 || dying % fleet.services() != 0) {
    Fail("storm: the dying tenth must take as many instances of each service: use 100 a service");
  }
  RegisterAll(*NewBellrockClient(ClientOptionsOf(options)), options);
  AgentsElsewhere agents(agents_loop, options);
  StormAudience audience(options, dying);
  audience.Await(fleet.per_service);
  (void)agents.Take();
  Check(fiber::SleepFor(kCalm));
  figures.Add("calm_gap_ms", agents.Take().longest_gap_s * 1e3);

  const uint64_t expired_before = StatsOf(options).expirations();
  const Instant sent = agents.Silence(dying_hosts);
  const uint64_t bytes_before = audience.received_bytes();
  const uint64_t events_before = audience.events();
  (void)agents.Take();
  audience.Await(fleet.per_service - dying / fleet.services());
  const double settled_s = SecondsBetween(sent, audience.last_told()) - options.lease_seconds;
  AddStorm(audience, bytes_before, events_before, settled_s, figures);
  Check(fiber::SleepFor(kAftermath));
  const Agents::Seen seen = agents.Take();
  figures.Add("gap_ms", seen.longest_gap_s * 1e3);
  figures.Add("wait_ms", seen.longest_wait_s * 1e3);
  const uint64_t expired = StatsOf(options).expirations() - expired_before;
  figures.Add("false_expiries", static_cast<double>(expired) - static_cast<double>(dying) +
                                    static_cast<double>(seen.unknown));
}

void RunChurn(const LoadOptions& options, Figures& figures) {
  const Fleet fleet = options.fleet();
  const auto client = NewBellrockClient(ClientOptionsOf(options));
  RegisterAll(*client, options);
  Agents agents(options);
  Audience audience(*client, options.watchers, fleet.services());
  Check(fiber::SleepFor(kCalm));  // the first states of all watchers are this loop's work
  (void)agents.Take();
  fiber::Loop& loop = *fiber::Loop::Current();
  const Time begin = loop.Now();
  const auto interval = Duration(std::chrono::seconds(1)) / options.churn;
  const auto steps = static_cast<int64_t>(options.seconds * options.churn);
  for (int64_t step = 0; step < steps; ++step) {
    Check(fiber::SleepUntil(begin + interval * step));
    const auto host = static_cast<size_t>(step) % agents.hosts();
    const auto place =
        static_cast<size_t>(step) / agents.hosts() % static_cast<size_t>(Agents::kInstancesPerHost);
    const int64_t comes = fleet.count + step;
    Check(client->Register(comes));
    Check(client->Deregister(agents.Replace(host, place, comes)));
  }
  const Agents::Seen seen = agents.Take();
  const auto stats = StatsOf(options);
  figures.Add("replaced", static_cast<double>(steps));
  figures.Add("seconds", std::chrono::duration<double>(loop.Now() - begin).count());
  figures.Add("instances", static_cast<double>(stats.instances()));
  figures.Add("renewed", static_cast<double>(seen.renewed));
  figures.Add("false_expiries", static_cast<double>(stats.expirations() + seen.unknown));
  figures.Add("gap_ms", seen.longest_gap_s * 1e3);
  figures.Add("load_late_ms", seen.longest_late_s * 1e3);
}

}  // namespace bellrock::bench
