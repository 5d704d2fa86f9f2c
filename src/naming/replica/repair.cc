// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "naming/replica/repair.h"

#include <algorithm>
#include <map>
#include <utility>

namespace bellrock::naming::replica {
namespace {

constexpr size_t kChildBytes = 32;  // besides its name
constexpr size_t kAnswerBytes = 64;
constexpr size_t kRecordBytesUsual = 320;

// Fills in the children while there is room.
void ListChildren(const RecordTable& table, NodeAnswer& answer, size_t& bytes) {
  table.ForEachChild(answer.path, answer.after, [&](std::string_view name, const Digest& digest) {
    if (bytes >= kRepairBytesMax) {
      answer.more = true;
      return false;
    }
    bytes += kChildBytes + name.size();
    answer.children.push_back({std::string(name), digest});
    return true;
  });
}

// At least one per reply, so that a session always gets on.
void Answer(Record mine, const PathRecord& theirs, RepairReply& reply, size_t& bytes) {
  if (SameRecord(mine, theirs.record)) return;
  if (bytes >= kRepairBytesMax) {
    reply.later.push_back(theirs.path);
    return;
  }
  bytes += theirs.path.size() + BytesOf(mine);
  reply.records.push_back({theirs.path, std::move(mine)});
}

}  // namespace

RepairFigures& RepairFigures::operator+=(const RepairFigures& other) {
  checks += other.checks;
  ended_at_root += other.ended_at_root;
  lagging += other.lagging;
  failed += other.failed;
  nodes += other.nodes;
  records += other.records;
  return *this;
}

RepairReply AnswerRepair(Replica& replica, const RepairRequest& request, const Moment& at) {
  RepairReply reply;
  reply.from = replica.self();
  reply.to = request.from;
  reply.session = request.session;
  reply.round = request.round;
  const bool same_life = request.to.epoch == 0 || request.to == replica.self();
  if (same_life) {
    size_t bytes = 0;
    for (const PathRecord& theirs : request.records) {
      replica.MergeFrom(theirs.path, theirs.record, request.seen, at);
      Answer(replica.table().Find(theirs.path), theirs, reply, bytes);
    }
    for (const NodeCheck& check : request.checks) {
      if (bytes >= kRepairBytesMax) break;
      NodeAnswer answer{check.path, check.after, false, false, {}};
      answer.equal = replica.table().At(check.path) == check.digest;
      if (!answer.equal) ListChildren(replica.table(), answer, bytes);
      bytes += kAnswerBytes + check.path.size();
      reply.answers.push_back(std::move(answer));
    }
    if (request.finished) replica.Adopt(request.seen);
  }
  reply.seen = replica.seen();
  return reply;
}

RepairSession::RepairSession(Replica& replica, uint64_t id, Kind kind)
    : replica_(replica), kind_(kind), seen_at_start_(replica.seen()), pending_{{"/", ""}} {
  request_.session = id;
  NextRequest();
}

RepairRequest RepairSession::Blank() const {
  RepairRequest request;
  request.from = replica_.self();
  request.to = request_.to;
  request.session = request_.session;
  request.round = request_.round + 1;
  return request;
}

void RepairSession::NextRequest() {
  request_ = Blank();
  request_.seen = replica_.seen();
  size_t bytes = 0;
  while (!differing_.empty() && bytes < kRepairBytesMax) {
    PathRecord mine{std::move(differing_.front()), {}};
    differing_.pop_front();
    mine.record = replica_.table().Find(mine.path);
    if (!mine.record.empty()) ++figures_.records;
    // What comes back may be larger than what is sent.
    bytes += mine.path.size() + std::max(BytesOf(mine.record), kRecordBytesUsual);
    request_.records.push_back(std::move(mine));
  }
  // New differences only after the known ones have gone, which bounds both lists.
  if (!differing_.empty()) return;
  const size_t checks = std::min(pending_.size(), kRepairChecksMax);
  for (size_t i = pending_.size() - checks; i < pending_.size(); ++i) {
    const Pending& next = pending_[i];
    request_.checks.push_back({next.path, next.after, replica_.table().At(next.path)});
  }
}

void RepairSession::OnReply(const RepairReply& reply, const Moment& at) {
  const bool mine = reply.to == request_.from && reply.session == request_.session;
  if (done_ || !mine || reply.round != request_.round) return;
  if (request_.to.epoch == 0) {
    request_.to = reply.from;
    theirs_at_start_ = reply.seen;
    if (Lags(reply)) {
      done_ = true;
      figures_.lagging = 1;
      return;
    }
  } else if (reply.from != request_.to) {
    // It lost what was not on disk, perhaps some of what this session brought.
    if (reply.from.node == request_.to.node) Fail();
    return;
  }
  for (const PathRecord& theirs : reply.records) {
    replica_.MergeFrom(theirs.path, theirs.record, reply.seen, at);
  }
  for (const PathRecord& theirs : reply.records) {
    if (!theirs.record.empty()) ++figures_.records;
  }
  differing_.insert(differing_.begin(), reply.later.begin(), reply.later.end());
  for (const NodeAnswer& answer : reply.answers) OnAnswer(answer);
  if (pending_.empty() && differing_.empty()) return End(reply.seen);
  if (request_.round >= kRepairRoundsMax) return Fail();
  NextRequest();
}

bool RepairSession::Lags(const RepairReply& reply) const {
  if (kind_ == Kind::kNeeded || reply.answers.empty() || reply.answers.front().equal) return false;
  return reply.seen != request_.seen;
}

void RepairSession::OnAnswer(const NodeAnswer& answer) {
  const auto at = std::find_if(pending_.rbegin(), pending_.rend(), [&](const Pending& pending) {
    return pending.path == answer.path && pending.after == answer.after;
  });
  if (at == pending_.rend()) return;
  pending_.erase(std::next(at).base());
  ++figures_.nodes;
  if (!answer.equal) Compare(answer);
}

void RepairSession::Compare(const NodeAnswer& answer) {
  const std::string last = answer.more ? answer.children.back().name : "";
  if (answer.more) pending_.push_back({answer.path, last});
  std::map<std::string, Digest, std::less<>> mine;
  replica_.table().ForEachChild(answer.path, answer.after,
                                [&](std::string_view name, const Digest& digest) {
                                  if (answer.more && name > last) return false;
                                  mine.emplace(name, digest);
                                  return true;
                                });
  std::vector<std::string> differing;
  for (const ChildDigest& child : answer.children) {
    const auto at = mine.find(child.name);
    if (at == mine.end() || at->second != child.digest) differing.push_back(child.name);
    if (at != mine.end()) mine.erase(at);
  }
  for (const auto& [name, digest] : mine) differing.push_back(name);
  const bool leaves = LevelOf(answer.path) == kClusterLevel;
  for (const std::string& name : differing) {
    std::string path = ChildPath(answer.path, name);
    if (leaves) {
      differing_.push_back(std::move(path));
    } else {
      pending_.push_back({std::move(path), ""});
    }
  }
}

void RepairSession::End(const VersionVector& theirs) {
  done_ = true;
  figures_.checks = 1;
  figures_.ended_at_root = figures_.nodes == 1 && figures_.records == 0 ? 1 : 0;
  replica_.Adopt(*theirs_at_start_);
  request_ = Blank();
  request_.seen = seen_at_start_;
  request_.finished = !theirs.Covers(seen_at_start_);
}

void RepairSession::Fail() {
  done_ = true;
  figures_.failed = 1;
}

}  // namespace bellrock::naming::replica
