// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "naming/instance.h"
#include "naming/replica/digest.h"
#include "naming/replica/stamp.h"

namespace bellrock::naming::replica {

using SpecPtr = std::shared_ptr<const Spec>;

// What an instance says of itself, or what its leader saw of it. `gone`: deregistered, which is the
// last word of an incarnation; it has no spec.
struct InstanceWord {
  uint64_t incarnation = 0;
  uint64_t sequence = 0;  // the instance's own count within its incarnation (heartbeats, changes)
  bool gone = false;
  State state = State::kInitial;
  SpecPtr spec;
  int64_t registered_unix_ms = 0;
  Stamp stamp;
};

// All that is known of one instance path. Both words are kept and merged apart, so that nothing the
// instance does undoes an operator (DESIGN 3.3). A dead word (deregistered, taken back) is a
// tombstone: kept until everybody has it, and not part of the digest.
struct Record {
  std::optional<InstanceWord> instance;
  std::optional<OperatorWord> operator_word;

  bool has_instance() const { return instance && !instance->gone; }
  bool has_operator() const { return operator_word && operator_word->state != nullptr; }
  bool live() const { return has_instance() || has_operator(); }
  bool empty() const { return !instance && !operator_word; }
};

// What a new record changed about an instance; the first that fits.
enum class RecordChange : uint8_t { kNew, kNewLife, kState, kSpec, kOperator };

// The merge rule: whether `a` prevails over `b`. A strict total order over words with different
// content, so that the later of any number of words is the same in whichever order they arrive.
// An instance has one natural owner, itself: its incarnation decides, within one the end, then its
// own count; only what it did not order itself is ordered by the time it was accepted, then origin.
bool Prevails(const InstanceWord& a, const InstanceWord& b);
bool Prevails(const OperatorWord& a, const OperatorWord& b);

// What instances say of themselves, but for path and incarnation.
bool SameSpec(const SpecPtr& a, const SpecPtr& b);
bool SameWord(const InstanceWord& a, const InstanceWord& b);
bool SameWord(const OperatorWord& a, const OperatorWord& b);
bool SameRecord(const Record& a, const Record& b);

// What both together know: per word the prevailing one. Commutative, associative, idempotent.
Record Merge(const Record& a, const Record& b);

// The same between two replicas that also tell what each has seen. A word that one of them lacks
// although it has seen its event was removed there, and its tombstone forgotten since: it stays
// removed (observed-remove sets, Bieniusa et al., 2012).
struct Known {
  const Record& record;
  const VersionVector& seen;
};
Record MergeSeen(const Known& mine, const Known& theirs);

// Of the live words of a record; the zero digest without one.
Digest DigestOf(std::string_view path, const Record& record);

// About what the record takes in a message or in the log.
size_t BytesOf(const Record& record);

}  // namespace bellrock::naming::replica
