// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "bellrock/metrics/v1/metrics.pb.h"
#include "metrics/dimension.h"
#include "metrics/store/store.h"
#include "metrics/tree/fold.h"

namespace bellrock::metrics {

// All calls that sources ever told of, and what they must come to.
class SentCalls {
 public:
  SentCalls(std::vector<DimensionSet> sets, uint32_t partitions, size_t sources);

  // What a source tells of `second`; `of_earlier` of the calls are of earlier seconds, told late.
  void Add(const v1::PushRequest& push, int64_t second, uint64_t of_earlier);

  // Calls of the second that were told in time, once every source has told of it; else 0.
  uint64_t InTime(int64_t second) const;
  uint64_t All(int64_t second) const;
  uint64_t calls() const { return calls_; }

  // What is wrong in the store, all sources having delivered and all owners having cut; or "".
  std::string Differences(store::Store& store);

 private:
  struct Second {
    size_t sources = 0;
    uint64_t in_time = 0;
    uint64_t all = 0;
  };
  std::string Differences(store::Store& store, store::Grain grain,
                          const std::vector<DimensionSet>& sets, tree::Fold& fold);

  const std::vector<DimensionSet> sets_;
  const std::vector<DimensionSet> coarse_;
  const uint32_t partitions_;
  const size_t sources_;
  tree::Fold minutes_;
  tree::Fold by_second_;
  std::map<int64_t, Second> seconds_;
  uint64_t calls_ = 0;
};

}  // namespace bellrock::metrics
