// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "metrics/card_table.h"
#include "metrics/query/source.h"

namespace bellrock::metrics::query {

// Answers from tables of calls that lie in memory: the source of tests, and the plainest statement
// of what every source promises. Looks at each row for each question. Not thread-safe.
class MemorySource final : public Source {
 public:
  // Rows of calls, with whatever dimensions they have; those a table does not carry are "".
  void Add(CardTable table);
  // One call of the second. `key`: a value for each dimension, in the order of their numbers.
  void AddCall(int64_t second, const std::vector<std::string>& key, uint32_t latency_us);
  // From now on questions that begin before it are kOutOfRange.
  void ForgetBefore(int64_t second) { oldest_ = second; }
  // What sources counted of what they sent, for every point that holds the second.
  void SetCompleteness(int64_t second, double ratio) { incomplete_.push_back({second, ratio}); }

  Result<Answer> Ask(const Question& question) override;
  // All that was asked, oldest first: tests look at what a planner wants.
  const std::vector<Question>& asked() const { return asked_; }

 private:
  struct Row {
    int64_t second;
    std::vector<std::string> key;  // by number of the dimension
    Card card;
  };
  struct Incomplete {
    int64_t second;
    double ratio;
  };

  std::vector<double> CompletenessOf(const Question& question, size_t points) const;

  std::vector<Row> rows_;
  std::vector<Incomplete> incomplete_;
  std::vector<Question> asked_;
  int64_t oldest_ = 0;
};

}  // namespace bellrock::metrics::query
