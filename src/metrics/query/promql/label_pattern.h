// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "bellrock/status.h"

namespace bellrock::metrics::query::promql {

// The pattern of label_replace, which must match all of a value, and the text that is put in its
// place: $1, ${1} and ${name} stand for its groups, $$ for a dollar. Immutable.
class LabelPattern {
 public:
  static Result<LabelPattern> Make(const std::string& pattern);

  // None if the value does not match.
  std::optional<std::string> Replace(std::string_view value, std::string_view text) const;

 private:
  struct State;

  std::shared_ptr<const State> state_;
};

}  // namespace bellrock::metrics::query::promql
