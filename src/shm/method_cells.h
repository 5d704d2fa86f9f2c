// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>

#include "shm/mapped_file.h"

// Results per method and slot (ZY-031): a small table in each stripe of a counters file, which only
// a failure enters, so that a process all of whose calls succeed pays nothing for it. Layout:
// docs/spec/shm.md, "Method cells".
namespace bellrock::shm {

// Per stripe. 8 KiB; of the pairs that failed lately a thread seldom has so many.
inline constexpr uint32_t kMethodCells = 256;
// Of a file of another edition, at most.
inline constexpr uint32_t kMethodCellsMax = 4096;
inline constexpr size_t kMethodCellBytes = 32;

// One stripe's table within its file.
struct MethodCells {
  const MappedFile& file;
  size_t line_at = 0;   // the stripe's line: counts, filter
  size_t cells_at = 0;  // its first cell
  uint32_t cells = 0;   // 0: the file has none
};

struct MethodCall {
  uint32_t method_hash = 0;  // not 0
  uint32_t slot = 0;
  uint32_t generation = 0;
  bool ok = false;
};

// Writer, of one thread at a time. Counts a failure always, a success only of a pair that is in the
// table. A full set of cells gives up the one that has succeeded longest, if long enough; else the
// call is counted as one that found no room.
void CountMethod(const MethodCells& table, const MethodCall& call);

// Growth of one pair since it was last taken.
struct MethodGrowth {
  uint32_t method_hash = 0;
  uint32_t slot = 0;
  uint32_t generation = 0;
  uint64_t ok = 0;
  uint64_t failed = 0;
};
struct MethodSeen {
  uint32_t epoch = 0;
  uint32_t failed = 0;
  uint64_t ok = 0;
};
// Reader. `seen` has one element per cell, and what is in it is brought up to date.
void TakeMethodGrowth(const MethodCells& table, std::span<MethodSeen> seen,
                      const std::function<void(const MethodGrowth&)>& visit);

// Failures that found no room in the table.
uint64_t MethodCellsFull(const MethodCells& table);
// Never used: nothing to take, and no success to count. In the line that each report writes anyway.
inline constexpr size_t kMethodFilterAt = 24;
inline bool MethodCellsEmpty(const MethodCells& table) {
  return table.cells == 0 ||
         table.file.Word64(table.line_at + kMethodFilterAt).load(std::memory_order_acquire) == 0;
}

}  // namespace bellrock::shm
