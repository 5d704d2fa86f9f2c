// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "bellrock/status.h"
#include "metrics/store/store.h"

// What every store takes, and how it divides time.
namespace bellrock::metrics::store {

inline constexpr size_t kShelfNameBytesMax = 256;  // of a set's name and of a callee
inline constexpr size_t kTextNameBytesMax = 256;
inline constexpr size_t kTextBytesMax = 16 << 20;
// What one merged block remembers to hold: runs of cuts without a gap. A day of one cut a minute,
// every other one without calls, has 720 of each partition.
inline constexpr size_t kRunsPerWindowMax = 1 << 16;
// A longer block lies in several pieces.
inline constexpr size_t kChunkBytes = 1 << 20;
constexpr uint32_t ChunkCount(size_t bytes) {
  return bytes == 0 ? 1 : static_cast<uint32_t>((bytes - 1) / kChunkBytes + 1);
}
// What is handed to the engine at once; a longer write is several, each of whole blocks.
inline constexpr size_t kBatchBytes = 8 << 20;

// Windows of one era lie together and are forgotten together.
constexpr int64_t EraSecondsOf(Grain grain) {
  constexpr int64_t kDaySeconds = 86400;
  constexpr int64_t kSeconds[] = {600, kDaySeconds, 32 * kDaySeconds, 512 * kDaySeconds};
  return kSeconds[static_cast<int>(grain)];
}
inline constexpr int64_t kWindowMax = int64_t{1} << 40;  // eras fit into 32 bits

constexpr uint32_t EraOf(Grain grain, int64_t window) {
  return static_cast<uint32_t>(window / EraSecondsOf(grain));
}

// kInvalidArgument naming field, value and remedy: a shelf without a name, a window that is none of
// its grain's, two blocks for the same window of a shelf, a table that is too large to be read.
Status CheckBlocks(const std::vector<Block>& blocks);
Status CheckText(const std::string& name, const std::string& value);
// kResourceExhausted if a merged block would have to remember too many, or be too large to read.
Status CheckMerge(const Shelf& shelf, int64_t window, size_t runs, const CardTable& sum);
Status NoSuchText(const std::string& name);

constexpr bool IsForgotten(Grain grain, int64_t window, int64_t before) {
  return window + WindowSecondsOf(grain) <= before;
}

}  // namespace bellrock::metrics::store
