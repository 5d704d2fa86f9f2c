// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/query/series_scope.h"

#include <algorithm>

#include "metrics/series_kind.h"

namespace bellrock::metrics::query {
namespace {

using How = Match::How;

bool NamesMetrics(const Match& match) {
  if (match.dimension != Dimension::kCallee) return false;
  return (match.how == How::kEqual || match.how == How::kRegex) && !IsService(match.value);
}

}  // namespace

bool AsksForMetrics(const Question& question) {
  return std::any_of(question.where.begin(), question.where.end(), NamesMetrics);
}

void AskOfServices(Question& question) {
  if (AsksForMetrics(question)) return;
  // One service is asked for: nothing is left to leave out.
  for (const Match& match : question.where) {
    if (match.dimension == Dimension::kCallee && match.how == How::kEqual) return;
  }
  question.where.push_back({Dimension::kCallee, How::kNotRegex, kNoServicePattern});
}

}  // namespace bellrock::metrics::query
