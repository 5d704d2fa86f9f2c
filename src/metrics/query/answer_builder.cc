// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/query/answer_builder.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <set>

#include "metrics/query/series_scope.h"
#include "metrics/table_rows.h"
#include "metrics/table_sum.h"

namespace bellrock::metrics::query {
namespace {

std::optional<size_t> ColumnOf(const CardTable& table, Dimension dimension) {
  const auto found = std::find(table.dimensions.begin(), table.dimensions.end(), dimension);
  if (found == table.dimensions.end()) return std::nullopt;
  return static_cast<size_t>(found - table.dimensions.begin());
}

uint64_t CallsOf(std::span<const Card::Bucket> buckets) {
  uint64_t calls = 0;
  for (const Card::Bucket& bucket : buckets) calls += bucket.count;
  return calls;
}

uint64_t CallsOf(const Group& group) {
  uint64_t calls = 0;
  for (const Card& card : group.cards) calls += card.calls();
  return calls;
}

}  // namespace

Status CheckQuestion(const Question& question) {
  if (question.step <= 0) {
    return InvalidArgumentError(
        fmt::format("step: {} s; use 1 or more, for instance 60", question.step));
  }
  if (question.to <= question.from) {
    return InvalidArgumentError(
        fmt::format("to: {} is not after from, {}", question.to, question.from));
  }
  const int64_t steps = (question.to - question.from + question.step - 1) / question.step;
  if (steps > AnswerBuilder::kStepsMax) {
    return InvalidArgumentError(
        fmt::format("step: {} s make {} points of [{}, {}), at most {}; "
                    "take a longer step",
                    question.step, steps, question.from, question.to, AnswerBuilder::kStepsMax));
  }
  const std::set<Dimension> groups(question.group_by.begin(), question.group_by.end());
  if (groups.size() != question.group_by.size()) {
    return InvalidArgumentError("group_by: a dimension is there twice; name each once");
  }
  return Status::Ok();
}

Result<AnswerBuilder> AnswerBuilder::Make(Question question) {
  BELLROCK_TRY(CheckQuestion(question));
  question = EachCallOnce(std::move(question));
  AskOfServices(question);
  std::vector<std::pair<Dimension, ValueMatcher>> where;
  for (const Match& match : question.where) {
    auto matcher = ValueMatcher::Make(match.how, match.value);
    if (!matcher.ok()) return matcher.status().WithContext(DimensionName(match.dimension));
    where.emplace_back(match.dimension, *std::move(matcher));
  }
  return AnswerBuilder(std::move(question), std::move(where));
}

AnswerBuilder::AnswerBuilder(Question question,
                             std::vector<std::pair<Dimension, ValueMatcher>> where)
    : question_(std::move(question)),
      where_(std::move(where)),
      steps_(static_cast<size_t>((question_.to - question_.from + question_.step - 1) /
                                 question_.step)),
      lost_(steps_) {}

std::vector<uint32_t> AnswerBuilder::RowsOf(const CardTable& table) const {
  // Each name is matched once, however many rows have it.
  std::vector<std::pair<size_t, std::vector<bool>>> wanted;
  for (const auto& [dimension, matcher] : where_) {
    const auto column = ColumnOf(table, dimension);
    if (!column) {
      if (matcher.Matches("")) continue;
      return {};
    }
    std::vector<bool> names;
    for (const std::string& name : table.names) names.push_back(matcher.Matches(name));
    wanted.emplace_back(*column, std::move(names));
  }
  std::vector<uint32_t> rows;
  for (uint32_t row = 0; row < table.rows(); ++row) {
    if (table.seconds[row] < question_.from || table.seconds[row] >= question_.to) continue;
    if (std::all_of(wanted.begin(), wanted.end(), [&](const auto& column) {
          return column.second[table.keys[column.first][row]];
        })) {
      rows.push_back(row);
    }
  }
  return rows;
}

CardTable AnswerBuilder::Grouped(CardTable chosen) const {
  std::vector<std::vector<uint32_t>> keys;
  for (const Dimension dimension : question_.group_by) {
    if (const auto column = ColumnOf(chosen, dimension)) {
      keys.push_back(chosen.keys[*column]);
      continue;
    }
    keys.emplace_back(chosen.rows(), static_cast<uint32_t>(chosen.names.size()));
    chosen.names.emplace_back();
  }
  chosen.dimensions = question_.group_by;
  chosen.keys = std::move(keys);
  for (int64_t& second : chosen.seconds) {
    second = question_.from + static_cast<int64_t>(StepOf(second)) * question_.step;
  }
  return chosen;
}

Status AnswerBuilder::Add(const CardTable& table) {
  const std::vector<uint32_t> rows = RowsOf(table);
  if (rows.empty()) return Status::Ok();
  held_.push_back(Grouped(SelectRows(table, rows)));
  held_buckets_ += held_.back().buckets.size();
  // Not before as many came as there are already: else a large sum is made anew for each table.
  return held_buckets_ > std::max(kHeldBuckets, 2 * summed_buckets_) ? SumUp() : Status::Ok();
}

Status AnswerBuilder::SumUp() {
  if (held_.size() < 2) return Status::Ok();
  BELLROCK_ASSIGN(CardTable sum, SumTables(held_));
  held_.clear();
  held_.push_back(std::move(sum));
  held_buckets_ = summed_buckets_ = held_.front().buckets.size();
  return Status::Ok();
}

void AnswerBuilder::AddLost(const CardTable& table) {
  for (size_t row = 0; row < table.rows(); ++row) {
    if (table.seconds[row] < question_.from || table.seconds[row] >= question_.to) continue;
    lost_[StepOf(table.seconds[row])] += CallsOf(table.card(row));
  }
}

Result<Answer> AnswerBuilder::Finish() {
  BELLROCK_ASSIGN(const CardTable sum, SumTables(std::exchange(held_, {})));
  Answer answer;
  answer.groups = GroupsOf(sum);
  answer.completeness = Completeness(answer);
  KeepMost(answer);
  return answer;
}

std::vector<Group> AnswerBuilder::GroupsOf(const CardTable& table) const {
  std::map<std::vector<std::string>, std::vector<Card>> groups;
  for (uint32_t row = 0; row < table.rows(); ++row) {
    std::vector<std::string> key;
    for (const auto& column : table.keys) key.push_back(table.names[column[row]]);
    std::vector<Card>& cards = groups[std::move(key)];
    cards.resize(steps_);
    const std::span<const Card::Bucket> card = table.card(row);
    cards[StepOf(table.seconds[row])] = Card::Sum({&card, 1});
  }
  std::vector<Group> out;
  for (auto& [key, cards] : groups) out.push_back({key, std::move(cards)});
  return out;
}

void AnswerBuilder::KeepMost(Answer& answer) const {
  if (answer.groups.size() <= question_.groups_max) return;
  answer.more = answer.groups.size() - question_.groups_max;
  std::stable_sort(answer.groups.begin(), answer.groups.end(),
                   [](const Group& a, const Group& b) { return CallsOf(a) > CallsOf(b); });
  answer.groups.resize(question_.groups_max);
  std::sort(answer.groups.begin(), answer.groups.end(),
            [](const Group& a, const Group& b) { return a.key < b.key; });
}

std::vector<double> AnswerBuilder::Completeness(const Answer& answer) const {
  std::vector<double> shares;
  for (size_t step = 0; step < steps_; ++step) {
    uint64_t counted = 0;
    for (const Group& group : answer.groups) counted += group.cards[step].calls();
    const uint64_t expected = counted + lost_[step];
    shares.push_back(expected == 0 ? 1
                                   : static_cast<double>(counted) / static_cast<double>(expected));
  }
  return shares;
}

}  // namespace bellrock::metrics::query
