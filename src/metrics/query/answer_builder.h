// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "bellrock/status.h"
#include "metrics/card_table.h"
#include "metrics/query/source.h"
#include "metrics/query/value_matcher.h"

namespace bellrock::metrics::query {

// kInvalidArgument if a question makes no sense: names the field, the value and the remedy.
Status CheckQuestion(const Question& question);

// Makes the answer to one question of the tables that hold it: what lies outside [from, to) or does
// not match is left out, and so is the side `served` unless the question speaks of sides. A table
// without a dimension that is asked for counts as "" there. Not
// thread-safe.
class AnswerBuilder {
 public:
  static constexpr int64_t kStepsMax = 11'000;     // as Prometheus
  static constexpr size_t kHeldBuckets = 1 << 20;  // summed up when there are more

  static Result<AnswerBuilder> Make(Question question);

  Status Add(const CardTable& table);
  // Calls that were counted and whose cards were dropped: they lower the completeness.
  void AddLost(const CardTable& table);
  Result<Answer> Finish();

  const Question& question() const { return question_; }

 private:
  AnswerBuilder(Question question, std::vector<std::pair<Dimension, ValueMatcher>> where);
  // Those asked for.
  std::vector<uint32_t> RowsOf(const CardTable& table) const;
  // Under what is grouped by, seconds those of their steps.
  CardTable Grouped(CardTable chosen) const;
  Status SumUp();
  size_t StepOf(int64_t second) const {
    return static_cast<size_t>((second - question_.from) / question_.step);
  }
  std::vector<Group> GroupsOf(const CardTable& table) const;
  void KeepMost(Answer& answer) const;
  std::vector<double> Completeness(const Answer& answer) const;

  Question question_;
  std::vector<std::pair<Dimension, ValueMatcher>> where_;
  size_t steps_;
  std::vector<CardTable> held_;
  size_t held_buckets_ = 0;
  size_t summed_buckets_ = 0;   // of those, in one table
  std::vector<uint64_t> lost_;  // by step
};

}  // namespace bellrock::metrics::query
