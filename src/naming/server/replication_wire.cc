// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "naming/server/replication_wire.h"

#include <utility>

#include "naming/path.h"

namespace bellrock::naming::server {
namespace {

void ToWire(const replica::Origin& from, v1::Origin& to) {
  to.set_node(from.node);
  to.set_epoch(from.epoch);
}
replica::Origin FromWire(const v1::Origin& from) {
  return {from.node(), from.epoch()};
}

void ToWire(const replica::VersionVector& from, v1::VersionVector& to) {
  for (const auto& [origin, sequence] : from.entries()) {
    v1::VersionVector::Entry& entry = *to.add_entries();
    ToWire(origin, *entry.mutable_origin());
    entry.set_sequence(sequence);
  }
  for (const auto& [node, epoch] : from.folds()) {
    v1::VersionVector::Fold& fold = *to.add_folds();
    fold.set_node(node);
    fold.set_epoch(epoch);
  }
}
replica::VersionVector FromWire(const v1::VersionVector& from) {
  replica::VersionVector vector;
  for (const auto& entry : from.entries()) {
    vector.Raise({FromWire(entry.origin()), entry.sequence()});
  }
  for (const auto& fold : from.folds()) vector.Fold(fold.node(), fold.epoch());
  return vector;
}

void ToWire(const replica::Digest& from, v1::Digest& to) {
  to.set_low(from.low);
  to.set_high(from.high);
  to.set_records(from.records);
}
replica::Digest FromWire(const v1::Digest& from) {
  return {from.low(), from.high(), from.records()};
}

template <typename Records>
Result<std::vector<replica::PathRecord>> RecordsFromWire(const Records& from) {
  std::vector<replica::PathRecord> records;
  records.reserve(static_cast<size_t>(from.size()));
  for (const std::string& bytes : from) {
    BELLROCK_ASSIGN(replica::PathRecord record, replica::DecodeRecord(bytes));
    records.push_back(std::move(record));
  }
  return records;
}

Status CheckDirectory(const std::string& path) {
  BELLROCK_ASSIGN(const Path parsed, Path::Parse(path));
  if (parsed.depth() < kPathDepth && parsed.text() == path) return Status::Ok();
  return InvalidArgumentError("path " + path + ": is no directory");
}

}  // namespace

void ToWire(const replica::SeenBy& from, v1::SeenBy& to) {
  ToWire(from.life, *to.mutable_life());
  to.set_count(from.count);
  ToWire(from.seen, *to.mutable_seen());
  to.mutable_peers()->Add(from.peers.begin(), from.peers.end());
}
replica::SeenBy FromWire(const v1::SeenBy& from) {
  return {FromWire(from.life()),
          from.count(),
          FromWire(from.seen()),
          {from.peers().begin(), from.peers().end()}};
}

void ToWire(const replica::PullReply& from, v1::PullReply& to) {
  ToWire(from.from, *to.mutable_from());
  for (const replica::ReplicaEventPtr& event : from.events) {
    to.add_events(replica::EncodeEvent(*event));
  }
  to.set_more(from.more);
  to.set_repair(from.repair);
}
Result<replica::PullReply> FromWire(const v1::PullReply& from) {
  replica::PullReply reply{FromWire(from.from()), {}, from.more(), from.repair()};
  reply.events.reserve(static_cast<size_t>(from.events_size()));
  for (const std::string& bytes : from.events()) {
    BELLROCK_ASSIGN(replica::ReplicaEventPtr event, replica::DecodeEvent(bytes));
    reply.events.push_back(std::move(event));
  }
  return reply;
}

void ToWire(const replica::RepairRequest& from, v1::RepairRequest& to) {
  ToWire(from.from, *to.mutable_from());
  ToWire(from.to, *to.mutable_to());
  to.set_session(from.session);
  to.set_round(from.round);
  ToWire(from.seen, *to.mutable_seen());
  for (const replica::NodeCheck& check : from.checks) {
    v1::RepairRequest::Check& wire = *to.add_checks();
    wire.set_path(check.path);
    wire.set_after(check.after);
    ToWire(check.digest, *wire.mutable_digest());
  }
  for (const replica::PathRecord& record : from.records) {
    to.add_records(replica::EncodeRecord(record.path, record.record));
  }
  to.set_finished(from.finished);
}
Result<replica::RepairRequest> FromWire(const v1::RepairRequest& from) {
  replica::RepairRequest request;
  request.from = FromWire(from.from());
  request.to = FromWire(from.to());
  request.session = from.session();
  request.round = from.round();
  request.seen = FromWire(from.seen());
  for (const auto& check : from.checks()) {
    BELLROCK_TRY(CheckDirectory(check.path()).WithContext("checks"));
    request.checks.push_back({check.path(), check.after(), FromWire(check.digest())});
  }
  BELLROCK_ASSIGN(request.records, RecordsFromWire(from.records()));
  request.finished = from.finished();
  return request;
}

void ToWire(const replica::RepairReply& from, v1::RepairReply& to) {
  ToWire(from.from, *to.mutable_from());
  ToWire(from.to, *to.mutable_to());
  to.set_session(from.session);
  to.set_round(from.round);
  ToWire(from.seen, *to.mutable_seen());
  for (const replica::NodeAnswer& answer : from.answers) {
    v1::RepairReply::Answer& wire = *to.add_answers();
    wire.set_path(answer.path);
    wire.set_after(answer.after);
    wire.set_equal(answer.equal);
    wire.set_more(answer.more);
    for (const replica::ChildDigest& child : answer.children) {
      v1::RepairReply::Child& digest = *wire.add_children();
      digest.set_name(child.name);
      ToWire(child.digest, *digest.mutable_digest());
    }
  }
  for (const replica::PathRecord& record : from.records) {
    to.add_records(replica::EncodeRecord(record.path, record.record));
  }
  for (const std::string& path : from.later) to.add_later(path);
}
Result<replica::RepairReply> FromWire(const v1::RepairReply& from) {
  replica::RepairReply reply;
  reply.from = FromWire(from.from());
  reply.to = FromWire(from.to());
  reply.session = from.session();
  reply.round = from.round();
  reply.seen = FromWire(from.seen());
  for (const auto& wire : from.answers()) {
    BELLROCK_TRY(CheckDirectory(wire.path()).WithContext("answers"));
    replica::NodeAnswer answer{wire.path(), wire.after(), wire.equal(), wire.more(), {}};
    for (const auto& child : wire.children()) {
      answer.children.push_back({child.name(), FromWire(child.digest())});
    }
    if (answer.more && answer.children.empty()) {
      return InvalidArgumentError("answers: more to come after no children");
    }
    reply.answers.push_back(std::move(answer));
  }
  BELLROCK_ASSIGN(reply.records, RecordsFromWire(from.records()));
  for (const std::string& path : from.later()) {
    BELLROCK_TRY(Path::ParseInstance(path).status().WithContext("later"));
    reply.later.push_back(path);
  }
  return reply;
}

}  // namespace bellrock::naming::server
