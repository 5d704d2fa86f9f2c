// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/client/counter_cells.h"

#include <array>
#include <atomic>
#include <cstddef>
#include <memory>

namespace bellrock::metrics::client {
namespace {

constexpr uint32_t kChunkBits = 9;
constexpr uint32_t kChunkCells = 1 << kChunkBits;
constexpr uint32_t kChunks = kCounterCellsMax >> kChunkBits;

using Chunk = std::array<std::atomic<uint64_t>, kChunkCells>;

// Written by the thread that owns them, read by all.
struct ThreadCells {
  std::array<std::atomic<Chunk*>, kChunks> chunks{};
  std::atomic<bool> owned{true};
  ThreadCells* next = nullptr;
};

std::atomic<uint32_t> cells_given{0};
// Of all threads there ever were at the same time. Never freed: threads count until the process
// ends.
std::atomic<ThreadCells*> all_threads{nullptr};

ThreadCells& Own() {
  for (ThreadCells* cells = all_threads.load(std::memory_order_acquire); cells != nullptr;
       cells = cells->next) {
    bool owned = false;
    if (cells->owned.compare_exchange_strong(owned, true, std::memory_order_acquire)) return *cells;
  }
  ThreadCells* fresh = std::make_unique<ThreadCells>().release();
  fresh->next = all_threads.load(std::memory_order_relaxed);
  while (!all_threads.compare_exchange_weak(fresh->next, fresh, std::memory_order_release,
                                            std::memory_order_relaxed)) {
  }
  return *fresh;
}

constinit thread_local ThreadCells* my_cells = nullptr;

// Gives the cells back when the thread ends.
struct Lease {
  ~Lease() {
    if (my_cells != nullptr) my_cells->owned.store(false, std::memory_order_release);
    my_cells = nullptr;
  }
};

[[gnu::noinline]] Chunk& MakeChunk(uint32_t cell) {
  if (my_cells == nullptr) {
    static thread_local Lease lease;
    (void)lease;
    my_cells = &Own();
  }
  std::atomic<Chunk*>& place = my_cells->chunks[cell >> kChunkBits];
  Chunk* chunk = place.load(std::memory_order_relaxed);
  if (chunk == nullptr) {
    chunk = std::make_unique<Chunk>().release();
    place.store(chunk, std::memory_order_release);
  }
  return *chunk;
}

}  // namespace

std::optional<uint32_t> NewCounterCell() {
  uint32_t given = cells_given.load(std::memory_order_relaxed);
  while (given < kNoCounterCell) {
    if (cells_given.compare_exchange_weak(given, given + 1, std::memory_order_relaxed)) {
      return given;
    }
  }
  return std::nullopt;
}

void AddToCell(uint32_t cell, uint64_t n) {
  ThreadCells* cells = my_cells;
  Chunk* chunk = cells == nullptr
                     ? nullptr
                     : cells->chunks[cell >> kChunkBits].load(std::memory_order_relaxed);
  if (chunk == nullptr) [[unlikely]]
    chunk = &MakeChunk(cell);
  std::atomic<uint64_t>& count = (*chunk)[cell % kChunkCells];
  count.store(count.load(std::memory_order_relaxed) + n, std::memory_order_relaxed);
}

uint64_t SumOfCell(uint32_t cell) {
  uint64_t sum = 0;
  for (const ThreadCells* cells = all_threads.load(std::memory_order_acquire); cells != nullptr;
       cells = cells->next) {
    const Chunk* chunk = cells->chunks[cell >> kChunkBits].load(std::memory_order_acquire);
    if (chunk != nullptr) sum += (*chunk)[cell % kChunkCells].load(std::memory_order_relaxed);
  }
  return sum;
}

}  // namespace bellrock::metrics::client
