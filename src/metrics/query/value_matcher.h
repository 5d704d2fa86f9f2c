// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "bellrock/status.h"
#include "metrics/query/source.h"

namespace bellrock::metrics::query {

// One condition on a text, ready to be asked many times. Regular expressions are RE2's, in time
// linear in the text whatever the pattern is, and must match all of it. Immutable and cheap to
// copy; any thread.
class ValueMatcher {
 public:
  // kInvalidArgument says what is wrong with the pattern.
  static Result<ValueMatcher> Make(Match::How how, std::string value);

  bool Matches(std::string_view text) const;
  Match::How how() const { return how_; }
  const std::string& value() const { return value_; }

 private:
  struct Pattern;

  Match::How how_ = Match::How::kEqual;
  std::string value_;
  std::shared_ptr<const Pattern> pattern_;  // of the two kinds with a regular expression
};

}  // namespace bellrock::metrics::query
