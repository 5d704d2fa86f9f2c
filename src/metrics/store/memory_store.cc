// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/store/memory_store.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

#include "metrics/store/block_rules.h"
#include "metrics/table_sum.h"

namespace bellrock::metrics::store {

Status MemoryStore::Write(const Contribution& contribution, const std::vector<Block>& blocks) {
  BELLROCK_TRY(CheckBlocks(blocks));
  for (const Block& block : blocks) {
    const Grain grain = block.shelf.grain;
    if (IsForgotten(grain, block.window, forgotten_before_[static_cast<size_t>(grain)])) continue;
    Window& window = shelves_[block.shelf][block.window];
    if (window.in_merged.Contains(contribution)) continue;
    window.contributions[contribution] = block.table;
  }
  return Status::Ok();
}

Status MemoryStore::Scan(const Shelf& shelf, int64_t from, int64_t to,
                         const std::function<bool(const Block&)>& each) {
  const auto windows = shelves_.find(shelf);
  if (windows == shelves_.end()) return Status::Ok();
  std::vector<Block> blocks;  // `each` may block, and meanwhile the store may change
  for (auto window = windows->second.lower_bound(from);
       window != windows->second.end() && window->first < to; ++window) {
    const auto& [begin, kept] = *window;
    if (!kept.in_merged.empty()) blocks.push_back({shelf, begin, kept.merged});
    for (const auto& [_, table] : kept.contributions) blocks.push_back({shelf, begin, table});
  }
  for (const Block& block : blocks) {
    if (!each(block)) break;
  }
  return Status::Ok();
}

Result<std::vector<std::string>> MemoryStore::Callees(Grain grain, int64_t from, int64_t to,
                                                      size_t limit) {
  std::set<std::string> callees;
  for (const auto& [shelf, windows] : shelves_) {
    if (shelf.grain != grain) continue;
    const auto window = windows.lower_bound(from);
    if (window != windows.end() && window->first < to) callees.insert(shelf.callee);
  }
  std::vector<std::string> first(callees.begin(), callees.end());
  if (first.size() > limit) first.resize(limit);
  return first;
}

Status MemoryStore::Merge(const Shelf& shelf, int64_t window) {
  const auto windows = shelves_.find(shelf);
  if (windows == shelves_.end()) return Status::Ok();
  const auto kept = windows->second.find(window);
  if (kept == windows->second.end()) return Status::Ok();
  auto& [merged, in_merged, contributions] = kept->second;
  std::vector<CardTable> tables;
  ContributionSet together = in_merged;
  if (!in_merged.empty()) tables.push_back(merged);
  for (const auto& [contribution, table] : contributions) {
    tables.push_back(table);
    together.Insert(contribution);
  }
  if (tables.size() < 2) return Status::Ok();
  BELLROCK_ASSIGN(CardTable sum, SumTables(tables));
  BELLROCK_TRY(CheckMerge(shelf, window, together.runs(), sum));
  merged = std::move(sum);
  in_merged = std::move(together);
  contributions.clear();
  return Status::Ok();
}

Status MemoryStore::Expire(Grain grain, int64_t before) {
  int64_t& forgotten = forgotten_before_[static_cast<size_t>(grain)];
  forgotten = std::max(forgotten, before);
  for (auto shelf = shelves_.begin(); shelf != shelves_.end();) {
    if (shelf->first.grain == grain) {
      std::erase_if(shelf->second, [&](const auto& window) {
        return IsForgotten(grain, window.first, forgotten);
      });
    }
    shelf = shelf->second.empty() ? shelves_.erase(shelf) : std::next(shelf);
  }
  return Status::Ok();
}

Status MemoryStore::Put(const std::string& name, const std::string& value) {
  BELLROCK_TRY(CheckText(name, value));
  if (value.empty()) {
    texts_.erase(name);
  } else {
    texts_[name] = value;
  }
  return Status::Ok();
}

Result<std::string> MemoryStore::Get(const std::string& name) {
  const auto text = texts_.find(name);
  if (text == texts_.end()) return NoSuchText(name);
  return text->second;
}

}  // namespace bellrock::metrics::store
