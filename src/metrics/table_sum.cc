// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/table_sum.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace bellrock::metrics {
namespace {

struct RowOf {
  const CardTable* table;
  size_t row;

  std::string_view Name(size_t dimension) const {
    return table->names[table->keys[dimension][row]];
  }
  int64_t second() const { return table->seconds[row]; }
};

// By key's text, then second.
int Compare(const RowOf& a, const RowOf& b, size_t dimensions) {
  for (size_t i = 0; i < dimensions; ++i) {
    if (const int order = a.Name(i).compare(b.Name(i)); order != 0) return order;
  }
  return a.second() < b.second() ? -1 : static_cast<int>(a.second() > b.second());
}

class Summer {
 public:
  explicit Summer(const std::vector<Dimension>& dimensions) {
    sum_.dimensions = dimensions;
    sum_.keys.resize(dimensions.size());
  }

  void AddRow(std::span<const RowOf> same) {
    for (size_t i = 0; i < sum_.keys.size(); ++i) sum_.keys[i].push_back(Id(same[0].Name(i)));
    sum_.seconds.push_back(same[0].second());
    if (same.size() == 1) {
      const auto card = same[0].table->card(same[0].row);
      sum_.buckets.insert(sum_.buckets.end(), card.begin(), card.end());
    } else {
      AddCards(same);
    }
    sum_.ends.push_back(static_cast<uint32_t>(sum_.buckets.size()));
  }

  CardTable Take() {
    std::vector<uint32_t> places(ids_.size());  // in the order of their texts
    for (const auto& [name, id] : ids_) {
      places[id] = static_cast<uint32_t>(sum_.names.size());
      sum_.names.emplace_back(name);
    }
    for (auto& column : sum_.keys) {
      for (uint32_t& id : column) id = places[id];
    }
    return std::move(sum_);
  }

 private:
  uint32_t Id(std::string_view name) {
    return ids_.try_emplace(name, static_cast<uint32_t>(ids_.size())).first->second;
  }

  void AddCards(std::span<const RowOf> same) {
    cards_.clear();
    for (const RowOf& row : same) cards_.push_back(row.table->card(row.row));
    const Card sum = Card::Sum(cards_);
    sum_.buckets.insert(sum_.buckets.end(), sum.buckets().begin(), sum.buckets().end());
  }

  CardTable sum_;
  std::map<std::string_view, uint32_t> ids_;  // views into the tables that are summed
  std::vector<std::span<const Card::Bucket>> cards_;
};

}  // namespace

Result<CardTable> SumTables(std::span<const CardTable> tables) {
  if (tables.empty()) return CardTable();
  std::vector<RowOf> rows;
  for (const CardTable& table : tables) {
    if (table.dimensions != tables[0].dimensions) {
      return InvalidArgumentError(
          fmt::format("tables of {} and of {} other dimensions cannot be summed; was the set of "
                      "this name changed? Give a set of other dimensions another name",
                      tables[0].dimensions.size(), table.dimensions.size()));
    }
    for (size_t row = 0; row < table.rows(); ++row) rows.push_back({&table, row});
  }
  const size_t dimensions = tables[0].dimensions.size();
  std::sort(rows.begin(), rows.end(),
            [dimensions](const RowOf& a, const RowOf& b) { return Compare(a, b, dimensions) < 0; });
  Summer summer(tables[0].dimensions);
  for (size_t begin = 0; begin < rows.size();) {
    size_t end = begin + 1;
    while (end < rows.size() && Compare(rows[begin], rows[end], dimensions) == 0) ++end;
    summer.AddRow(std::span(rows).subspan(begin, end - begin));
    begin = end;
  }
  return summer.Take();
}

}  // namespace bellrock::metrics
