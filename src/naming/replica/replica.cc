// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "naming/replica/replica.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "naming/replica/record_codec.h"
#include "naming/spec_check.h"

namespace bellrock::naming::replica {
namespace {

Status Refused(const Spec& spec, const InstanceWord& known) {
  return AbortedError(
      fmt::format("instance.incarnation {} of {}: {} ({}); use a higher one, or 0 "
                  "to let the server count",
                  spec.incarnation, spec.path,
                  known.gone ? "deregistered" : "a later one has registered", known.incarnation));
}

Hlc TimeOf(const Record& record) {
  return record.instance ? record.instance->stamp.time : Hlc{};
}

bool DeadIn(const std::optional<InstanceWord>& word) {
  return word && word->gone;
}
bool DeadIn(const std::optional<OperatorWord>& word) {
  return word && word->state == nullptr;
}

// An instance's own count, with room to count on from it.
uint64_t Counted(uint64_t sequence) {
  return std::min(sequence, kCountedMax);
}

// Whether `after` has a dead word that `before` did not have.
template <typename Word>
bool Died(const std::optional<Word>& before, const std::optional<Word>& after) {
  return DeadIn(after) && !(before && before->stamp.dot == after->stamp.dot);
}

}  // namespace

Replica::Replica(const Origin& self, const ReplicaOptions& options, LeaseHere lease_here,
                 RecordObserver* observer)
    : self_(self),
      options_(options),
      lease_here_(std::move(lease_here)),
      table_(observer),
      log_(options.log_bytes_max),
      tombstones_(options.tombstones),
      stability_(self.node) {}

Stamp Replica::NextStamp(Hlc after, const Moment& at) {
  return {clock_.Stamp(at.unix_ms, after), {self_, seen_.At(self_) + 1}, mandate_};
}

Result<ReplicaEventPtr> Replica::Register(const Spec& spec, uint64_t sequence, const Moment& at) {
  const Record record = table_.Find(spec.path);
  const InstanceWord* known = record.instance ? &*record.instance : nullptr;
  const bool outdated =
      known != nullptr && (spec.incarnation < known->incarnation ||
                           (known->gone && spec.incarnation == known->incarnation));
  if (spec.incarnation != 0 && outdated) return Refused(spec, *known);
  const bool same = known != nullptr && spec.incarnation == known->incarnation;
  InstanceWord word;
  auto said = std::make_shared<Spec>(spec);
  if (same && SameSpec(known->spec, said)) return ReplicaEventPtr();
  word.stamp = NextStamp(TimeOf(record), at);
  word.incarnation = spec.incarnation;
  if (spec.incarnation == 0) {
    // By time, not by counting: a tombstone that is forgotten here may still be known elsewhere.
    word.incarnation = std::max<uint64_t>(known != nullptr ? known->incarnation + 1 : 0,
                                          static_cast<uint64_t>(word.stamp.time.unix_ms()));
  }
  said->incarnation = word.incarnation;
  word.spec = std::move(said);
  word.sequence = std::max<uint64_t>(Counted(sequence), same ? known->sequence + 1 : 1);
  // One that has sent heartbeats before only changes to a node that does not know it yet.
  const State fresh = sequence > 1 ? State::kWorking : State::kInitial;
  word.state = same ? known->state : fresh;
  word.registered_unix_ms = same ? known->registered_unix_ms : at.unix_ms;
  const Dot dot = word.stamp.dot;
  return Accept(spec.path, record, {std::move(word), std::nullopt}, dot, at);
}

ReplicaEventPtr Replica::Deregister(std::string_view path, uint64_t incarnation, const Moment& at) {
  const Record record = table_.Find(path);
  const InstanceWord* known = record.instance ? &*record.instance : nullptr;
  if (known == nullptr && incarnation == 0) return nullptr;
  if (incarnation == 0) incarnation = known->incarnation;
  // Somebody who comes late does not end a later life.
  if (known != nullptr &&
      (incarnation < known->incarnation || (known->gone && incarnation == known->incarnation))) {
    return nullptr;
  }
  InstanceWord word;
  word.incarnation = incarnation;
  word.gone = true;
  word.stamp = NextStamp(TimeOf(record), at);
  const Dot dot = word.stamp.dot;
  return Accept(path, record, {std::move(word), std::nullopt}, dot, at);
}

ReplicaEventPtr Replica::SetState(std::string_view path, State state, uint64_t sequence,
                                  const Moment& at) {
  const Record record = table_.Find(path);
  if (!record.has_instance()) return nullptr;
  InstanceWord word = *record.instance;
  if (word.state == state) return nullptr;
  // A heartbeat is a word of the instance, a lease's end is not: it counts no further.
  word.sequence =
      std::max(Counted(sequence), word.sequence + (state == State::kUnreachable ? 0 : 1));
  word.state = state;
  word.stamp = NextStamp(word.stamp.time, at);
  const Dot dot = word.stamp.dot;
  return Accept(path, record, {std::move(word), std::nullopt}, dot, at);
}

ReplicaEventPtr Replica::TakeOver(std::string_view path, uint64_t sequence, const Moment& at) {
  const Record record = table_.Find(path);
  if (!record.has_instance()) return nullptr;
  InstanceWord word = *record.instance;
  word.sequence = std::max(Counted(sequence), word.sequence + 1);
  word.stamp = NextStamp(word.stamp.time, at);
  const Dot dot = word.stamp.dot;
  return Accept(path, record, {std::move(word), std::nullopt}, dot, at);
}

ReplicaEventPtr Replica::Operate(std::string_view path, const OperatorState& state,
                                 const Moment& at) {
  const Record record = table_.Find(path);
  OperatorWord word;
  if (state.says_something()) {
    word.state = std::make_shared<const OperatorState>(state);
  } else {
    word.why = state.reason;
  }
  Hlc after;
  if (record.operator_word) {
    const OperatorWord& known = *record.operator_word;
    const bool both = word.state != nullptr && known.state != nullptr;
    if (both ? *word.state == *known.state : word.state == known.state) return nullptr;
    word.replaces = known.stamp.dot;
    after = known.stamp.time;
  } else if (word.state == nullptr) {
    return nullptr;
  }
  word.stamp = NextStamp(after, at);
  const Dot dot = word.stamp.dot;
  return Accept(path, record, {std::nullopt, std::move(word)}, dot, at);
}

// `known` is what the table has.
ReplicaEventPtr Replica::Accept(std::string_view path, const Record& known, Record word,
                                const Dot& dot, const Moment& at) {
  auto event = std::make_shared<ReplicaEvent>();
  event->dot = dot;
  event->path = std::string(path);
  event->word = std::move(word);
  seen_.Raise(dot);
  log_.Append(dot, EncodeEvent(*event));
  Store(event->path, known, Merge(known, event->word), event->dot, at);
  return event;
}

PullReply Replica::AnswerPull(const PullRequest& request) {
  stability_.Heard(request);
  EventLog::Lack lack = log_.Lacking(request.seen, options_.batch_bytes_max);
  const bool repair = lack.out_of_reach || !request.seen.CoversFolds(seen_);
  return {Say(), std::move(lack.events), lack.more, repair};
}

Replica::Applied Replica::Apply(const PullReply& reply, const Moment& at) {
  stability_.Heard(reply.from);
  Applied applied;
  for (const std::string& event : reply.events) {
    if (!ApplyOne(event, applied, at)) break;
  }
  if (reply.repair && !seen_.Covers(reply.from.seen)) applied.repair = true;
  return applied;
}

bool Replica::ApplyOne(const std::string& bytes, Applied& applied, const Moment& at) {
  const Result<ReplicaEventPtr> decoded = DecodeEvent(bytes);
  if (!decoded.ok()) {
    applied.unreadable = decoded.status();
    return false;
  }
  const ReplicaEventPtr& event = *decoded;
  const uint64_t has = seen_.At(event->dot.origin);
  if (event->dot.sequence <= has) {
    ++applied.known;
    return true;
  }
  if (event->dot.sequence != has + 1) {
    applied.repair = true;
    return false;
  }
  ++applied.events;
  seen_.Raise(event->dot);
  log_.Append(event->dot, bytes);
  const Record mine = table_.Find(event->path);
  NoteConflicts(event->path, mine, event->word);
  Store(event->path, mine, Merge(mine, event->word), event->dot, at);
  Contest(event->path, at);
  return true;
}

void Replica::MergeFrom(const std::string& path, const Record& theirs, const VersionVector& seen,
                        const Moment& at) {
  const Record mine = table_.Find(path);
  NoteConflicts(path, mine, theirs);
  Store(path, mine, MergeSeen({mine, seen_}, {theirs, seen}), {}, at);
  Contest(path, at);
}

void Replica::NoteConflicts(const std::string& path, const Record& mine, const Record& theirs) {
  if (mine.instance && theirs.instance) conflicts_.Note(path, *mine.instance, *theirs.instance);
  if (mine.operator_word && theirs.operator_word) {
    conflicts_.Note(path, *mine.operator_word, *theirs.operator_word);
  }
}

// Another leader lost sight of an instance whose heartbeats come to this one. It is spoken for at
// once, before anybody is told.
void Replica::Contest(const std::string& path, const Moment& at) {
  const Instance* instance = table_.tree().Find(path);
  if (instance == nullptr || instance->state != State::kUnreachable) return;
  if (lease_here_ == nullptr) return;
  const std::optional<uint64_t> heard = lease_here_(path, instance->incarnation);
  if (!heard) return;
  ++contested_;
  SetState(path, State::kWorking, *heard, at);
}

void Replica::Store(const std::string& path, const Record& before, const Record& record,
                    const Dot& seen, const Moment& at) {
  if (SameRecord(before, record)) {
    if (seen.sequence != 0) changes_.push_back({"", seen, nullptr});
    return;
  }
  if (record.instance) clock_.Observe(record.instance->stamp.time, at.unix_ms);
  if (record.operator_word) clock_.Observe(record.operator_word->stamp.time, at.unix_ms);
  if (Died(before.instance, record.instance)) {
    tombstones_.Add(path, Tombstones::Word::kInstance, record.instance->stamp.dot, at.now);
  }
  if (Died(before.operator_word, record.operator_word)) {
    tombstones_.Add(path, Tombstones::Word::kOperator, record.operator_word->stamp.dot, at.now);
  }
  table_.Put(path, before, record);
  changes_.push_back({path, seen, nullptr});
}

void Replica::Adopt(const VersionVector& seen) {
  if (seen_.Covers(seen)) return;
  for (const auto& [node, epoch] : seen.folds()) Fold(node, epoch);
  for (const auto& [origin, sequence] : seen.entries()) {
    if (seen_.Covers(Dot{origin, sequence})) continue;
    seen_.Raise({origin, sequence});
    log_.Restart({origin, sequence});
  }
  changes_.push_back({"", {}, std::make_shared<const VersionVector>(seen)});
}

void Replica::Fold(uint64_t node, uint64_t epoch) {
  if (seen_.At({node, epoch - 1}) == VersionVector::kWhole) return;
  for (const auto& [origin, sequence] : seen_.entries()) {
    if (origin.node == node && origin.epoch < epoch) log_.Forget(origin);
  }
  seen_.Fold(node, epoch);
}

void Replica::HearShared(const std::vector<SeenBy>& share) {
  for (const SeenBy& peer : share) stability_.Heard(peer);
}

void Replica::Sweep(const Moment& at) {
  stability_.Step(seen_);
  for (const auto& [node, epoch] : stability_.Foldable(seen_)) Fold(node, epoch);
  for (const Tombstones::Entry& entry : tombstones_.Sweep(stability_.stable(), at.now)) {
    Forget(entry);
  }
}

void Replica::Forget(const Tombstones::Entry& entry) {
  const Record known = table_.Find(entry.path);
  Record record = known;
  if (entry.word == Tombstones::Word::kInstance) {
    if (!record.instance || record.instance->stamp.dot != entry.dot) return;
    record.instance.reset();
  } else {
    if (!record.operator_word || record.operator_word->stamp.dot != entry.dot) return;
    record.operator_word.reset();
  }
  if (entry.forced) ++tombstones_forced_;
  table_.Put(entry.path, known, record);
  changes_.push_back({entry.path, {}, nullptr});
}

void Replica::Restore(const std::string& path, const Record& record, const Moment& at) {
  const Record known = table_.Find(path);
  Record merged = Merge(known, record);
  if (record.empty()) {
    if (!merged.has_instance()) merged.instance.reset();
    if (!merged.has_operator()) merged.operator_word.reset();
  }
  Store(path, known, merged, {}, at);
}

void Replica::FinishRecovery(const VersionVector& seen) {
  Adopt(seen);
  changes_.clear();
}

}  // namespace bellrock::naming::replica
