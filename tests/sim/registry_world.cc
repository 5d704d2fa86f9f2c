// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "registry_world.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace bellrock {
namespace {

using naming::State;
using naming::replica::Record;
using naming::replica::VersionVector;
using Phase = SimInstance::Phase;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr int kServices = 8;
constexpr size_t kFirstSeeds = 3;
constexpr Duration kSample = milliseconds(100);
// A lease, and the time in which an agent finds the one server that serves it among seven.
constexpr Duration kServedFor = seconds(20);

std::string SiteName(int site) {
  return fmt::format("s{}", site);
}

}  // namespace

RegistryWorld::RegistryWorld(const Options& options, Complain complain, bool trace)
    : options_(options),
      complain_(std::move(complain)),
      trace_(trace),
      network_(options.seed, options.nodes + options.hosts),
      calls_(network_) {
  MakeNodes();
  MakeHosts();
  for (int i = 0; i < options_.watchers; ++i) {
    const int endpoint = options_.nodes + i % options_.hosts;
    const std::string target = i < 2 ? "/" : fmt::format("l/v{}", i % kServices);
    watchers_.push_back(
        std::make_unique<WatchClient>(network_, nodes_, endpoint, target, complain_));
  }
}

void RegistryWorld::MakeNodes() {
  std::vector<Address> all;
  for (int i = 0; i < options_.nodes; ++i) all.push_back(AddressOf(i));
  for (int i = 0; i < options_.nodes; ++i) {
    RegistryNodeOptions node;
    node.endpoint = i;
    node.name = fmt::format("n{}", i);
    node.site = SiteName(i % options_.sites);
    node.first_seeds.assign(all.begin(), all.begin() + kFirstSeeds);
    node.later_seeds = all;
    node.registry = options_.registry;
    nodes_.push_back(std::make_unique<RegistryNode>(network_, calls_, std::move(node)));
    nodes_.back()->SetListeners(
        [this](const std::string& path, const Record& said) { ledger_.OnAccepted(path, said); },
        [this](const std::string& path, const Record& said) { ledger_.OnDurable(path, said); });
    nodes_.back()->SetAudit([this, i](const naming::Event& event) { Audit(i, event); });
    if (trace_) nodes_.back()->SetTrace([this](const std::string& line) { Trace(line); });
  }
}

void RegistryWorld::MakeHosts() {
  for (int i = 0; i < options_.hosts; ++i) {
    std::vector<Address> servers;
    for (int node = 0; node < options_.nodes; ++node) {
      if (node % options_.sites == site_of_host(i)) servers.push_back(AddressOf(node));
    }
    hosts_.push_back(
        std::make_unique<HostAgent>(network_, calls_, options_.nodes + i, std::move(servers)));
    hosts_.back()->Start();
  }
  instances_.resize(static_cast<size_t>(options_.instances));
  for (int i = 0; i < options_.instances; ++i) {
    SimInstance& instance = instances_[static_cast<size_t>(i)];
    const int host = i % options_.hosts;
    instance.path =
        fmt::format("/{}/d/l/v{}/c/i{}", SiteName(site_of_host(host)), i % kServices, i);
    by_path_[instance.path] = &instance;
    host_of_[&instance] = static_cast<size_t>(host);
  }
}

int RegistryWorld::site_of(int endpoint) const {
  const bool host = endpoint >= options_.nodes;
  return host ? site_of_host(endpoint - options_.nodes) : endpoint % options_.sites;
}

void RegistryWorld::Begin(SimInstance& instance, int host) {
  const auto to = static_cast<size_t>(host);
  size_t& at = host_of_[&instance];
  if (at != to) hosts_[at]->Forget(instance);
  at = to;
  hosts_[to]->Begin(instance);
}

void RegistryWorld::Trace(const std::string& line) const {
  if (trace_) fmt::print("{:8.3f} {}\n", static_cast<double>((now() - Time()).count()) / 1e9, line);
}

void RegistryWorld::RunFor(Duration time) {
  const Time end = now() + time;
  while (now() < end) {
    network_.RunUntil(std::min(end, now() + kSample));
    SampleServed();
    for (const auto& watcher : watchers_) watcher->Tick();
  }
}

VersionVector RegistryWorld::HeldByDisk(int i) {
  naming::replica::Replica replica({1, 1}, {}, nullptr);
  if (!node(i).disk().RecoverInto(replica, node(i).Now()).ok()) complain_("an unreadable disk");
  return replica.seen();
}

bool RegistryWorld::LoseDisk(int lost) {
  VersionVector others;
  for (int i = 0; i < nodes(); ++i) {
    if (i != lost) others.Join(HeldByDisk(i));
  }
  if (!others.Covers(HeldByDisk(lost))) return false;
  node(lost).LoseDisk();
  return true;
}

bool RegistryWorld::Serves(int i) {
  RegistryNode& at = node(i);
  if (!at.up() || at.paused()) return false;
  if (at.leads()) return true;
  const int leader = at.leader();
  return leader >= 0 && node(leader).leads() && !node(leader).paused() &&
         network_.BothWays(i, leader);
}

void RegistryWorld::SampleServed() {
  for (int i = 0; i < nodes(); ++i) {
    const bool serves = Serves(i);
    for (const auto& host : hosts_) {
      const bool served = serves && network_.BothWays(host->endpoint(), i);
      const std::pair key(host->endpoint(), i);
      if (!served) {
        served_since_.erase(key);
      } else {
        served_since_.emplace(key, now());
      }
    }
  }
}

Time RegistryWorld::ServedSince(const HostAgent& host) const {
  Time since = kNever;
  for (const Address& server : host.servers()) {
    const auto at = served_since_.find({host.endpoint(), EndpointOf(server)});
    if (at != served_since_.end()) since = std::min(since, at->second);
  }
  return since;
}

void RegistryWorld::Audit(int node_number, const naming::Event& event) {
  if (event.kind != naming::Event::Kind::kPut) return;
  if (event.instance.state != State::kUnreachable) return;
  if (event.change != naming::replica::RecordChange::kState) return;
  const SimInstance& instance = *by_path_.at(event.path());
  const bool own =
      event.instance.stamp.dot.origin.node == naming::node::NodeNumber(node(node_number).name());
  if (own) ++figures_.lease_ends;
  const bool alive = instance.phase == Phase::kAlive && instance.registered &&
                     instance.incarnation == event.instance.spec.incarnation;
  if (!alive || now() - instance.since < kServedFor) return;
  const Time since = ServedSince(host_of(instance));
  if (since == kNever || now() - since < kServedFor) return;
  if (!own) {
    ++figures_.blips;
    return;
  }
  complain_(fmt::format("{} on host {} lives and is told unreachable by {}", instance.path,
                        host_of(instance).endpoint(), node(node_number).name()));
}

std::string RegistryWorld::LeaderProblem(const std::vector<int>& part) {
  std::map<std::string, std::vector<int>> leaders;
  for (const int i : part) {
    if (!node(i).up()) continue;
    auto& of_site = leaders[node(i).site()];
    if (node(i).leads()) of_site.push_back(i);
  }
  for (const auto& [site, of_site] : leaders) {
    if (of_site.size() != 1) {
      return fmt::format("site {} of nodes {} has leaders {}", site, fmt::join(part, " "),
                         fmt::join(of_site, " "));
    }
  }
  for (const int i : part) {
    if (node(i).up() && node(i).leader() != leaders[node(i).site()].front()) {
      return fmt::format("n{} follows n{}", i, node(i).leader());
    }
  }
  return "";
}

std::string RegistryWorld::Differences() {
  const auto& table = node(0).registry().replica().table();
  for (int i = 1; i < nodes(); ++i) {
    if (node(i).registry().replica().table().root() != table.root()) {
      return fmt::format("n{} holds something else than n0", i);
    }
  }
  return "";
}

std::string RegistryWorld::NotSettled() {
  std::vector<int> all;
  for (int i = 0; i < nodes(); ++i) all.push_back(i);
  const std::string leaders = LeaderProblem(all);
  if (!leaders.empty()) return leaders;
  const std::string differences = Differences();
  if (!differences.empty()) return differences;
  const auto& table = node(0).registry().replica().table();
  for (const SimInstance& instance : instances_) {
    const std::string problem = NotSettled(instance, table.Find(instance.path));
    if (!problem.empty()) return instance.path + " " + problem;
  }
  return "";
}

std::string RegistryWorld::NotSettled(const SimInstance& instance, const Record& held) const {
  const bool there = held.has_instance() && held.instance->incarnation == instance.incarnation;
  switch (instance.phase) {
    case Phase::kAlive:
      if (!instance.registered) return "is not registered";
      if (!there) return "is lost";
      return held.instance->state == State::kWorking ? "" : "lives and does not work";
    case Phase::kDead:
      if (instance.acknowledged && !held.has_instance()) return "is dead and lost";
      return there && held.instance->state == State::kWorking ? "is dead and works" : "";
    case Phase::kLeaving:
      return "is still leaving";
    case Phase::kAbsent:
      return there ? "has left and is there" : "";
  }
  return "";
}

std::string RegistryWorld::Protections() {
  std::string text;
  for (int i = 0; i < nodes(); ++i) {
    if (!node(i).leads()) continue;
    const auto leases = node(i).registry().CountLeases(now());
    text += fmt::format("; {} leads {}, {} of {} leases overdue", node(i).name(), node(i).site(),
                        leases.overdue, leases.held);
    for (const auto& active : node(i).node().protection().ActiveAt(now())) {
      text += fmt::format(", {} {}: {}", active.name, active.subject, active.reason);
    }
  }
  return text;
}

std::string RegistryWorld::BrokenPromise() {
  for (int i = 0; i < nodes(); ++i) {
    if (node(i).unreadable() != 0) return fmt::format("n{} could not read something", i);
    for (const std::string& path : ledger_.Paths()) {
      const Record held = node(i).registry().replica().table().Find(path);
      const std::string broken = ledger_.Broken(path, held);
      if (!broken.empty()) return fmt::format("{} at n{}: {}", path, i, broken);
    }
  }
  return "";
}

std::string RegistryWorld::WatcherProblem() {
  const naming::Registry& truth = node(0).registry();
  for (const auto& watcher : watchers_) {
    std::map<std::string, std::string> expected, told;
    truth.tree().ForEach(watcher->target(), "", [&](const naming::Instance& instance) {
      expected[PathOf(instance)] =
          fmt::format("{} {} {} {}", instance.incarnation, instance.address,
                      1 + static_cast<int>(instance.state), instance.disabled());
      return true;
    });
    for (const naming::v1::Instance& instance : watcher->state().List()) {
      const auto& state = instance.operator_state();
      told[instance.spec().path()] =
          fmt::format("{} {} {} {}", instance.spec().incarnation(), instance.spec().address(),
                      static_cast<int>(instance.state()), state.disabled() || state.isolated());
    }
    if (expected == told) continue;
    for (const auto& [path, text] : expected) {
      if (told[path] != text) {
        return fmt::format("a watcher of {} was told of {} \"{}\", the truth is \"{}\"",
                           watcher->target().key, path, told[path], text);
      }
    }
    return fmt::format("a watcher of {} was told of {} instances, there are {}",
                       watcher->target().key, told.size(), expected.size());
  }
  return "";
}

RegistryWorld::Figures RegistryWorld::figures() const {
  Figures figures = figures_;
  for (const auto& host : hosts_) {
    figures.unknown += host->unknown();
    figures.proxied += host->proxied();
  }
  for (const auto& watcher : watchers_) {
    figures.stepped_back += watcher->stepped_back_by_moving();
    figures.resumed += watcher->resumed();
    figures.full_states += watcher->full_states();
  }
  return figures;
}

}  // namespace bellrock
