// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/tree/callee_fold.h"

#include <algorithm>
#include <limits>
#include <numeric>
#include <utility>

namespace bellrock::metrics::tree {
namespace {

constexpr uint32_t kNone = std::numeric_limits<uint32_t>::max();
// A set's cards are worth sorting by latency again if so many times fewer buckets are left.
constexpr size_t kWorthwhile = 2;

bool HoldsAll(const KeyLayout& layout, const std::vector<size_t>& columns) {
  return std::all_of(columns.begin(), columns.end(),
                     [&layout](size_t column) { return layout.Has(column); });
}

}  // namespace

CalleeFold::CalleeFold(const FoldPlan& plan, const std::vector<uint32_t>& name_ranks,
                       const std::vector<uint32_t>& window_ranks)
    : plan_(plan),
      name_ranks_(name_ranks),
      window_ranks_(window_ranks),
      local_(plan.columns(), std::vector<uint32_t>(name_ranks.size(), kNone)),
      values_(plan.columns()),
      bits_(plan.columns()) {
  local_[plan.window()].assign(window_ranks.size(), kNone);
}

void CalleeFold::Run(uint32_t callee, const HeldRows& rows,
                     const std::function<void(FoldedSet)>& each) {
  callee_ = callee;
  each_ = &each;
  NumberValues(rows);
  std::vector<size_t> all(plan_.columns());
  std::iota(all.begin(), all.end(), 0);
  KeyLayout shared(std::move(all), bits_);
  if (shared.bits() <= KeyLayout::kBitsMax) {
    FoldShared(rows, std::move(shared));
  } else {
    for (const Set& set : plan_.order) FoldApart(rows, set);
  }
  ForgetValues();
}

void CalleeFold::NumberValues(const HeldRows& rows) {
  const size_t columns = plan_.columns();
  for (size_t row = 0; row < rows.rows(); ++row) {
    const uint32_t* cells = rows.row(row);
    for (size_t column = 0; column < columns; ++column) {
      uint32_t& local = local_[column][cells[column]];
      if (local != kNone) continue;
      local = 0;
      values_[column].push_back(cells[column]);
    }
  }
  for (size_t column = 0; column < columns; ++column) {
    const std::vector<uint32_t>& ranks = column == plan_.window() ? window_ranks_ : name_ranks_;
    std::vector<uint32_t>& values = values_[column];
    std::sort(values.begin(), values.end(),
              [&ranks](uint32_t a, uint32_t b) { return ranks[a] < ranks[b]; });
    for (uint32_t i = 0; i < values.size(); ++i) local_[column][values[i]] = i;
    bits_[column] = BitsFor(values.size());
  }
}

void CalleeFold::ForgetValues() {
  for (size_t column = 0; column < values_.size(); ++column) {
    for (const uint32_t value : values_[column]) local_[column][value] = kNone;
    values_[column].clear();
  }
}

template <typename KeyOf>
std::vector<Entry> CalleeFold::EntriesOf(const HeldRows& rows, KeyOf key_of) {
  std::vector<Entry> entries;
  entries.reserve(rows.buckets().size());
  const Card::Bucket* bucket = rows.buckets().data();
  for (size_t row = 0; row < rows.rows(); ++row) {
    const uint64_t key = key_of(row);
    for (uint32_t left = rows.buckets_of(row); left > 0; --left, ++bucket) {
      entries.push_back({key, bucket->latency_us, bucket->count});
    }
  }
  sorter_.ByLatency(entries);
  return entries;
}

Stream CalleeFold::StreamOf(const HeldRows& rows, KeyLayout layout) {
  const std::vector<size_t>& columns = layout.columns();
  std::vector<Entry> entries = EntriesOf(rows, [&](size_t row) {
    uint64_t key = 0;
    for (size_t i = 0; i < columns.size(); ++i) {
      key |= layout.Part(Local(rows, row, columns[i]), i);
    }
    return key;
  });
  return {std::move(layout), std::move(entries)};
}

void CalleeFold::FoldShared(const HeldRows& rows, KeyLayout layout) {
  streams_.clear();
  streams_.push_back(StreamOf(rows, std::move(layout)));
  for (size_t place = 0; place < plan_.order.size(); ++place) {
    const Set& set = plan_.order[place];
    const KeyLayout to(set.columns, bits_);
    const Stream& from = SmallestWith(set);
    FoldedSet folded = Begin(set);
    std::vector<uint64_t> row_keys;
    folded.table.buckets.reserve(from.entries.size());
    AppendCards(sorter_.ByKey(from, to), folded.table, row_keys);
    if (folded.table.buckets.size() * kWorthwhile < folded.table.buckets.capacity()) {
      folded.table.buckets.shrink_to_fit();
    }
    KeepIfSmaller(place, from, to, folded, row_keys);
    Emit(set, std::move(folded), row_keys.size(),
         [&](size_t row, size_t i) { return to.Value(row_keys[row], i); });
  }
  streams_.clear();
}

const Stream& CalleeFold::SmallestWith(const Set& set) const {
  const Stream* smallest = &streams_.front();
  for (const Stream& stream : streams_) {
    if (stream.entries.size() < smallest->entries.size() && HoldsAll(stream.layout, set.columns)) {
      smallest = &stream;
    }
  }
  return *smallest;
}

// A set's cards become a stream for those sets behind it that they hold all dimensions of.
void CalleeFold::KeepIfSmaller(size_t place, const Stream& from, const KeyLayout& layout,
                               const FoldedSet& folded, std::span<const uint64_t> row_keys) {
  const CardTable& table = folded.table;
  if (table.buckets.size() * kWorthwhile > from.entries.size()) return;
  const bool wanted =
      std::any_of(plan_.order.begin() + static_cast<std::ptrdiff_t>(place) + 1, plan_.order.end(),
                  [&layout](const Set& set) { return HoldsAll(layout, set.columns); });
  if (!wanted) return;
  std::vector<Entry> entries;
  entries.reserve(table.buckets.size());
  for (size_t row = 0; row < table.rows(); ++row) {
    for (const Card::Bucket& bucket : table.card(row)) {
      entries.push_back({row_keys[row], bucket.latency_us, bucket.count});
    }
  }
  sorter_.ByLatency(entries);
  streams_.push_back({layout, std::move(entries)});
}

void CalleeFold::FoldApart(const HeldRows& rows, const Set& set) {
  KeyLayout layout(set.columns, bits_);
  if (layout.bits() > KeyLayout::kBitsMax) return FoldRanked(rows, set);
  const Stream stream = StreamOf(rows, std::move(layout));
  FoldedSet folded = Begin(set);
  std::vector<uint64_t> row_keys;
  AppendCards(sorter_.ByKey(stream, stream.layout), folded.table, row_keys);
  Emit(set, std::move(folded), row_keys.size(),
       [&](size_t row, size_t i) { return stream.layout.Value(row_keys[row], i); });
}

// For a set whose key alone is too long: rows are sorted by comparing them, and the key is the
// number of the first row that is alike.
void CalleeFold::FoldRanked(const HeldRows& rows, const Set& set) {
  const auto before = [&](uint32_t a, uint32_t b) {
    for (const size_t column : set.columns) {
      const uint32_t left = Local(rows, a, column), right = Local(rows, b, column);
      if (left != right) return left < right;
    }
    return false;
  };
  std::vector<uint32_t> sorted(rows.rows());
  std::iota(sorted.begin(), sorted.end(), 0);
  std::sort(sorted.begin(), sorted.end(), before);
  std::vector<uint32_t> keys(rows.rows()), firsts;
  for (const uint32_t row : sorted) {
    if (firsts.empty() || before(firsts.back(), row)) firsts.push_back(row);
    keys[row] = static_cast<uint32_t>(firsts.size() - 1);
  }
  const uint32_t bits[] = {BitsFor(firsts.size())};
  const Stream stream{KeyLayout({0}, bits),
                      EntriesOf(rows, [&](size_t row) { return uint64_t{keys[row]}; })};
  FoldedSet folded = Begin(set);
  std::vector<uint64_t> row_keys;
  AppendCards(sorter_.ByKey(stream, stream.layout), folded.table, row_keys);
  Emit(set, std::move(folded), row_keys.size(),
       [&](size_t row, size_t i) { return Local(rows, firsts[row_keys[row]], set.columns[i]); });
}

FoldedSet CalleeFold::Begin(const Set& set) const {
  FoldedSet folded;
  folded.set = set.number;
  folded.table.dimensions = plan_.sets[set.number].dimensions;
  folded.table.keys.resize(folded.table.dimensions.size());
  return folded;
}

// `value_of(row, i)`: the callee's own number of the row's value in the set's column i.
template <typename ValueOf>
void CalleeFold::Emit(const Set& set, FoldedSet folded, size_t rows, ValueOf value_of) {
  CardTable& table = folded.table;
  table.keys[0].assign(rows, callee_);
  folded.names.push_back(callee_);
  const size_t window = set.columns.size() - 1;
  for (size_t i = 0; i < window; ++i) {
    const std::vector<uint32_t>& values = values_[set.columns[i]];
    std::vector<uint32_t>& keys = table.keys[i + 1];
    keys.resize(rows);
    for (size_t row = 0; row < rows; ++row) keys[row] = values[value_of(row, i)];
    folded.names.insert(folded.names.end(), values.begin(), values.end());
  }
  const std::vector<uint32_t>& windows = values_[plan_.window()];
  table.seconds.resize(rows);
  for (size_t row = 0; row < rows; ++row) table.seconds[row] = windows[value_of(row, window)];
  (*each_)(std::move(folded));
}

}  // namespace bellrock::metrics::tree
