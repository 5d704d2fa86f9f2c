// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "shm/counter_file.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/check.h"

namespace bellrock::shm {
namespace {

// Offsets of docs/spec/shm.md, "Counters file".
constexpr uint64_t kMagic = 0x544e554f43434c42;  // "BLCCOUNT"
constexpr uint32_t kVersion = 1;
constexpr size_t kMagicAt = 0;
constexpr size_t kVersionAt = 8;
constexpr size_t kSupersededAt = 12;
constexpr size_t kSlotsAt = 16;
constexpr size_t kStripesAt = 20;
constexpr size_t kProcessAt = 24;
constexpr size_t kMethodCellsAt = 28;
constexpr size_t kMethodNamesAt = 32;
constexpr size_t kTellsInFlightAt = 36;
constexpr size_t kHeartbeatAt = 64;
constexpr size_t kLinesAt = 128;  // one cache line per stripe: reports, refused, ...
constexpr size_t kLineBytes = 64;
constexpr size_t kRefusedAt = 8;
constexpr size_t kCellsAt = kLinesAt + kStripes * kLineBytes;
// A cell.
constexpr size_t kCellBytes = 32;
constexpr size_t kOkAt = 0;
constexpr size_t kLatencyAt = 8;
constexpr size_t kFailedAt = 16;
constexpr size_t kUnreachableAt = 20;
constexpr size_t kGenerationAt = 24;
constexpr size_t kInFlightAt = 28;

constexpr uint32_t kSlotsMax = 65536;
// Of kTellsInFlightAt; 1 of a writer that tells all calls in flight only.
constexpr uint32_t kTellsAwaited = 2;

size_t LineAt(uint32_t stripe) {
  return kLinesAt + size_t{stripe} * kLineBytes;
}

// Where the cells of the slots end and those of the methods begin.
size_t SlotsEnd(uint32_t slots) {
  return kCellsAt + size_t{kStripes} * slots * kCellBytes;
}

// Where those end and the names begin.
size_t MethodsEnd(uint32_t slots, uint32_t method_cells) {
  return SlotsEnd(slots) + size_t{kStripes} * method_cells * kMethodCellBytes;
}

size_t FileBytes(uint32_t slots, uint32_t method_cells, uint32_t method_names) {
  return MethodsEnd(slots, method_cells) + method_names * kMethodNameBytes;
}

MethodCells MethodsAt(const MappedFile& file, uint32_t slots, uint32_t cells, uint32_t stripe) {
  return {.file = file,
          .line_at = LineAt(stripe),
          .cells_at = SlotsEnd(slots) + size_t{stripe} * cells * kMethodCellBytes,
          .cells = cells};
}

size_t CellAt(uint32_t slots, uint32_t stripe, uint32_t slot) {
  return kCellsAt + (size_t{stripe} * slots + slot) * kCellBytes;
}

void WriteHeader(const MappedFile& file, uint32_t slots) {
  file.Word32(kVersionAt).store(kVersion, std::memory_order_relaxed);
  file.Word32(kSlotsAt).store(slots, std::memory_order_relaxed);
  file.Word32(kStripesAt).store(kStripes, std::memory_order_relaxed);
  file.Word32(kProcessAt).store(ProcessId(), std::memory_order_relaxed);
  file.Word32(kMethodCellsAt).store(kMethodCells, std::memory_order_relaxed);
  file.Word32(kMethodNamesAt).store(kMethodNames, std::memory_order_relaxed);
  file.Word32(kTellsInFlightAt).store(kTellsAwaited, std::memory_order_relaxed);
  file.Word64(kMagicAt).store(kMagic, std::memory_order_release);
}

Status CheckHeader(const MappedFile& file) {
  if (file.Word64(kMagicAt).load(std::memory_order_acquire) != kMagic) {
    return DataLossError(file.path() + " is no Bellrock counters file (wrong magic)");
  }
  const uint32_t version = file.Word32(kVersionAt).load(std::memory_order_relaxed);
  if (version != kVersion) {
    return UnimplementedError(
        fmt::format("{} has counters version {}, this program reads version {}; run agent and SDK "
                    "of one release",
                    file.path(), version, kVersion));
  }
  const uint32_t slots = file.Word32(kSlotsAt).load(std::memory_order_relaxed);
  const uint32_t stripes = file.Word32(kStripesAt).load(std::memory_order_relaxed);
  // 0 in files of processes older than method cells.
  const uint32_t method_cells = file.Word32(kMethodCellsAt).load(std::memory_order_relaxed);
  const uint32_t names = file.Word32(kMethodNamesAt).load(std::memory_order_relaxed);  // likewise
  if (slots == 0 || slots > kSlotsMax || stripes != kStripes || method_cells > kMethodCellsMax ||
      names > kMethodNamesMax || FileBytes(slots, method_cells, names) > file.size()) {
    return DataLossError(
        fmt::format("{} says {} slots and {} method cells in {} stripes and {} names but has {} "
                    "bytes: truncated",
                    file.path(), slots, method_cells, stripes, names, file.size()));
  }
  return Status::Ok();
}

// The only writer of the word: a load and a store, no read-modify-write.
template <typename Word, typename Value>
void Grow(Word word, Value by) {
  word.store(word.load(std::memory_order_relaxed) + by, std::memory_order_relaxed);
}

// Makes the cell count this generation. 0 while it is emptied, so that a reader never counts the
// former holder's calls for the new one.
void Occupy(const MappedFile& file, size_t cell, uint32_t generation) {
  if (file.Word32(cell + kGenerationAt).load(std::memory_order_relaxed) == generation) [[likely]]
    return;
  file.Word32(cell + kGenerationAt).store(0, std::memory_order_release);
  file.Word64(cell + kOkAt).store(0, std::memory_order_release);
  file.Word64(cell + kLatencyAt).store(0, std::memory_order_release);
  file.Word32(cell + kFailedAt).store(0, std::memory_order_release);
  file.Word32(cell + kUnreachableAt).store(0, std::memory_order_release);
  file.Word32(cell + kInFlightAt).store(0, std::memory_order_release);
  file.Word32(cell + kGenerationAt).store(generation, std::memory_order_release);
}

}  // namespace

Result<std::unique_ptr<CounterWriter>> CounterWriter::Create(const std::string& path,
                                                             uint32_t slots, Time now) {
  BELLROCK_CHECK(slots >= 1 && slots <= kSlotsMax, "slots of a counters file");
  auto writer = std::make_unique<CounterWriter>();
  BELLROCK_ASSIGN(writer->file_,
                  MappedFile::Create(path, FileBytes(slots, kMethodCells, kMethodNames)));
  writer->slots_ = slots;
  writer->names_at_ = MethodsEnd(slots, kMethodCells);
  writer->Beat(now);
  WriteHeader(writer->file_, slots);
  BELLROCK_TRY(writer->file_.Appear());
  return writer;
}

std::unique_ptr<CounterWriter> CounterWriter::Anonymous(uint32_t slots) {
  BELLROCK_CHECK(slots >= 1 && slots <= kSlotsMax, "slots of a counters file");
  auto writer = std::make_unique<CounterWriter>();
  writer->file_ = MappedFile::Anonymous(FileBytes(slots, kMethodCells, kMethodNames));
  writer->slots_ = slots;
  writer->names_at_ = MethodsEnd(slots, kMethodCells);
  WriteHeader(writer->file_, slots);
  return writer;
}

uint32_t CounterWriter::LeaseStripe() {
  uint32_t leased = leased_.load(std::memory_order_relaxed);
  for (;;) {
    uint32_t stripe = 0;
    while (stripe < kSharedStripe && (leased >> stripe & 1) != 0) ++stripe;
    if (stripe == kSharedStripe) return kSharedStripe;
    // Acquire: what the stripe's last holder counted comes first.
    if (leased_.compare_exchange_weak(leased, leased | 1u << stripe, std::memory_order_acquire)) {
      return stripe;
    }
  }
}

void CounterWriter::ReturnStripe(uint32_t stripe) {
  if (stripe != kSharedStripe) leased_.fetch_and(~(1u << stripe), std::memory_order_release);
}

void CounterWriter::AddAlone(uint32_t stripe, uint32_t slot, uint32_t generation, bool ok,
                             bool unreachable, uint64_t latency_us, uint32_t method_hash) {
  if (slot >= slots_) [[unlikely]]
    return;
  const size_t cell = CellAt(slots_, stripe, slot);
  Occupy(file_, cell, generation);
  if (ok) {
    Grow(file_.Word64(cell + kOkAt), uint64_t{1});
    Grow(file_.Word64(cell + kLatencyAt), latency_us);
  } else {
    Grow(file_.Word32(cell + kFailedAt), uint32_t{1});
    if (unreachable) Grow(file_.Word32(cell + kUnreachableAt), uint32_t{1});
  }
  if (method_hash != 0) {
    const MethodCells methods = MethodsAt(file_, slots_, kMethodCells, stripe);
    // The common case touches nothing more than the stripe's line.
    if (!ok || !MethodCellsEmpty(methods)) [[unlikely]]
      CountMethod(methods, {method_hash, slot, generation, ok});
  }
  const auto reports = file_.Word64(LineAt(stripe));
  reports.store(reports.load(std::memory_order_relaxed) + 1, std::memory_order_release);
}

void CounterWriter::AddInFlightAlone(uint32_t stripe, uint32_t slot, uint32_t generation,
                                     uint32_t by) {
  if (slot >= slots_) [[unlikely]]
    return;
  const size_t cell = CellAt(slots_, stripe, slot);
  Occupy(file_, cell, generation);
  Grow(file_.Word32(cell + kInFlightAt), by);
}

void CounterWriter::AddRefused(uint32_t stripe) {
  if (stripe != kSharedStripe) return AddRefusedAlone(stripe);
  std::lock_guard lock(shared_mutex_);
  AddRefusedAlone(stripe);
}

void CounterWriter::AddRefusedAlone(uint32_t stripe) {
  Grow(file_.Word64(LineAt(stripe) + kRefusedAt), uint64_t{1});
}

void CounterWriter::Beat(Time now) {
  file_.Word64(kHeartbeatAt)
      .store(static_cast<uint64_t>(now.time_since_epoch().count()), std::memory_order_release);
}

void CounterWriter::Supersede() {
  file_.Word32(kSupersededAt).store(1, std::memory_order_release);
}

Result<CounterReader> CounterReader::Open(const std::string& path) {
  CounterReader reader;
  BELLROCK_ASSIGN(reader.owned_, MappedFile::Open(path, MappedFile::Access::kRead, kCellsAt));
  BELLROCK_TRY(CheckHeader(reader.owned_));
  reader.slots_ = reader.owned_.Word32(kSlotsAt).load(std::memory_order_relaxed);
  reader.method_cells_ = reader.owned_.Word32(kMethodCellsAt).load(std::memory_order_relaxed);
  reader.method_names_ = reader.owned_.Word32(kMethodNamesAt).load(std::memory_order_relaxed);
  return reader;
}

CounterReader CounterReader::Of(const CounterWriter& writer) {
  CounterReader reader;
  reader.borrowed_ = &writer.file_;
  reader.slots_ = writer.slots_;
  reader.method_cells_ = kMethodCells;
  reader.method_names_ = kMethodNames;
  return reader;
}

bool CounterReader::Changed() {
  bool changed = false;
  for (uint32_t stripe = 0; stripe < kStripes; ++stripe) {
    const uint64_t reports = file().Word64(LineAt(stripe)).load(std::memory_order_acquire);
    if (reports == reports_[stripe]) continue;
    reports_[stripe] = reports;
    changed = true;
    stripes_used_ = std::max(stripes_used_, stripe + 1);
  }
  if (seen_.size() < size_t{stripes_used_} * slots_) seen_.resize(size_t{stripes_used_} * slots_);
  return changed;
}

SlotCounters CounterReader::Take(uint32_t slot, uint32_t generation) {
  SlotCounters sum;
  uint32_t in_flight = 0;
  if (slot >= slots_) return sum;
  for (uint32_t stripe = 0; stripe < stripes_used_; ++stripe) {
    const size_t cell = CellAt(slots_, stripe, slot);
    const auto held = file().Word32(cell + kGenerationAt);
    if (held.load(std::memory_order_acquire) != generation) continue;
    Seen now;
    now.generation = generation;
    now.ok = file().Word64(cell + kOkAt).load(std::memory_order_acquire);
    now.latency_us = file().Word64(cell + kLatencyAt).load(std::memory_order_acquire);
    now.failed = file().Word32(cell + kFailedAt).load(std::memory_order_acquire);
    now.unreachable = file().Word32(cell + kUnreachableAt).load(std::memory_order_acquire);
    now.in_flight = file().Word32(cell + kInFlightAt).load(std::memory_order_acquire);
    if (held.load(std::memory_order_acquire) != generation) continue;
    Seen& seen = seen_[size_t{stripe} * slots_ + slot];
    // Sums only grow. If they shrank, the writer began anew or is broken: count from here.
    const bool shrunk = now.ok < seen.ok || now.latency_us < seen.latency_us;
    if (seen.generation == generation && shrunk) seen = now;
    if (seen.generation != generation) {
      seen = Seen{};
      seen.generation = generation;
    }
    sum.ok += now.ok - seen.ok;
    sum.latency_us += now.latency_us - seen.latency_us;
    sum.failed += static_cast<uint32_t>(now.failed -
                                        seen.failed);  // 32 bits wrap; the difference does not mind
    sum.unreachable += static_cast<uint32_t>(now.unreachable - seen.unreachable);
    in_flight += now.in_flight - seen.in_flight;  // wraps, as its parts do
    seen = now;
  }
  if (file().Word32(kTellsInFlightAt).load(std::memory_order_relaxed) == kTellsAwaited) {
    // The upper half, rounded: the lower may be below 0.
    const int32_t awaited = (static_cast<int32_t>(in_flight) + (1 << 15)) >> 16;
    sum.started = awaited + static_cast<int64_t>(sum.ok + sum.failed);
  }
  return sum;
}

int64_t CounterReader::InFlight(uint32_t slot, uint32_t generation) const {
  if (file().Word32(kTellsInFlightAt).load(std::memory_order_relaxed) == 0) return -1;
  if (slot >= slots_) return 0;
  uint32_t sum = 0;  // wraps, as its parts do
  for (uint32_t stripe = 0; stripe < kStripes; ++stripe) {
    const size_t cell = CellAt(slots_, stripe, slot);
    if (file().Word32(cell + kGenerationAt).load(std::memory_order_acquire) != generation) continue;
    sum += file().Word32(cell + kInFlightAt).load(std::memory_order_acquire);
  }
  // Below 0 for a moment, while a call's end is seen and its beginning in another stripe is not.
  return std::max<int64_t>(static_cast<int16_t>(sum), 0);
}

uint64_t CounterReader::TakeRefused() {
  uint64_t grown = 0;
  for (uint32_t stripe = 0; stripe < kStripes; ++stripe) {
    const uint64_t now = file().Word64(LineAt(stripe) + kRefusedAt).load(std::memory_order_acquire);
    if (now > refused_[stripe]) grown += now - refused_[stripe];
    refused_[stripe] = now;
  }
  return grown;
}

MethodCells CounterReader::MethodsOf(uint32_t stripe) const {
  return MethodsAt(file(), slots_, method_cells_, stripe);
}

void CounterReader::TakeMethods(const std::function<void(const MethodGrowth&)>& visit) {
  for (uint32_t stripe = 0; stripe < stripes_used_; ++stripe) {
    const MethodCells cells = MethodsOf(stripe);
    if (MethodCellsEmpty(cells)) continue;
    if (methods_seen_[stripe].empty()) methods_seen_[stripe].resize(method_cells_);
    TakeMethodGrowth(cells, methods_seen_[stripe], visit);
  }
}

std::string CounterReader::MethodName(uint32_t method_hash) const {
  if (method_names_ == 0) return "";
  return MethodNameOf(
      {.file = file(), .names_at = MethodsEnd(slots_, method_cells_), .names = method_names_},
      method_hash);
}

uint64_t CounterReader::method_cells_full() const {
  uint64_t full = 0;
  for (uint32_t stripe = 0; stripe < kStripes; ++stripe) full += MethodCellsFull(MethodsOf(stripe));
  return full;
}

Time CounterReader::heartbeat() const {
  return Time{
      Duration{static_cast<int64_t>(file().Word64(kHeartbeatAt).load(std::memory_order_acquire))}};
}

bool CounterReader::superseded() const {
  return file().Word32(kSupersededAt).load(std::memory_order_acquire) != 0;
}

uint32_t CounterReader::process_id() const {
  return file().Word32(kProcessAt).load(std::memory_order_relaxed);
}

}  // namespace bellrock::shm
