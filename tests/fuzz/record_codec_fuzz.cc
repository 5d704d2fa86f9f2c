// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
// Records, events, the journal's units and a snapshot's entries, which other versions, a bad disk
// or another node wrote. What a decoder accepts encodes to the same again; a registry that has read
// any of it goes on, the next word said there prevails, and what it then journals is read back as
// the same.
#include <iterator>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/check.h"
#include "fuzz_input.h"
#include "naming/node/node.h"
#include "naming/replica/journal.h"
#include "naming/replica/record_codec.h"

namespace bellrock::naming::replica {
namespace {

constexpr size_t kPiecesMax = 24;
constexpr size_t kEntriesPerTurn = 3;
constexpr uint64_t kSelf = 0x9e3779b97f4a7c15;  // nobody speaks for it by chance
constexpr std::string_view kPath = "/a/b/c/d/e/f";

void CheckRecord(const std::string& bytes) {
  const auto read = DecodeRecord(bytes);
  if (!read.ok()) return;
  const std::string encoded = EncodeRecord(read->path, read->record);
  const auto again = DecodeRecord(encoded);
  BELLROCK_CHECK(again.ok() && EncodeRecord(again->path, again->record) == encoded,
                 "a record survives");
  BELLROCK_CHECK(SameRecord(again->record, read->record), "and says the same");
  BELLROCK_CHECK(DigestOf(again->path, again->record) == DigestOf(read->path, read->record),
                 "with the same digest");
}

// Numbers at which something may turn over, and usual ones.
uint64_t Number(fuzz::Input& input) {
  constexpr uint64_t kAround[] = {0, 1, 7, 8, uint64_t{1'800'000'000'000} << 16, uint64_t{1} << 62};
  const uint8_t choice = input.Byte();
  return kAround[choice % std::size(kAround)] + choice / 16 - 8;
}

Stamp StampOf(fuzz::Input& input) {
  Stamp stamp;
  stamp.time.value = Number(input);
  stamp.dot = {{1 + input.Byte() % 2U, Number(input)}, Number(input)};
  stamp.mandate = {Number(input), Number(input)};
  return stamp;
}

// A whole record, as somebody may have said it who kept to the format.
std::string MakeRecord(fuzz::Input& input) {
  const uint8_t how = input.Byte();
  const std::string path((how & 32) != 0 ? "/a/b/c/d/e/g" : kPath);
  Record record;
  if ((how & 1) != 0) {
    InstanceWord word;
    word.incarnation = Number(input);
    word.stamp = StampOf(input);
    word.gone = (how & 2) != 0;
    if (!word.gone) {
      word.sequence = Number(input);
      word.state = static_cast<State>(input.Byte() % 3);
      Spec spec;
      spec.path = path;
      spec.address = input.Bytes(input.Byte() % 8);
      spec.lease_ms = input.Byte() * 100;
      word.spec = std::make_shared<const Spec>(spec);
    }
    record.instance = std::move(word);
  }
  if ((how & 4) != 0) {
    OperatorWord word;
    word.stamp = StampOf(input);
    OperatorState state;
    state.disabled = (how & 16) != 0;
    if ((how & 32) != 0) state.document = input.Bytes(1 + input.Byte());
    if ((how & 8) != 0) word.state = std::make_shared<const OperatorState>(state);
    record.operator_word = std::move(word);
  }
  return EncodeRecord(path, record);
}

// As the journal frames them (journal.cc).
std::string MakeUnit(fuzz::Input& input, bool in_snapshot) {
  const std::string record = MakeRecord(input);
  return in_snapshot ? '\x22' + record : "\x20\x01" + record + '\0';
}

struct Piece {
  enum class Kind : uint8_t { kUnit, kEntry, kEvent };
  Kind kind = Kind::kUnit;
  Duration pause{};
  std::string bytes;
};

std::vector<Piece> Read(fuzz::Input& input) {
  std::vector<Piece> pieces;
  while (pieces.size() < kPiecesMax && !input.empty()) {
    const uint8_t how = input.Byte();
    Piece piece{static_cast<Piece::Kind>(how % 3), std::chrono::milliseconds(how * 40), ""};
    if ((how & 128) == 0) {
      piece.bytes = input.Bytes(input.Short());
    } else if (piece.kind == Piece::Kind::kEvent) {
      piece.bytes = MakeRecord(input);
    } else {
      piece.bytes = MakeUnit(input, piece.kind == Piece::Kind::kEntry);
    }
    pieces.push_back(std::move(piece));
  }
  return pieces;
}

// One life of a node: what it reads first, then what others tell it, then words of its own.
class Life {
 public:
  explicit Life(uint64_t epoch) : node_({kSelf, epoch}, {}, 1), recovery_(replica()) {
    node_.registry().BeginRecovery();
  }

  void ReadUnit(const std::string& bytes) { (void)recovery_.OnUnit(bytes, at_); }
  void ReadEntry(const std::string& bytes) { (void)recovery_.OnSnapshotEntry(bytes, at_); }
  void Begin() {
    recovery_.Finish();
    node_.registry().FinishRecovery();
    node_.SetPlan(node::AlonePlan({kSelf, "n", "a", ""}), at_.now);
  }
  void Hear(const std::string& bytes) {
    const auto event = DecodeEvent(bytes);
    if (!event.ok()) return;
    const std::string encoded = EncodeEvent(**event);
    const auto again = DecodeEvent(encoded);
    BELLROCK_CHECK(again.ok() && EncodeEvent(**again) == encoded, "an event survives");
    PullReply reply;
    reply.from.life = (*event)->dot.origin;
    reply.events.push_back(*event);
    (void)replica().Apply(reply, at_);
  }
  void Pass(Duration time) {
    at_.now += time;
    at_.unix_ms += std::chrono::duration_cast<std::chrono::milliseconds>(time).count();
    (void)node_.Tick(at_);
  }
  void Speak() {
    Spec spec;
    spec.path = kPath;
    spec.traits = std::make_shared<const Traits>();
    spec.address = "127.0.0.1:1";
    const auto registered = node_.registry().Register(spec, 0, at_);
    BELLROCK_CHECK(registered.ok(), "a program may always register anew");
    const Record now = replica().table().Find(kPath);
    BELLROCK_CHECK(now.has_instance() && now.instance->spec->address == spec.address &&
                       now.instance->incarnation == registered->incarnation,
                   "and is what it says");
    OperatorState word;
    word.disabled = true;
    word.reason = "last";
    BELLROCK_CHECK(node_.registry().Operate(kPath, word, at_).ok(), "operators are heard");
    const Record said = replica().table().Find(kPath);
    BELLROCK_CHECK(said.has_operator() && *said.operator_word->state == word,
                   "the last word holds");
  }

  std::vector<std::string> Units() {
    std::vector<std::string> units;
    for (journal_.Collect(replica()); !journal_.idle(); journal_.Written()) {
      units.push_back(journal_.NextUnit(replica()));
    }
    return units;
  }
  std::vector<std::string> Snapshot() {
    SnapshotCursor cursor;
    std::vector<std::string> entries;
    while (!cursor.Next(replica(), entries.size() + kEntriesPerTurn, entries)) {
    }
    return entries;
  }
  void Reads(const std::vector<std::string>& entries, const std::vector<std::string>& units) {
    for (const std::string& bytes : entries) {
      BELLROCK_CHECK(recovery_.OnSnapshotEntry(bytes, at_).ok(), "a snapshot is read back");
    }
    for (const std::string& bytes : units) {
      BELLROCK_CHECK(recovery_.OnUnit(bytes, at_).ok(), "a journal is read back");
    }
    Begin();
  }
  void IsAs(Life& other) {
    BELLROCK_CHECK(replica().table().root() == other.replica().table().root(), "with all records");
    // Not its folds: they are made again.
    for (const auto& [origin, sequence] : other.replica().seen().entries()) {
      BELLROCK_CHECK(replica().seen().Covers(Dot{origin, sequence}), "and all that was seen");
    }
  }

 private:
  Replica& replica() { return node_.registry().replica(); }

  node::Node node_;
  Recovery recovery_;
  Journal journal_;
  Moment at_{Time() + std::chrono::seconds(1000), 1'800'000'000'000};
};

}  // namespace
}  // namespace bellrock::naming::replica

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  namespace replica = bellrock::naming::replica;
  using Kind = replica::Piece::Kind;
  bellrock::fuzz::Input input(data, size);
  const std::vector<replica::Piece> pieces = replica::Read(input);
  replica::Life life(7);
  for (const replica::Piece& piece : pieces) {
    replica::CheckRecord(piece.bytes);
    if (piece.kind == Kind::kUnit) life.ReadUnit(piece.bytes);
    if (piece.kind == Kind::kEntry) life.ReadEntry(piece.bytes);
  }
  life.Begin();
  const std::vector<std::string> before = life.Snapshot();
  for (const replica::Piece& piece : pieces) {
    if (piece.kind == Kind::kEvent) life.Hear(piece.bytes);
    life.Pass(piece.pause);
  }
  life.Speak();
  const std::vector<std::string> units = life.Units();
  replica::Life next(8), from_snapshot(9);
  next.Reads(before, units);
  next.IsAs(life);
  from_snapshot.Reads(life.Snapshot(), {});
  from_snapshot.IsAs(life);
  return 0;
}
