// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "bellrock/metrics/v1/store.bellrock.h"
#include "bellrock/service.h"
#include "metrics/store/store.h"

namespace bellrock::metrics::store {

// A store that another process serves (StoreService). Writing and reading again does no harm, so
// that an answer that does not come is kUnavailable. Used on the loops that the channel may be used
// on; tables are packed and unpacked on disk threads.
class RemoteStore final : public Store {
 public:
  // Borrowed.
  explicit RemoteStore(ChannelInterface& channel) : stub_(channel) {}

  // In several requests of whole blocks if it is much.
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
  v1::StoreStub stub_;
};

}  // namespace bellrock::metrics::store
