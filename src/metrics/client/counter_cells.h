// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>

// Counts that every thread of the process may add to without a lock and without sharing a cache
// line: each thread has cells of its own, which only it writes, and a count is the sum over them.
// So nothing is lost however many threads add. Cells of a thread that has ended stay, and the next
// thread goes on with them.
namespace bellrock::metrics::client {

inline constexpr uint32_t kCounterCellsMax = 1 << 16;
// Takes what nobody reads; never given.
inline constexpr uint32_t kNoCounterCell = kCounterCellsMax - 1;

// A cell nobody has had; nothing when all are taken. Any thread.
std::optional<uint32_t> NewCounterCell();
// Out of line on purpose: a caller that blocks between two of them may go on in another thread, and
// must not keep the address of this one's cells.
[[gnu::noinline]] void AddToCell(uint32_t cell, uint64_t n);
// All that was ever added, but for what other threads are adding now. Any thread.
uint64_t SumOfCell(uint32_t cell);

}  // namespace bellrock::metrics::client
