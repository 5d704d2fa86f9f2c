// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "registry_node.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "naming/cluster/codec.h"

namespace bellrock {
namespace {

using naming::Moment;
using naming::cluster::ClusterEffects;
using naming::cluster::ElectionEvent;
using naming::replica::SnapshotCursor;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr uint32_t kCluster = 42;
constexpr int64_t kUnixMs = 1'800'000'000'000;
constexpr Duration kTick = milliseconds(10);
constexpr Duration kStall = seconds(1);
constexpr Duration kWriteRetry = milliseconds(500);
constexpr size_t kSnapshotUnits = 150;
constexpr size_t kSnapshotEntriesPerTurn = 200;
constexpr Duration kSnapshotTurn = milliseconds(20);

}  // namespace

RegistryNode::RegistryNode(MessageNetwork& network, CallNetwork& calls, RegistryNodeOptions options)
    : network_(network), calls_(calls), options_(std::move(options)) {
  calls_.SetEndpoint(
      options_.endpoint,
      {[this](const RequestPtr& request, const Respond& respond) {
         if (up()) InThisLife([this, request, respond] { Serve(request, respond); })();
       },
       [this](const std::string& bytes, const Address& from) { HearGossip(bytes, from); }});
}

Moment RegistryNode::Now() const {
  const int64_t ms = std::chrono::duration_cast<milliseconds>(network_.now() - Time()).count();
  return {network_.now(), kUnixMs + ms + skew_ms_};
}

MessageNetwork::Work RegistryNode::InThisLife(MessageNetwork::Work work) {
  return [this, lives = lives_, work = std::move(work)] {
    if (!up() || lives != lives_) return;
    if (paused()) return network_.At(paused_until_, InThisLife(work));
    work();
  };
}

int RegistryNode::leader() const {
  if (!up() || !life_->node.plan().leader) return -1;
  return EndpointOf(*Address::Parse(life_->node.plan().leader->address));
}

void RegistryNode::Start() {
  ++lives_;
  paused_until_ = Time();
  const Moment at = Now();
  disk_.life = std::max(disk_.life + 1, static_cast<uint64_t>(at.unix_ms));
  const naming::replica::Origin self{naming::node::NodeNumber(options_.name), disk_.life};
  life_ = std::make_unique<Life>(self, options_.registry, GossipOptions(), network_.random().Next(),
                                 at.now);
  registry().BeginRecovery();
  const Status recovered = disk_.RecoverInto(registry().replica(), at);
  if (!recovered.ok()) ++unreadable_;
  registry().FinishRecovery();
  if (audit_) {
    life_->audit =
        std::make_unique<naming::Watcher>(registry().hub(), naming::Target{false, "/"}, [this] {
          for (const auto& notice : life_->audit->Take().notices) audit_(*notice.event);
        });
  }
  RunTimer();
  const auto& seeds = lives_ == 1 ? options_.first_seeds : options_.later_seeds;
  Perform(life_->cluster.Join(seeds, at.now));
  Replan();
}

void RegistryNode::Crash() {
  if (!up()) return;
  const bool reached_disk = life_->writing && network_.Chance(0.5);
  if (reached_disk && !disk_.full) disk_.units.push_back(life_->unit_in_flight);
  life_.reset();
}

void RegistryNode::Watch(const void* client, WatchSession::Asked asked,
                         WatchSession::Deliver deliver) {
  if (!up()) return;
  InThisLife([this, client, asked = std::move(asked), deliver = std::move(deliver)] {
    life_->watches[client] = nullptr;  // the former ends before the next begins
    life_->watches[client] = std::make_unique<WatchSession>(network_, *this, asked, deliver);
  })();
}

void RegistryNode::TakeChanges() {
  if (!registry().replica().has_changes()) return;
  life_->journal.Collect(registry().replica());
  WriteJournal();
  AnswerPulls();
}

void RegistryNode::Changed() {
  TakeChanges();
  if (life_->node.NextTick() < life_->timer_due) ScheduleTimer(life_->node.NextTick());
}

void RegistryNode::AwaitDurable(std::function<void(const Status&)> done) {
  Changed();
  if (life_->journal.durable() >= life_->journal.collected()) return done(Status::Ok());
  life_->waiters.push_back({life_->journal.collected(), std::move(done)});
}

void RegistryNode::Release(const Status& failure) {
  auto& waiters = life_->waiters;
  while (!waiters.empty()) {
    if (failure.ok() && waiters.front().position > life_->journal.durable()) return;
    const auto done = std::move(waiters.front().done);
    waiters.pop_front();
    done(failure);
  }
}

void RegistryNode::WriteJournal() {
  if (life_->writing || life_->journal.idle()) return;
  life_->writing = true;
  life_->disk.OnBegin(network_.now());
  life_->unit_in_flight = life_->journal.NextUnit(registry().replica());
  network_.After(disk_.sync, InThisLife([this] { OnUnitWritten(); }));
}

void RegistryNode::OnUnitWritten() {
  life_->disk.OnEnd(!disk_.full, network_.now());
  if (disk_.full) {
    life_->journal.Failed();
    life_->write_error = UnavailableError("the disk is full");
    Release(life_->write_error);
    network_.After(kWriteRetry, InThisLife([this] {
                     life_->writing = false;
                     WriteJournal();
                   }));
    return;
  }
  disk_.units.push_back(std::move(life_->unit_in_flight));
  life_->writing = false;
  life_->journal.Written();
  life_->write_error = Status::Ok();
  Release(Status::Ok());
  MaybeSnapshot();
  WriteJournal();
}

void RegistryNode::MaybeSnapshot() {
  if (life_->snapshotting || disk_.units.size() < kSnapshotUnits) return;
  life_->snapshotting = true;
  StepSnapshot(std::make_shared<SnapshotCursor>(), std::make_shared<std::vector<std::string>>(),
               disk_.units.size());
}

// What the log does: the units that were written before the snapshot began go when it is whole.
void RegistryNode::StepSnapshot(const std::shared_ptr<SnapshotCursor>& cursor,
                                const std::shared_ptr<std::vector<std::string>>& entries,
                                size_t units) {
  const size_t max = entries->size() + kSnapshotEntriesPerTurn;
  if (!cursor->Next(registry().replica(), max, *entries)) {
    network_.After(kSnapshotTurn, InThisLife([=, this] { StepSnapshot(cursor, entries, units); }));
    return;
  }
  life_->snapshotting = false;
  disk_.snapshot = std::move(*entries);
  disk_.units.erase(disk_.units.begin(), disk_.units.begin() + static_cast<ptrdiff_t>(units));
}

void RegistryNode::ScheduleTimer(Time due) {
  life_->timer_due = std::max(due, network_.now());
  network_.At(life_->timer_due, InThisLife([this, due = life_->timer_due] {
                if (due == life_->timer_due) RunTimer();
              }));
}

void RegistryNode::RunTimer() {
  const Moment at = Now();
  if (life_->timer_due != kNever && at.now - life_->timer_due > kStall) life_->node.Away(at.now);
  const bool again = life_->node.Tick(at);
  TakeChanges();
  ScheduleTimer(again ? at.now : std::max(life_->node.NextTick(), at.now + kTick));
}

naming::cluster::ClusterNodeOptions RegistryNode::GossipOptions() const {
  naming::cluster::ClusterNodeOptions options;
  options.membership.name = options_.name;
  options.membership.seed = network_.random().Next();
  options.membership.profile.address = AddressOf(options_.endpoint);
  options.membership.profile.metadata.site = options_.site;
  options.membership.profile.metadata.service_address = AddressOf(options_.endpoint).ToString();
  options.boot = network_.random().Next();
  options.expects_others = true;
  return options;
}

void RegistryNode::Perform(ClusterEffects effects) {
  if (!effects.member_events.empty() || !effects.election_events.empty()) {
    TraceElection(effects);
    Replan();
  }
  ScheduleGossip();
  for (const auto& outgoing : effects.messages) SendGossip(outgoing);
}

void RegistryNode::SendGossip(const naming::cluster::Outgoing& outgoing) {
  const std::string bytes = naming::cluster::EncodeMessage(outgoing.message, kCluster);
  calls_.Tell(options_.endpoint, EndpointOf(outgoing.to), bytes, AddressOf(options_.endpoint));
}

void RegistryNode::HearGossip(const std::string& bytes, const Address& from) {
  if (!up()) return;
  InThisLife([this, bytes, from] {
    const auto message = naming::cluster::DecodeMessage(bytes, kCluster);
    if (!message.ok()) {
      ++unreadable_;
      return;
    }
    Perform(life_->cluster.Receive(*message, from, network_.now()));
  })();
}

void RegistryNode::ScheduleGossip() {
  const Time due = std::max(life_->cluster.NextTick(), network_.now() + milliseconds(1));
  if (due >= life_->gossip_due && life_->gossip_due > network_.now()) return;
  life_->gossip_due = due;
  if (due == kNever) return;
  network_.At(due, InThisLife([this, due] {
                if (due != life_->gossip_due) return;
                life_->gossip_due = kNever;
                life_->cluster.SetDiskFails(life_->disk.fails(network_.now()));
                Perform(life_->cluster.Tick(network_.now()));
              }));
}

void RegistryNode::Replan() {
  life_->cluster.SetProgress(registry().replica().clock().last().value);
  life_->node.SetPlan(naming::node::MakePlan(life_->cluster), network_.now());
  Changed();
  Reconcile();
}

void RegistryNode::TraceElection(const ClusterEffects& effects) const {
  if (!trace_) return;
  static constexpr const char* kNames[] = {"leads",       "claim changed", "follows",
                                           "leader lost", "stepped down",  "handed over"};
  for (const ElectionEvent& event : effects.election_events) {
    trace_(fmt::format("{} {} {} term {}{} {}", options_.name, kNames[static_cast<int>(event.kind)],
                       event.claim.leader, event.claim.term,
                       event.claim.majority ? " majority" : "", event.winner.leader));
  }
}

}  // namespace bellrock
