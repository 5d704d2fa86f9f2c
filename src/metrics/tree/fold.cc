// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/tree/fold.h"

#include <algorithm>
#include <limits>
#include <numeric>
#include <unordered_map>
#include <utility>

#include "metrics/tree/callee_fold.h"
#include "metrics/tree/fold_plan.h"
#include "metrics/tree/held_rows.h"
#include "metrics/tree/lexicon.h"

namespace bellrock::metrics::tree {
namespace {

constexpr uint32_t kNone = std::numeric_limits<uint32_t>::max();

// Small numbers for windows, in the order of their coming.
class WindowList {
 public:
  explicit WindowList(int64_t seconds) : seconds_(seconds) {}

  uint32_t Number(int64_t second) {
    const int64_t into = second % seconds_;
    const int64_t begin = second - (into < 0 ? into + seconds_ : into);
    if (recent_ < begins_.size() && begins_[recent_] == begin) return recent_;
    const auto [at, fresh] = numbers_.emplace(begin, static_cast<uint32_t>(begins_.size()));
    if (fresh) begins_.push_back(begin);
    return recent_ = at->second;
  }
  int64_t begin(uint32_t number) const { return begins_[number]; }
  std::vector<uint32_t> Ranks() const {
    std::vector<uint32_t> order(begins_.size()), ranks(begins_.size());
    std::iota(order.begin(), order.end(), 0);
    std::sort(order.begin(), order.end(),
              [this](uint32_t a, uint32_t b) { return begins_[a] < begins_[b]; });
    for (uint32_t rank = 0; rank < order.size(); ++rank) ranks[order[rank]] = rank;
    return ranks;
  }

 private:
  int64_t seconds_;
  std::vector<int64_t> begins_;
  std::unordered_map<int64_t, uint32_t> numbers_;
  uint32_t recent_ = 0;
};

void Append(const CardTable& from, CardTable& to) {
  const auto offset = static_cast<uint32_t>(to.buckets.size());
  for (size_t i = 0; i < from.keys.size(); ++i) {
    to.keys[i].insert(to.keys[i].end(), from.keys[i].begin(), from.keys[i].end());
  }
  to.seconds.insert(to.seconds.end(), from.seconds.begin(), from.seconds.end());
  to.buckets.insert(to.buckets.end(), from.buckets.begin(), from.buckets.end());
  for (const uint32_t end : from.ends) to.ends.push_back(offset + end);
}

}  // namespace

struct Fold::State {
  State(std::vector<DimensionSet> sets, int64_t seconds)
      : plan(std::move(sets)), window_seconds(seconds), windows(seconds) {}

  HeldRows& RowsOf(uint32_t callee);
  void Run(const std::function<void(FoldedSet)>& each);
  void GiveNames(FoldedSet& folded);
  void Forget();

  FoldPlan plan;
  int64_t window_seconds;
  Lexicon names;
  WindowList windows;
  std::vector<HeldRows> held;
  std::vector<uint32_t> callees;  // names of `held`
  std::vector<uint32_t> held_of;  // [name]: its place in `held`
  uint64_t calls = 0;
  size_t held_bytes = 0;
  // While finishing.
  std::vector<uint32_t> ranks;
  std::vector<uint32_t> places;  // [name]: its place in the table's names
};

HeldRows& Fold::State::RowsOf(uint32_t callee) {
  if (callee >= held_of.size()) held_of.resize(names.size(), kNone);
  if (held_of[callee] == kNone) {
    held_of[callee] = static_cast<uint32_t>(held.size());
    callees.push_back(callee);
    held.emplace_back(plan.columns());
  }
  return held[held_of[callee]];
}

// Callees ascending, each forgotten as soon as it is folded.
void Fold::State::Run(const std::function<void(FoldedSet)>& each) {
  ranks = names.Ranks();
  places.resize(names.size());
  const std::vector<uint32_t> window_ranks = windows.Ranks();
  std::vector<uint32_t> order(held.size());
  std::iota(order.begin(), order.end(), 0);
  std::sort(order.begin(), order.end(),
            [this](uint32_t a, uint32_t b) { return ranks[callees[a]] < ranks[callees[b]]; });
  CalleeFold fold(plan, ranks, window_ranks);
  for (const uint32_t i : order) {
    const HeldRows rows = std::exchange(held[i], HeldRows(plan.columns()));
    fold.Run(callees[i], rows, each);
  }
}

// Numbers become places among the table's own names, which ascend.
void Fold::State::GiveNames(FoldedSet& folded) {
  std::vector<uint32_t>& used = folded.names;
  std::sort(used.begin(), used.end(),
            [this](uint32_t a, uint32_t b) { return ranks[a] < ranks[b]; });
  used.erase(std::unique(used.begin(), used.end()), used.end());
  CardTable& table = folded.table;
  table.names.reserve(used.size());
  for (uint32_t i = 0; i < used.size(); ++i) {
    places[used[i]] = i;
    table.names.push_back(names.text(used[i]));
  }
  for (std::vector<uint32_t>& column : table.keys) {
    for (uint32_t& key : column) key = places[key];
  }
  for (int64_t& second : table.seconds) second = windows.begin(static_cast<uint32_t>(second));
}

void Fold::State::Forget() {
  *this = State(std::move(plan.sets), window_seconds);
}

Fold::Fold(std::vector<DimensionSet> sets, int64_t window_seconds)
    : state_(std::make_unique<State>(std::move(sets), window_seconds)) {}

Fold::~Fold() = default;

void Fold::Add(const CardTable& calls) {
  State& state = *state_;
  std::vector<uint32_t> numbers;
  numbers.reserve(calls.names.size());
  for (const std::string& name : calls.names) numbers.push_back(state.names.Number(name));
  const uint32_t empty = state.names.Number("");
  const auto column_of = [&calls](Dimension dimension) -> const uint32_t* {
    const auto at = std::find(calls.dimensions.begin(), calls.dimensions.end(), dimension);
    const auto i = static_cast<size_t>(at - calls.dimensions.begin());
    return i < calls.keys.size() ? calls.keys[i].data() : nullptr;
  };
  const uint32_t* callee = column_of(Dimension::kCallee);
  std::vector<const uint32_t*> columns;
  for (const Dimension dimension : state.plan.dimensions) columns.push_back(column_of(dimension));
  std::vector<uint32_t> row_numbers(state.plan.columns(), empty);
  for (size_t row = 0; row < calls.rows(); ++row) {
    const std::span<const Card::Bucket> buckets = calls.card(row);
    if (buckets.empty()) continue;
    for (size_t i = 0; i < columns.size(); ++i) {
      if (columns[i] != nullptr) row_numbers[i] = numbers[columns[i][row]];
    }
    row_numbers.back() = state.windows.Number(calls.seconds[row]);
    for (const Card::Bucket& bucket : buckets) state.calls += bucket.count;
    state.held_bytes += HeldRows::BytesFor(row_numbers.size(), buckets.size());
    state.RowsOf(callee == nullptr ? empty : numbers[callee[row]]).Add(row_numbers, buckets);
  }
}

size_t Fold::bytes() const {
  return state_->names.bytes() + state_->held.size() * sizeof(HeldRows) + state_->held_bytes;
}

uint64_t Fold::calls() const {
  return state_->calls;
}

void Fold::Finish(const std::function<void(size_t set, CardTable table)>& each) {
  state_->Run([this, &each](FoldedSet folded) {
    state_->GiveNames(folded);
    each(folded.set, std::move(folded.table));
  });
  state_->Forget();
}

std::vector<CardTable> Fold::Finish() {
  const size_t sets = state_->plan.sets.size();
  std::vector<FoldedSet> whole(sets);
  for (size_t set = 0; set < sets; ++set) {
    whole[set].table.dimensions = state_->plan.sets[set].dimensions;
    whole[set].table.keys.resize(whole[set].table.dimensions.size());
  }
  state_->Run([&whole](FoldedSet folded) {
    FoldedSet& to = whole[folded.set];
    Append(folded.table, to.table);
    to.names.insert(to.names.end(), folded.names.begin(), folded.names.end());
  });
  std::vector<CardTable> tables;
  for (FoldedSet& folded : whole) {
    state_->GiveNames(folded);
    tables.push_back(std::move(folded.table));
  }
  state_->Forget();
  return tables;
}

}  // namespace bellrock::metrics::tree
