// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "metrics/store/contribution_set.h"
#include "metrics/store/store.h"

namespace bellrock::metrics::store {

// Says in few words what a store does; for tests and the simulator. Nothing outlives it. One loop.
class MemoryStore final : public Store {
 public:
  Status Write(const Contribution& contribution, const std::vector<Block>& blocks) override;
  Status Scan(const Shelf& shelf, int64_t from, int64_t to,
              const std::function<bool(const Block&)>& each) override;
  Result<std::vector<std::string>> Callees(Grain grain, int64_t from, int64_t to,
                                           size_t limit) override;
  Status Merge(const Shelf& shelf, int64_t window) override;
  Status Expire(Grain grain, int64_t before) override;
  Status Put(const std::string& name, const std::string& value) override;
  Result<std::string> Get(const std::string& name) override;

 private:
  struct Window {
    CardTable merged;
    ContributionSet in_merged;
    std::map<Contribution, CardTable> contributions;  // that are not in `merged`
  };

  std::map<Shelf, std::map<int64_t, Window>> shelves_;
  std::array<int64_t, 4> forgotten_before_{};
  std::map<std::string, std::string> texts_;
};

}  // namespace bellrock::metrics::store
