// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/query/memory_source.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <span>
#include <utility>

#include "metrics/query/series_scope.h"
#include "metrics/query/value_matcher.h"

namespace bellrock::metrics::query {
namespace {

using Condition = std::pair<size_t, ValueMatcher>;

Status Check(const Question& question) {
  if (question.step <= 0) {
    return InvalidArgumentError(
        fmt::format("step: {} s; a point lasts at least a second", question.step));
  }
  if (question.to < question.from) {
    return InvalidArgumentError(
        fmt::format("to: {} is before from: {}; exchange them", question.to, question.from));
  }
  return Status::Ok();
}

Result<std::vector<Condition>> ConditionsOf(const Question& asked) {
  const Question question = EachCallOnce(asked);
  std::vector<Condition> conditions;
  for (const Match& match : question.where) {
    BELLROCK_ASSIGN(ValueMatcher matcher, ValueMatcher::Make(match.how, match.value));
    conditions.emplace_back(static_cast<size_t>(match.dimension), std::move(matcher));
  }
  return conditions;
}

bool Meets(const std::vector<std::string>& key, const std::vector<Condition>& conditions) {
  return std::all_of(conditions.begin(), conditions.end(), [&key](const Condition& condition) {
    return condition.second.Matches(key[condition.first]);
  });
}

// Keeps those with the most calls; of equal ones, the first by key.
void LeaveOutSmall(size_t groups_max, Answer& answer) {
  if (answer.groups.size() <= groups_max) return;
  const auto calls = [](const Group& group) {
    uint64_t sum = 0;
    for (const Card& card : group.cards) sum += card.calls();
    return sum;
  };
  const auto by_key = [](const Group& a, const Group& b) { return a.key < b.key; };
  std::stable_sort(answer.groups.begin(), answer.groups.end(),
                   [&calls](const Group& a, const Group& b) { return calls(a) > calls(b); });
  answer.more = answer.groups.size() - groups_max;
  answer.groups.resize(groups_max);
  std::sort(answer.groups.begin(), answer.groups.end(), by_key);
}

}  // namespace

void MemorySource::Add(CardTable table) {
  for (size_t row = 0; row < table.rows(); ++row) {
    std::vector<std::string> key(kDimensionCount);
    for (size_t i = 0; i < table.dimensions.size(); ++i) {
      key[static_cast<size_t>(table.dimensions[i])] = table.names[table.keys[i][row]];
    }
    const std::span<const Card::Bucket> parts[] = {table.card(row)};
    rows_.push_back({table.seconds[row], std::move(key), Card::Sum(parts)});
  }
}

void MemorySource::AddCall(int64_t second, const std::vector<std::string>& key,
                           uint32_t latency_us) {
  rows_.push_back({second, key, Card::FromLatencies({&latency_us, 1})});
  rows_.back().key.resize(kDimensionCount);
}

std::vector<double> MemorySource::CompletenessOf(const Question& question, size_t points) const {
  std::vector<double> completeness(points, 1.0);
  for (const Incomplete& incomplete : incomplete_) {
    if (incomplete.second < question.from || incomplete.second >= question.to) continue;
    double& ratio = completeness[(incomplete.second - question.from) / question.step];
    ratio = std::min(ratio, incomplete.ratio);
  }
  return completeness;
}

Result<Answer> MemorySource::Ask(const Question& question) {
  asked_.push_back(question);
  BELLROCK_TRY(Check(question));
  if (question.from < oldest_) {
    return OutOfRangeError(
        fmt::format("from: {} is no longer kept; the oldest second is {}", question.from, oldest_));
  }
  Question narrowed = question;
  AskOfServices(narrowed);
  BELLROCK_ASSIGN(const auto conditions, ConditionsOf(narrowed));
  const size_t points = (question.to - question.from + question.step - 1) / question.step;
  std::map<std::vector<std::string>, std::vector<Card>> groups;
  for (const Row& row : rows_) {
    if (row.second < question.from || row.second >= question.to) continue;
    if (!Meets(row.key, conditions)) continue;
    std::vector<std::string> key;
    for (Dimension dimension : question.group_by) {
      key.push_back(row.key[static_cast<size_t>(dimension)]);
    }
    std::vector<Card>& cards = groups.try_emplace(std::move(key), points).first->second;
    cards[(row.second - question.from) / question.step].Merge(row.card);
  }
  Answer answer;
  answer.completeness = CompletenessOf(question, points);
  for (auto& [key, cards] : groups) answer.groups.push_back({key, std::move(cards)});
  LeaveOutSmall(question.groups_max, answer);
  return answer;
}

}  // namespace bellrock::metrics::query
