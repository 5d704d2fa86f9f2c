// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "shm/method_cells.h"

#include <algorithm>
#include <optional>

namespace bellrock::shm {
namespace {

// Offsets of docs/spec/shm.md: in the stripe's line...
constexpr size_t kFullAt = 16;
constexpr size_t kFilterAt = kMethodFilterAt;
// ...and in a cell.
constexpr size_t kEpochAt = 0;
constexpr size_t kHashAt = 4;
constexpr size_t kSlotAt = 8;
constexpr size_t kGenerationAt = 12;
constexpr size_t kOkAt = 16;
constexpr size_t kFailedAt = 24;
constexpr size_t kStreakAt = 28;

// A pair lies in one of so many neighbouring cells: a search is bounded, and nothing moves.
constexpr uint32_t kWays = 8;
// After so many successes in a row a pair may give its cell to another that fails.
constexpr uint32_t kForgetAfter = 64;

uint32_t Mix(const MethodCall& call) {
  uint32_t mixed = (call.method_hash ^ (call.slot * 0x9e3779b1u)) * 0x85ebca6bu;
  return mixed ^ mixed >> 15;
}

uint64_t FilterBit(uint32_t mixed) {
  return uint64_t{1} << (mixed >> 26);
}

size_t SetAt(const MethodCells& table, uint32_t mixed) {
  return table.cells_at + size_t{mixed % (table.cells / kWays)} * kWays * kMethodCellBytes;
}

// The stores are in order for every reader; on x86-64 that costs nothing.
template <typename Word, typename Value>
void Grow(Word word, Value by) {
  word.store(word.load(std::memory_order_relaxed) + by, std::memory_order_release);
}

uint32_t Load32(const MethodCells& table, size_t at) {
  return table.file.Word32(at).load(std::memory_order_acquire);
}

// The pair's cell in its set, whatever generation of the slot it counts.
std::optional<size_t> Find(const MethodCells& table, size_t set, const MethodCall& call) {
  for (uint32_t way = 0; way < kWays; ++way) {
    const size_t cell = set + way * kMethodCellBytes;
    if (Load32(table, cell + kHashAt) == call.method_hash &&
        Load32(table, cell + kSlotAt) == call.slot) {
      return cell;
    }
  }
  return std::nullopt;
}

// A free cell of the set, or the one that has succeeded longest.
std::optional<size_t> Room(const MethodCells& table, size_t set) {
  std::optional<size_t> best;
  uint32_t longest = kForgetAfter;
  for (uint32_t way = 0; way < kWays; ++way) {
    const size_t cell = set + way * kMethodCellBytes;
    if (Load32(table, cell + kHashAt) == 0) return cell;
    const uint32_t streak = Load32(table, cell + kStreakAt);
    if (streak < longest) continue;
    longest = streak;
    best = cell;
  }
  return best;
}

// The epoch is odd meanwhile, so that no reader takes half of one pair and half of another.
void Occupy(const MethodCells& table, size_t cell, const MethodCall& call) {
  const MappedFile& file = table.file;
  Grow(file.Word32(cell + kEpochAt), 1u);
  file.Word32(cell + kHashAt).store(call.method_hash, std::memory_order_release);
  file.Word32(cell + kSlotAt).store(call.slot, std::memory_order_release);
  file.Word32(cell + kGenerationAt).store(call.generation, std::memory_order_release);
  file.Word64(cell + kOkAt).store(0, std::memory_order_release);
  file.Word32(cell + kFailedAt).store(0, std::memory_order_release);
  file.Word32(cell + kStreakAt).store(0, std::memory_order_release);
  Grow(file.Word32(cell + kEpochAt), 1u);
}

void CountFailure(const MethodCells& table, uint32_t mixed, const MethodCall& call) {
  const MappedFile& file = table.file;
  const size_t set = SetAt(table, mixed);
  std::optional<size_t> cell = Find(table, set, call);
  if (!cell || Load32(table, *cell + kGenerationAt) != call.generation) {
    if (!cell) cell = Room(table, set);
    if (!cell) {
      Grow(file.Word64(table.line_at + kFullAt), uint64_t{1});
      return;
    }
    Occupy(table, *cell, call);
    const auto filter = file.Word64(table.line_at + kFilterAt);
    filter.store(filter.load(std::memory_order_relaxed) | FilterBit(mixed),
                 std::memory_order_release);
  }
  Grow(file.Word32(*cell + kFailedAt), 1u);
  file.Word32(*cell + kStreakAt).store(0, std::memory_order_release);
}

}  // namespace

void CountMethod(const MethodCells& table, const MethodCall& call) {
  if (table.cells == 0) return;
  const uint32_t mixed = Mix(call);
  if (!call.ok) return CountFailure(table, mixed, call);
  const MappedFile& file = table.file;
  const uint64_t filter = file.Word64(table.line_at + kFilterAt).load(std::memory_order_relaxed);
  if ((filter & FilterBit(mixed)) == 0) return;
  const std::optional<size_t> cell = Find(table, SetAt(table, mixed), call);
  if (!cell || Load32(table, *cell + kGenerationAt) != call.generation) return;
  Grow(file.Word64(*cell + kOkAt), uint64_t{1});
  const auto streak = file.Word32(*cell + kStreakAt);
  const uint32_t before = streak.load(std::memory_order_relaxed);
  streak.store(before + (before != UINT32_MAX), std::memory_order_release);
}

void TakeMethodGrowth(const MethodCells& table, std::span<MethodSeen> seen,
                      const std::function<void(const MethodGrowth&)>& visit) {
  for (uint32_t k = 0; k < table.cells; ++k) {
    const size_t cell = table.cells_at + k * kMethodCellBytes;
    const uint32_t epoch = Load32(table, cell + kEpochAt);
    if (epoch == 0 || epoch % 2 != 0) continue;
    MethodGrowth growth;
    growth.method_hash = Load32(table, cell + kHashAt);
    growth.slot = Load32(table, cell + kSlotAt);
    growth.generation = Load32(table, cell + kGenerationAt);
    const MethodSeen now{.epoch = epoch,
                         .failed = Load32(table, cell + kFailedAt),
                         .ok = table.file.Word64(cell + kOkAt).load(std::memory_order_acquire)};
    if (Load32(table, cell + kEpochAt) != epoch) continue;  // at the next reading
    MethodSeen& last = seen[k];
    if (last.epoch != epoch) last = MethodSeen{.epoch = epoch};
    // Sums only grow; if they shrank the writer is broken: count from here.
    if (now.ok >= last.ok) growth.ok = now.ok - last.ok;
    growth.failed = static_cast<uint32_t>(now.failed - last.failed);  // wraps
    last = now;
    if (growth.ok != 0 || growth.failed != 0) visit(growth);
  }
}

uint64_t MethodCellsFull(const MethodCells& table) {
  return table.file.Word64(table.line_at + kFullAt).load(std::memory_order_acquire);
}

}  // namespace bellrock::shm
