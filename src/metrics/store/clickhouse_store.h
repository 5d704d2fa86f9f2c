// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "metrics/store/clickhouse_client.h"
#include "metrics/store/clickhouse_rows.h"
#include "metrics/store/store.h"

namespace bellrock::metrics::store {

// Keeps blocks in ClickHouse (18.16 or later), shared by all nodes of a data centre (OCTO-069).
// Table `blocks` is what is read back; `call_rows` is for people with SQL: a row for each key and
// window, exact once the window has been merged.
//
// Nobody locks anything. Rows of a key replace each other by their version, and readers take the
// newest, so that it does not matter when ClickHouse merges its parts. A merged block is one insert
// with the list of what it holds; readers leave out what is in the list, so that a contribution
// counts once whether it was removed already, is not yet, or was written again. A merged block of
// more contributions replaces one of fewer: nodes that merge at once see each other's rows, which
// holds for one server, and for replicas only with select_sequential_consistency.
//
// As durable as ClickHouse is: it has the rows in files, and leaves syncing them to the system.
//
// One loop.
class ClickhouseStore final : public Store {
 public:
  // Makes the database and the tables that are not there. Blocks. kInvalidArgument: no name for a
  // database.
  static Result<std::unique_ptr<ClickhouseStore>> Open(fiber::Environment environment,
                                                       const ClickhouseOptions& options);

  Status Write(const Contribution& contribution, const std::vector<Block>& blocks) override;
  Status Scan(const Shelf& shelf, int64_t from, int64_t to,
              const std::function<bool(const Block&)>& each) override;
  Result<std::vector<std::string>> Callees(Grain grain, int64_t from, int64_t to,
                                           size_t limit) override;
  // Also writes the window's `call_rows`, of one contribution too.
  Status Merge(const Shelf& shelf, int64_t window) override;
  Status Expire(Grain grain, int64_t before) override;
  Status Put(const std::string& name, const std::string& value) override;
  Result<std::string> Get(const std::string& name) override;

 private:
  struct Text {
    uint64_t version = 0;  // 0: there is none
    std::string value;
  };

  ClickhouseStore(fiber::Environment environment, const ClickhouseOptions& options);

  Result<std::vector<ClickhouseWindow>> Read(const Shelf& shelf, int64_t from, int64_t to);
  Status WriteSum(const Shelf& shelf, const ClickhouseWindow& window, const Block& sum,
                  const ContributionSet& in_merged);
  Result<Text> ReadText(const std::string& name);

  ClickhouseClient client_;
  uint32_t turn_ = 0;  // of writes, so that those of one second are told apart
};

}  // namespace bellrock::metrics::store
