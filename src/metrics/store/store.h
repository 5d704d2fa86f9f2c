// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "bellrock/status.h"
#include "metrics/card_table.h"

namespace bellrock::metrics::store {

// How long a row's window is (OCTO-038).
enum class Grain : uint8_t { kSecond = 0, kMinute = 1, kHour = 2, kDay = 3 };
constexpr int64_t SecondsOf(Grain grain) {
  constexpr int64_t kSeconds[] = {1, 60, 3600, 86400};
  return kSeconds[static_cast<int>(grain)];
}
// How long a block's window is: seconds lie together by the minute.
constexpr int64_t WindowSecondsOf(Grain grain) {
  return grain == Grain::kSecond ? 60 : SecondsOf(grain);
}

// Where rows lie: one set's rows of one service.
struct Shelf {
  Grain grain = Grain::kMinute;
  std::string set;     // DimensionSet::name
  std::string callee;  // the key's first value

  friend auto operator<=>(const Shelf&, const Shelf&) = default;
};

// Who computed: the cut `cut` of partition `partition`. The same contribution written again
// replaces itself, so that what is computed twice counts once.
struct Contribution {
  uint32_t partition = 0;
  uint64_t cut = 0;

  friend auto operator<=>(const Contribution&, const Contribution&) = default;
};

// All rows of a contribution for one window of a shelf. `table` carries the set's dimensions; its
// rows' seconds lie in the window.
struct Block {
  Shelf shelf;
  int64_t window = 0;  // unix second in which it begins, a multiple of WindowSecondsOf(grain)
  CardTable table;
};

// Keeps cards by window (OCTO-069). Several contributions to a window are summed by readers, until
// Merge() makes one of them. All calls block the fiber. kUnavailable: try again. Bounds of what is
// taken are in store/block_rules.h.
class Store {
 public:
  virtual ~Store() = default;

  // Durable when it returns. Blocks that are there already are replaced; after an error any of them
  // may be there, each whole. A contribution that is in a merged block already changes nothing, nor
  // does one to a window that was forgotten.
  virtual Status Write(const Contribution& contribution, const std::vector<Block>& blocks) = 0;
  // Calls `each` for every block of the shelf with a window in [from, to), ascending by window and
  // contribution; false stops. A window with several contributions comes as several blocks.
  virtual Status Scan(const Shelf& shelf, int64_t from, int64_t to,
                      const std::function<bool(const Block&)>& each) = 0;
  // Services with a block of `grain` in [from, to), ascending; at most `limit`.
  virtual Result<std::vector<std::string>> Callees(Grain grain, int64_t from, int64_t to,
                                                   size_t limit) = 0;
  // Makes one block of all contributions to a window of the shelf, at once for readers, if there
  // are several. The merged ones written again are known to be in it, and change nothing: what has
  // to be replaced later must not be merged.
  virtual Status Merge(const Shelf& shelf, int64_t window) = 0;
  // Merges a window of all services of `sets`, at most kMergedServicesMax of them. Goes on where
  // one fails; the first error.
  static constexpr size_t kMergedServicesMax = 100'000;
  virtual Status MergeWindow(Grain grain, int64_t window, const std::vector<std::string>& sets);
  // Forgets all windows of `grain` that end at or before `before`, for good: an earlier `before`
  // brings none back.
  virtual Status Expire(Grain grain, int64_t before) = 0;

  // A small text under a name, whole or not at all: what owners of partitions remember between
  // cuts. An empty one is forgotten. kNotFound if there is none.
  virtual Status Put(const std::string& name, const std::string& value) = 0;
  virtual Result<std::string> Get(const std::string& name) = 0;
};

}  // namespace bellrock::metrics::store
