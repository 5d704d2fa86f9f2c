// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/query/source.h"

#include <algorithm>

namespace bellrock::metrics::query {

Question EachCallOnce(Question question) {
  const bool grouped =
      std::count(question.group_by.begin(), question.group_by.end(), Dimension::kSide) > 0;
  const bool named =
      std::any_of(question.where.begin(), question.where.end(),
                  [](const Match& match) { return match.dimension == Dimension::kSide; });
  if (grouped || named) return question;
  question.where.push_back({Dimension::kSide, Match::How::kNotEqual, kServedSide});
  return question;
}

}  // namespace bellrock::metrics::query
