// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <string>
#include <vector>

#include "bellrock/status.h"
#include "metrics/card.h"
#include "metrics/dimension.h"

namespace bellrock::metrics::query {

struct Match {
  enum class How : uint8_t { kEqual, kNotEqual, kRegex, kNotRegex };  // regex: RE2, whole value
  Dimension dimension = Dimension::kCallee;
  How how = How::kEqual;
  std::string value;
};

// Sums of cards over windows. Calls of the same group and step become one card, so every figure
// read from it is exact (OCTO-058).
struct Question {
  int64_t from = 0;  // unix seconds, [from, to)
  int64_t to = 0;
  int64_t step = 60;  // seconds of a point; [from, to) is cut into ceil((to - from) / step)
  std::vector<Match> where = {};
  std::vector<Dimension> group_by = {};
  size_t groups_max = 1000;  // beyond it: those with the most calls, and Answer::more
};

// The side that tells a second time of a call: the callee's own view beside its caller's.
inline constexpr char kServedSide[] = "served";

// The same question, of each call once: one that neither names nor tells apart sides does not mean
// `served`. Every source begins with this.
Question EachCallOnce(Question question);

struct Group {
  std::vector<std::string> key;  // as group_by
  std::vector<Card> cards;       // one a step, empty ones included
};

struct Answer {
  std::vector<Group> groups;  // ascending by key
  uint64_t more = 0;          // groups left out
  // Per step: calls counted / calls expected by their sources; 1 when nothing is known to miss.
  std::vector<double> completeness;
  // All calls before this second are in it that their sources have told of; later ones may be
  // missing.
  int64_t complete_until = std::numeric_limits<int64_t>::max();
};

// Whoever can answer: a store with the live seconds, or a test. Calls block the fiber. What is
// asked without a callee is asked of services (series_scope.h).
// kInvalidArgument names a field that makes no sense; kOutOfRange what is no longer kept;
// kUnavailable: try again.
class Source {
 public:
  virtual ~Source() = default;
  virtual Result<Answer> Ask(const Question& question) = 0;
  // Runs what may compute for long over an answer, where it holds up nobody else; returns when it
  // has ended. `work` touches nothing but what the caller has.
  virtual void Compute(const std::function<void()>& work) { work(); }
};

}  // namespace bellrock::metrics::query
