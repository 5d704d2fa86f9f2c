// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/store/block_rules.h"

#include <fmt/format.h>

#include <set>
#include <string_view>
#include <utility>

namespace bellrock::metrics::store {
namespace {

Status CheckName(std::string_view field, const std::string& name) {
  if (name.empty()) {
    return InvalidArgumentError(fmt::format("{}: empty; name it", field));
  }
  if (name.size() > kShelfNameBytesMax) {
    return InvalidArgumentError(fmt::format("{}: {} bytes, at most {}; shorten it", field,
                                            name.size(), kShelfNameBytesMax));
  }
  if (name.find('\0') != std::string::npos) {
    return InvalidArgumentError(fmt::format("{}: holds a zero byte; names are text", field));
  }
  return Status::Ok();
}

Status CheckTable(const CardTable& table) {
  constexpr TableBounds kBounds;
  if (table.rows() > kBounds.rows_max) {
    return InvalidArgumentError(
        fmt::format("block.table: {} rows, at most {}; leave a dimension "
                    "out of the set",
                    table.rows(), kBounds.rows_max));
  }
  if (table.buckets.size() > kBounds.buckets_max) {
    return InvalidArgumentError(
        fmt::format("block.table: {} distinct latencies, at most {}; count in a coarser unit",
                    table.buckets.size(), kBounds.buckets_max));
  }
  return Status::Ok();
}

}  // namespace

Status CheckBlocks(const std::vector<Block>& blocks) {
  std::set<std::pair<Shelf, int64_t>> seen;
  for (const Block& block : blocks) {
    BELLROCK_TRY(CheckName("block.shelf.set", block.shelf.set));
    BELLROCK_TRY(CheckName("block.shelf.callee", block.shelf.callee));
    const int64_t seconds = WindowSecondsOf(block.shelf.grain);
    if (block.window < 0 || block.window >= kWindowMax || block.window % seconds != 0) {
      return InvalidArgumentError(
          fmt::format("block.window: {}; give the second in which it begins, a multiple of {} "
                      "below 2^40",
                      block.window, seconds));
    }
    BELLROCK_TRY(CheckTable(block.table));
    if (!seen.emplace(block.shelf, block.window).second) {
      return InvalidArgumentError(
          fmt::format("blocks: two for window {} of {} of {}; one contribution gives one block for "
                      "a window, sum them",
                      block.window, block.shelf.set, block.shelf.callee));
    }
  }
  return Status::Ok();
}

Status CheckText(const std::string& name, const std::string& value) {
  if (name.empty() || name.size() > kTextNameBytesMax) {
    return InvalidArgumentError(
        fmt::format("name: {} bytes; give 1 to {}", name.size(), kTextNameBytesMax));
  }
  if (value.size() > kTextBytesMax) {
    return InvalidArgumentError(fmt::format("value of '{}': {} bytes, at most {}; keep less in it",
                                            name, value.size(), kTextBytesMax));
  }
  return Status::Ok();
}

Status CheckMerge(const Shelf& shelf, int64_t window, size_t runs, const CardTable& sum) {
  if (runs > kRunsPerWindowMax) {
    return ResourceExhaustedError(fmt::format(
        "window {} of {} of {} has {} runs of contributions, at most {} are merged; it stays "
        "as it is and is summed by readers",
        window, shelf.set, shelf.callee, runs, kRunsPerWindowMax));
  }
  if (const Status fits = CheckTable(sum); !fits.ok()) {
    return ResourceExhaustedError(
               fmt::format("window {} of {} of {} stays unmerged", window, shelf.set, shelf.callee))
        .WithCause(fits);
  }
  return Status::Ok();
}

Status NoSuchText(const std::string& name) {
  return NotFoundError(fmt::format("nothing is kept under '{}'", name));
}

}  // namespace bellrock::metrics::store
