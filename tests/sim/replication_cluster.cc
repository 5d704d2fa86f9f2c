// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "replication_cluster.h"

#include <utility>

namespace bellrock::naming::replica {
namespace {

constexpr int64_t kUnixMs = 1'800'000'000'000;
constexpr int64_t kPullMs = 250;
constexpr int64_t kShareMs = 2'000;
constexpr int64_t kCheckMs = 1'000;
constexpr int64_t kResendMs = 600;
constexpr int64_t kSyncMs = 200;
constexpr int64_t kSweepMs = 1'000;
constexpr int64_t kLeaseMs = 10'000;
constexpr Time kStart = Time() + std::chrono::seconds(1000);  // of the network
constexpr Duration kDelayMax = std::chrono::milliseconds(150);
constexpr int kDuplicatesLater = 10;
constexpr int kLaggingMax = 20;  // after so many checks that found events under way, one goes on

}  // namespace

Cluster::Cluster(const Options& options, std::mt19937_64& random)
    : options_(options),
      random_(random),
      network_(random(), options.nodes),
      nodes_(static_cast<size_t>(options.nodes)) {
  network_.wire().delay_max = kDelayMax;
  network_.wire().duplicates_later = kDuplicatesLater;
  for (int node = 0; node < size(); ++node) Start(node);
}

int64_t Cluster::now_ms() const {
  return (network_.now() - kStart) / std::chrono::milliseconds(1);
}

Moment Cluster::MomentOf(int node) const {
  return {network_.now(), kUnixMs + now_ms() + nodes_[node].skew_ms};
}

bool Cluster::Every(int64_t period_ms, int node) const {
  return (now_ms() + node * kStepMs) % period_ms == 0;
}

void Cluster::Step() {
  network_.RunUntil(network_.now() + std::chrono::milliseconds(kStepMs));
  for (int node = 0; node < size(); ++node) {
    if (up(node)) Act(node);
  }
}

void Cluster::Act(int node) {
  if (Every(kPullMs, node)) {
    if (const auto peer = PickPeer(node)) Send(node, *peer, At(node).MakePull());
  }
  if (Every(kShareMs, node)) {
    if (const auto peer = PickPeer(node)) Send(node, *peer, Share{At(node).ShareHeard(), false});
  }
  if (Every(kCheckMs, node) && !nodes_[node].session) {
    if (const auto peer = PickPeer(node)) {
      const bool needed = nodes_[node].lagging >= kLaggingMax;
      using Kind = RepairSession::Kind;
      StartSession(node, *peer, needed ? Kind::kNeeded : Kind::kPeriodic);
    }
  }
  DriveSession(node);
  EndLeases(node);
  if (Every(kSweepMs, node)) {
    At(node).Sweep(MomentOf(node));
    Journal(node);
  }
  if (Every(kSyncMs, node)) Sync(node);
}

std::optional<int> Cluster::PickPeer(int node) {
  if (options_.star && FirstUpOf(site_of(node)) != node) return FirstUpOf(site_of(node));
  const int peer = static_cast<int>(random_() % nodes_.size());
  const int picked = options_.star ? FirstUpOf(site_of(peer)) : peer;
  if (picked == node || picked < 0) return std::nullopt;
  return picked;
}

int Cluster::FirstUpOf(int site) const {
  for (int node = 0; node < size(); ++node) {
    if (site_of(node) == site && up(node)) return node;
  }
  return -1;
}

bool Cluster::Reaches(int from, int to) const {
  return up(to) && network_.BothWays(from, to);
}

void Cluster::Send(int from, int to, Message message) {
  network_.Datagram(from, to,
                    [this, from, to, message = std::move(message)] { Deliver(from, to, message); });
}

void Cluster::Deliver(int from, int to, const Message& message) {
  if (!up(to)) return;
  std::visit([&](const auto& known) { On(to, from, known); }, message);
  Journal(to);
}

void Cluster::On(int to, int from, const PullRequest& request) {
  Send(to, from, At(to).AnswerPull(request));
  // A follower that led a part of its own has words that nobody else would pull.
  if (!At(to).seen().Covers(request.seen)) Send(to, from, At(to).MakePull());
}

void Cluster::On(int to, int from, const PullReply& reply) {
  const Replica::Applied applied = At(to).Apply(reply, MomentOf(to));
  if (applied.repair && !nodes_[to].session) StartSession(to, from, RepairSession::Kind::kNeeded);
}

void Cluster::On(int to, int from, const RepairRequest& request) {
  Send(to, from, AnswerRepair(At(to), request, MomentOf(to)));
}

void Cluster::On(int to, int, const RepairReply& reply) {
  Node& node = nodes_[to];
  if (!node.session) return;
  const uint64_t round = node.session->request().round;
  node.session->OnReply(reply, MomentOf(to));
  if (node.session->done()) return EndSession(to);
  if (node.session->request().round != round) {
    node.session_sent_ms = now_ms();
    Send(to, node.session_with, node.session->request());
  }
}

void Cluster::On(int to, int from, const Share& share) {
  At(to).HearShared(share.heard);
  if (!share.answer) Send(to, from, Share{At(to).ShareHeard(), true});
}

void Cluster::StartSession(int node, int peer, RepairSession::Kind kind) {
  Node& at = nodes_[node];
  at.session.emplace(*at.replica, ++at.sessions, kind);
  at.session_with = peer;
  at.session_sent_ms = now_ms();
  Send(node, peer, at.session->request());
}

// A request that got lost is sent again; a session whose peer stays away is given up.
void Cluster::DriveSession(int node) {
  Node& at = nodes_[node];
  if (!at.session || now_ms() - at.session_sent_ms < kResendMs) return;
  if (!Reaches(node, at.session_with)) {
    at.session.reset();
    return;
  }
  at.session_sent_ms = now_ms();
  Send(node, at.session_with, at.session->request());
}

void Cluster::EndSession(int node) {
  Node& at = nodes_[node];
  const RepairFigures& figures = at.session->figures();
  figures_ += figures;
  at.lagging = figures.lagging != 0 ? at.lagging + 1 : 0;
  if (at.session->finish_to_send()) Send(node, at.session_with, at.session->request());
  at.session.reset();
}

bool Cluster::Heartbeat(int node, const std::string& path, uint64_t incarnation, uint64_t count) {
  const Record record = At(node).table().Find(path);
  if (!record.has_instance() || record.instance->incarnation != incarnation) return false;
  nodes_[node].leases[path] = {incarnation, count, now_ms() + kLeaseMs};
  At(node).SetState(path, State::kWorking, count, MomentOf(node));
  Journal(node);
  return true;
}

void Cluster::EndLeases(int node) {
  std::map<std::string, Lease>& leases = nodes_[node].leases;
  for (auto at = leases.begin(); at != leases.end();) {
    if (at->second.expires_ms > now_ms()) {
      ++at;
      continue;
    }
    const Record record = At(node).table().Find(at->first);
    const bool mine = record.has_instance() &&
                      record.instance->incarnation == at->second.incarnation &&
                      record.instance->sequence <= at->second.count;
    if (mine) At(node).SetState(at->first, State::kUnreachable, at->second.count, MomentOf(node));
    at = leases.erase(at);
  }
  Journal(node);
}

void Cluster::Accepted(int node, Acknowledge acknowledge) {
  Journal(node);
  // Nothing changed: the acknowledgement waits for what came before all the same.
  if (nodes_[node].unsynced.empty()) nodes_[node].unsynced.push_back({{}, At(node).seen(), {}});
  nodes_[node].unsynced.back().acknowledge.push_back(std::move(acknowledge));
}

void Cluster::Journal(int node) {
  Node& at = nodes_[node];
  const VersionVector& before = at.unsynced.empty() ? at.disk.seen : at.unsynced.back().seen;
  Unit unit{{}, at.replica->seen(), {}};
  at.replica->TakeChanges([&](const Change& change) {
    if (!change.path.empty()) {
      unit.records.emplace_back(change.path, at.replica->table().Find(change.path));
    }
  });
  if (!unit.records.empty() || unit.seen != before) at.unsynced.push_back(std::move(unit));
}

void Cluster::Write(DiskState& disk, const Unit& unit) {
  for (const auto& [path, record] : unit.records) {
    if (record.empty()) {
      disk.records.erase(path);
    } else {
      disk.records[path] = record;
    }
  }
  disk.seen = unit.seen;
}

void Cluster::Sync(int node) {
  for (const Unit& unit : std::exchange(nodes_[node].unsynced, {})) {
    Write(nodes_[node].disk, unit);
    for (const Acknowledge& acknowledge : unit.acknowledge) acknowledge();
  }
}

// What was written but not synced may have reached the disk up to any point.
void Cluster::Crash(int node) {
  Node& at = nodes_[node];
  conflicts_ += at.replica->conflicts().count();
  contested_ += at.replica->contested();
  forced_ += at.replica->tombstones_forced();
  const size_t kept = random_() % (at.unsynced.size() + 1);
  for (size_t i = 0; i < kept; ++i) Write(at.disk, at.unsynced[i]);
  at.unsynced.clear();
  at.session.reset();
  at.leases.clear();
  at.replica.reset();
}

void Cluster::Start(int node) {
  Node& at = nodes_[node];
  const Origin self{static_cast<uint64_t>(node) + 1, ++at.disk.epoch};
  at.replica = std::make_unique<Replica>(
      self, options_.replica,
      [this, node](std::string_view path, uint64_t incarnation) -> std::optional<uint64_t> {
        const auto& leases = nodes_[node].leases;
        const auto lease = leases.find(std::string(path));
        if (lease == leases.end() || lease->second.incarnation != incarnation) return std::nullopt;
        if (lease->second.expires_ms <= now_ms()) return std::nullopt;
        return lease->second.count;
      });
  std::set<uint64_t> peers;
  for (int other = 0; other < size(); ++other) {
    if (other != node) peers.insert(static_cast<uint64_t>(other) + 1);
  }
  at.replica->SetPeers(peers);
  for (const auto& [path, record] : at.disk.records) {
    at.replica->Restore(path, record, MomentOf(node));
  }
  at.replica->FinishRecovery(at.disk.seen);
}

uint64_t Cluster::forced() const {
  uint64_t forced = forced_;
  for (const Node& node : nodes_) {
    if (node.replica != nullptr) forced += node.replica->tombstones_forced();
  }
  return forced;
}

std::string Cluster::BrokenBound() const {
  for (const Node& node : nodes_) {
    if (node.replica == nullptr) continue;
    const Replica& replica = *node.replica;
    if (replica.log().bytes() > options_.replica.log_bytes_max) return "bytes of the log";
    if (replica.conflicts().last().size() > Conflicts::kKeptMax) return "kept conflicts";
    // Swept once a second, so a second's worth may be above.
    constexpr size_t kPerSecond = 100;
    if (replica.tombstones() > options_.replica.tombstones.number_max + kPerSecond) {
      return "tombstones";
    }
  }
  return "";
}

}  // namespace bellrock::naming::replica
