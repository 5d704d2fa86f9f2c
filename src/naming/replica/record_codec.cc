// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "naming/replica/record_codec.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "naming/path.h"
#include "naming/spec_check.h"

namespace bellrock::naming::replica {
namespace {

constexpr size_t kUsualBytes = 192;
constexpr size_t kPathBytesMax = 512;  // six components at their longest (path.h)
constexpr size_t kAddressBytesMax = 256;
constexpr size_t kVersionBytesMax = 255;
constexpr uint64_t kVectorEntriesMax = 100'000;
// A number that turned over would make the next word the oldest of all. So programs may say half of
// what others may tell, and those half of what is read from disk: each can be counted on from.
constexpr uint64_t kKeptEnd = uint64_t{1} << 63;
constexpr uint64_t kToldEnd = kKeptEnd / 2;
static_assert(kCountedMax < kToldEnd / 2);

// The first byte of a record: which words it has, and what there is to know of them.
enum Flag : uint8_t {
  kInstance = 1,
  kGone = 2,
  kOperator = 4,
  kOperatorSays = 8,  // its word is not taken back
  kDisabled = 16,
  kIsolated = 32,
  kHealth = 64,  // its instance says how it is probed
  kMore = 128,   // its operator's word has a window or a document; one taken back, a reason
};

// What more there is, and the same of a maintenance window. There was only the window once.
enum MoreFlag : uint8_t {
  kBegun = 1,
  kNextDisabled = 2,
  kNextIsolated = 4,
  kNoWindow = 8,
  kDocument = 16,
};

bool HasHealth(const Spec& spec) {
  return spec.traits != nullptr && spec.traits->health.kind != HealthCheck::Kind::kNone;
}

uint8_t FlagsOf(const InstanceWord& word) {
  if (word.gone) return kInstance | kGone;
  return kInstance | (HasHealth(*word.spec) ? kHealth : 0);
}

uint8_t FlagsOf(const Record& record) {
  uint8_t flags = record.instance ? FlagsOf(*record.instance) : 0;
  if (!record.operator_word) return flags;
  flags |= kOperator;
  const OperatorState* state = record.operator_word->state.get();
  if (state == nullptr) return flags | (record.operator_word->why.empty() ? 0 : kMore);
  return flags | kOperatorSays | (state->disabled ? kDisabled : 0) |
         (state->isolated ? kIsolated : 0) |
         (state->window || !state->document.empty() ? kMore : 0);
}

void Write(ByteWriter& out, const Stamp& stamp) {
  out.Varint(stamp.time.value);
  Write(out, stamp.dot);
  out.Varint(stamp.mandate.term);
  out.Varint(stamp.mandate.island);
}

Stamp ReadStamp(ByteReader& in) {
  Stamp stamp;
  stamp.time.value = in.Below("stamp.time", kKeptEnd);
  stamp.dot = ReadDot(in);
  stamp.mandate.term = in.Varint("stamp.term");
  stamp.mandate.island = in.Varint("stamp.island");
  return stamp;
}

void Write(ByteWriter& out, const HealthCheck& health) {
  out.Byte(static_cast<uint8_t>(health.kind));
  out.Varint(static_cast<uint64_t>(health.interval_ms));
  out.Varint(static_cast<uint64_t>(health.timeout_ms));
  out.Text(health.path);
}

void Write(ByteWriter& out, const Spec& spec) {
  out.Text(spec.address);
  out.Varint(static_cast<uint64_t>(spec.weight));
  out.Varint(static_cast<uint64_t>(spec.lease_ms));
  if (spec.traits == nullptr) {
    out.Text("");
    out.Varint(0);
    return;
  }
  out.Text(spec.traits->version);
  out.Varint(spec.traits->labels.size());
  for (const auto& [key, value] : spec.traits->labels) {
    out.Text(key);
    out.Text(value);
  }
  if (HasHealth(spec)) Write(out, spec.traits->health);
}

HealthCheck ReadHealth(ByteReader& in) {
  HealthCheck health;
  health.kind = static_cast<HealthCheck::Kind>(in.Below("health.kind", HealthCheck::kKinds));
  health.interval_ms =
      static_cast<int32_t>(in.Below("health.interval_ms", kProbeIntervalMsMax + 1));
  health.timeout_ms = static_cast<int32_t>(in.Below("health.timeout_ms", kProbeIntervalMsMax + 1));
  health.path = in.Text("health.path", kHealthPathBytesMax);
  if (health.kind == HealthCheck::Kind::kNone) in.Fail("health.kind", "is none");
  return health;
}

SpecPtr ReadSpec(ByteReader& in, const std::string& path, uint64_t incarnation, uint8_t flags) {
  auto spec = std::make_shared<Spec>();
  spec->path = path;
  spec->incarnation = incarnation;
  spec->address = in.Text("address", kAddressBytesMax);
  spec->weight = static_cast<int32_t>(in.Below("weight", kWeightMax + 1));
  spec->lease_ms = static_cast<int32_t>(in.Below("lease_ms", kLeaseMsMax + 1));
  auto traits = std::make_shared<Traits>();
  traits->version = in.Text("version", kVersionBytesMax);
  for (uint64_t left = in.Below("labels", kLabelsMax + 1); left > 0 && in.ok(); --left) {
    std::string key = in.Text("label", kLabelKeyBytesMax);
    traits->labels.emplace(std::move(key), in.Text("label's value", kLabelValueBytesMax));
  }
  if ((flags & kHealth) != 0) traits->health = ReadHealth(in);
  spec->traits = std::move(traits);
  return spec;
}

void Write(ByteWriter& out, const InstanceWord& word) {
  out.Varint(word.incarnation);
  Write(out, word.stamp);
  if (word.gone) return;
  out.Varint(word.sequence);
  out.Byte(static_cast<uint8_t>(word.state));
  out.Signed(word.registered_unix_ms);
  Write(out, *word.spec);
}

InstanceWord ReadInstanceWord(ByteReader& in, uint8_t flags, const std::string& path) {
  InstanceWord word;
  word.gone = (flags & kGone) != 0;
  word.incarnation = in.Below("incarnation", kKeptEnd);
  word.stamp = ReadStamp(in);
  if (word.gone) return word;
  word.sequence = in.Below("sequence", kKeptEnd);
  word.state = static_cast<State>(in.Below("state", 3));
  word.registered_unix_ms = in.Signed("registered_unix_ms");
  word.spec = ReadSpec(in, path, word.incarnation, flags);
  return word;
}

uint8_t FlagsOf(const MaintenanceWindow& window) {
  return static_cast<uint8_t>((window.begun ? kBegun : 0) |
                              (window.next->disabled ? kNextDisabled : 0) |
                              (window.next->isolated ? kNextIsolated : 0));
}

void Write(ByteWriter& out, const MaintenanceWindow& window) {
  const OperatorState& next = *window.next;
  out.Signed(window.from_unix_ms);
  out.Signed(window.until_unix_ms);
  out.Varint(static_cast<uint64_t>(next.weight));
  out.Text(next.reason);
}

void WriteMore(ByteWriter& out, const OperatorState& state) {
  const bool document = !state.document.empty();
  const uint8_t window = state.window ? FlagsOf(*state.window) : uint8_t{kNoWindow};
  out.Byte(static_cast<uint8_t>(window | (document ? kDocument : 0)));
  if (state.window) Write(out, *state.window);
  if (document) out.Text(state.document);
}

void Write(ByteWriter& out, const OperatorWord& word) {
  Write(out, word.stamp);
  Write(out, word.replaces);
  if (word.state == nullptr) {
    if (!word.why.empty()) out.Text(word.why);
    return;
  }
  out.Varint(static_cast<uint64_t>(word.state->weight));
  out.Text(word.state->reason);
  if (word.state->window || !word.state->document.empty()) WriteMore(out, *word.state);
}

MaintenanceWindow ReadWindow(ByteReader& in, uint8_t flags) {
  MaintenanceWindow window;
  window.begun = (flags & kBegun) != 0;
  window.from_unix_ms = in.Signed("window.from_unix_ms");
  window.until_unix_ms = in.Signed("window.until_unix_ms");
  OperatorState next;
  next.disabled = (flags & kNextDisabled) != 0;
  next.isolated = (flags & kNextIsolated) != 0;
  next.weight = static_cast<int32_t>(in.Below("window.weight", kWeightMax + 1));
  next.reason = in.Text("window.reason", kReasonBytesMax);
  window.next = std::make_shared<const OperatorState>(std::move(next));
  return window;
}

void ReadMore(ByteReader& in, OperatorState& state) {
  const uint8_t flags = in.Byte("window.flags");
  if ((flags & kNoWindow) == 0) state.window = ReadWindow(in, flags);
  if ((flags & kDocument) != 0) state.document = in.Text("document", kDocumentBytesMax);
}

uint64_t LargestNumber(const Stamp& stamp) {
  return std::max(stamp.time.value, stamp.dot.sequence);
}

uint64_t LargestNumber(const Record& record) {
  uint64_t largest = 0;
  if (const auto& word = record.instance) {
    largest = std::max({LargestNumber(word->stamp), word->incarnation, word->sequence});
  }
  if (const auto& word = record.operator_word) {
    largest = std::max({largest, LargestNumber(word->stamp), word->replaces.sequence});
  }
  return largest;
}

OperatorWord ReadOperatorWord(ByteReader& in, uint8_t flags) {
  OperatorWord word;
  word.stamp = ReadStamp(in);
  word.replaces = ReadDot(in);
  if ((flags & kOperatorSays) == 0) {
    if ((flags & kMore) != 0) word.why = in.Text("operator why", kReasonBytesMax);
    return word;
  }
  OperatorState state;
  state.disabled = (flags & kDisabled) != 0;
  state.isolated = (flags & kIsolated) != 0;
  state.weight = static_cast<int32_t>(in.Below("operator weight", kWeightMax + 1));
  state.reason = in.Text("operator reason", kReasonBytesMax);
  if ((flags & kMore) != 0) ReadMore(in, state);
  word.state = std::make_shared<const OperatorState>(std::move(state));
  return word;
}

}  // namespace

void Write(ByteWriter& out, const Dot& dot) {
  out.Varint(dot.origin.node);
  out.Varint(dot.origin.epoch);
  out.Varint(dot.sequence);
}

Dot ReadDot(ByteReader& in) {
  Dot dot;
  dot.origin.node = in.Varint("dot.node");
  dot.origin.epoch = in.Varint("dot.epoch");
  dot.sequence = in.Below("dot.sequence", kKeptEnd);
  return dot;
}

void Write(ByteWriter& out, std::string_view path, const Record& record) {
  out.Text(path);
  out.Byte(FlagsOf(record));
  if (record.instance) Write(out, *record.instance);
  if (record.operator_word) Write(out, *record.operator_word);
}

PathRecord ReadRecord(ByteReader& in) {
  PathRecord read;
  read.path = in.Text("path", kPathBytesMax);
  if (const auto path = Path::ParseInstance(read.path); !path.ok() || path->text() != read.path) {
    in.Fail("path", "is not an instance's path");
  }
  const uint8_t flags = in.Byte("flags");
  if ((flags & kInstance) != 0) {
    read.record.instance = ReadInstanceWord(in, flags, read.path);
  }
  if ((flags & kOperator) != 0) read.record.operator_word = ReadOperatorWord(in, flags);
  return read;
}

void Write(ByteWriter& out, const VersionVector& vector) {
  out.Varint(vector.entries().size());
  for (const auto& [origin, sequence] : vector.entries()) Write(out, Dot{origin, sequence});
  out.Varint(vector.folds().size());
  for (const auto& [node, epoch] : vector.folds()) {
    out.Varint(node);
    out.Varint(epoch);
  }
}

VersionVector ReadVector(ByteReader& in) {
  VersionVector vector;
  for (uint64_t n = in.Below("vector", kVectorEntriesMax); n > 0 && in.ok(); --n) {
    vector.Raise(ReadDot(in));
  }
  for (uint64_t n = in.Below("folds", kVectorEntriesMax); n > 0 && in.ok(); --n) {
    const uint64_t node = in.Varint("fold.node");
    vector.Fold(node, in.Varint("fold.epoch"));
  }
  return vector;
}

std::string EncodeRecord(std::string_view path, const Record& record) {
  ByteWriter out(kUsualBytes);
  Write(out, path, record);
  return out.Take();
}

Result<PathRecord> DecodeRecord(std::string_view bytes) {
  ByteReader in(bytes);
  PathRecord read = ReadRecord(in);
  BELLROCK_TRY(in.Finish());
  if (LargestNumber(read.record) >= kToldEnd) {
    return InvalidArgumentError("record of " + read.path + ": a number of it is out of range");
  }
  return read;
}

std::string EncodeEvent(const ReplicaEvent& event) {
  return EncodeRecord(event.path, event.word);
}

Result<ReplicaEventPtr> DecodeEvent(std::string_view bytes) {
  BELLROCK_ASSIGN(PathRecord read, DecodeRecord(bytes));
  const Record& word = read.record;
  if (word.instance.has_value() == word.operator_word.has_value()) {
    return InvalidArgumentError("event of " + read.path + ": it has to hold one word, not " +
                                (word.instance ? "two" : "none"));
  }
  auto event = std::make_shared<ReplicaEvent>();
  event->dot = word.instance ? word.instance->stamp.dot : word.operator_word->stamp.dot;
  if (event->dot.sequence == 0) return InvalidArgumentError("event of " + read.path + ": no dot");
  event->path = std::move(read.path);
  event->word = std::move(read.record);
  return ReplicaEventPtr(std::move(event));
}

}  // namespace bellrock::naming::replica
