// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/store/store.h"

namespace bellrock::metrics::store {

Status Store::MergeWindow(Grain grain, int64_t window, const std::vector<std::string>& sets) {
  BELLROCK_ASSIGN(const auto callees,
                  Callees(grain, window, window + WindowSecondsOf(grain), kMergedServicesMax));
  Status first;
  for (const std::string& callee : callees) {
    for (const std::string& set : sets) {
      const Status merged = Merge({grain, set, callee}, window);
      if (first.ok()) first = merged;
    }
  }
  return first;
}

}  // namespace bellrock::metrics::store
