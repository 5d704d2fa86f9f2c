// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <vector>

#include "metrics/query/promql/bounds.h"

namespace bellrock::metrics::query::promql {

// What a query says beside its result, and what it has cost so far. Each text once.
class QueryNotes {
 public:
  // A figure that is likely to be read wrongly.
  void Warn(std::string text) { Put(warnings_, std::move(text)); }
  // Something worth knowing about a figure that is right.
  void Inform(std::string text) { Put(infos_, std::move(text)); }

  const std::vector<std::string>& warnings() const { return warnings_; }
  const std::vector<std::string>& infos() const { return infos_; }

  size_t samples = 0;    // of all selectors
  size_t questions = 0;  // asked of the source

 private:
  static void Put(std::vector<std::string>& to, std::string text) {
    if (to.size() >= kWarningsMax || std::find(to.begin(), to.end(), text) != to.end()) return;
    to.push_back(std::move(text));
  }

  std::vector<std::string> warnings_;
  std::vector<std::string> infos_;
};

}  // namespace bellrock::metrics::query::promql
