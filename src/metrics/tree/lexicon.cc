// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/tree/lexicon.h"

#include <algorithm>
#include <numeric>

namespace bellrock::metrics::tree {
namespace {

constexpr size_t kEntryBytes = 80;  // node, bucket and pointer, about

}  // namespace

uint32_t Lexicon::Number(std::string_view text) {
  const auto found = numbers_.find(text);
  if (found != numbers_.end()) return found->second;
  const auto at = numbers_.emplace(std::string(text), static_cast<uint32_t>(texts_.size())).first;
  texts_.push_back(&at->first);
  bytes_ += kEntryBytes + text.size();
  return at->second;
}

std::vector<uint32_t> Lexicon::Ranks() const {
  std::vector<uint32_t> order(texts_.size());
  std::iota(order.begin(), order.end(), 0);
  std::sort(order.begin(), order.end(),
            [this](uint32_t a, uint32_t b) { return *texts_[a] < *texts_[b]; });
  std::vector<uint32_t> ranks(order.size());
  for (uint32_t rank = 0; rank < order.size(); ++rank) ranks[order[rank]] = rank;
  return ranks;
}

}  // namespace bellrock::metrics::tree
