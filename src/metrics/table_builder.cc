// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/table_builder.h"

#include <utility>

#include "base/check.h"

namespace bellrock::metrics {

TableBuilder::TableBuilder(std::vector<Dimension> dimensions) {
  table_.keys.resize(dimensions.size());
  table_.dimensions = std::move(dimensions);
}

uint32_t TableBuilder::Name(std::string_view text) {
  const auto found = numbers_.find(text);
  if (found != numbers_.end()) return found->second;
  const auto number = static_cast<uint32_t>(table_.names.size());
  table_.names.emplace_back(text);
  numbers_.emplace(table_.names.back(), number);
  return number;
}

void TableBuilder::Add(std::span<const uint32_t> key, int64_t second,
                       std::span<const Card::Bucket> buckets) {
  BELLROCK_CHECK(key.size() == table_.keys.size(), "a key has a value for each dimension");
  for (size_t i = 0; i < key.size(); ++i) table_.keys[i].push_back(key[i]);
  table_.seconds.push_back(second);
  table_.buckets.insert(table_.buckets.end(), buckets.begin(), buckets.end());
  table_.ends.push_back(static_cast<uint32_t>(table_.buckets.size()));
}

void TableBuilder::Add(std::span<const std::string_view> key, int64_t second,
                       std::span<const Card::Bucket> buckets) {
  key_.clear();
  for (const std::string_view value : key) key_.push_back(Name(value));
  Add(key_, second, buckets);
}

CardTable TableBuilder::Take() {
  TableBuilder fresh(table_.dimensions);
  std::swap(*this, fresh);
  return std::move(fresh.table_);
}

}  // namespace bellrock::metrics
