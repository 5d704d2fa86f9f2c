// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "bellrock/metrics/v1/metrics.pb.h"
#include "bellrock/status.h"
#include "fiber/environment.h"
#include "metrics/bounds.h"
#include "metrics/dimension.h"
#include "metrics/query/source.h"
#include "metrics/server/retention.h"
#include "metrics/store/store.h"

namespace bellrock::metrics::server {

struct DataCentreOptions {
  std::string directory;  // "" keeps all in memory, for trying out and tests
  std::string name;       // of this run of this process
  uint32_t partitions = kPartitionsDefault;
  std::vector<DimensionSet> sets = DefaultDimensionSets();
  Retention retention = {};
};

// What a part of it is at, for the page that shows whether the data are complete.
struct DataCentreHealth {
  int64_t complete_until = 0;  // unix second
  uint64_t pushes = 0;
  uint64_t calls_counted = 0;
  uint64_t calls_lost = 0;  // told by their sources
  uint64_t duplicates = 0;
  uint64_t queue_bytes = 0;  // appended
  struct Partition {
    uint32_t number = 0;
    bool worked = false;
    uint64_t cut = 0;
    uint64_t behind = 0;  // records that wait
    std::string error;
  };
  std::vector<Partition> partitions;
};

// The data centre of one process: collector, queue, compute node and store
// (docs/design/metrics.md). Lives on one loop; all members are for fibers of that loop.
class DataCentre {
 public:
  // Blocks. The engines are those the directory holds, or new ones.
  static Result<std::unique_ptr<DataCentre>> Start(fiber::Environment environment,
                                                   DataCentreOptions options);
  ~DataCentre();  // Stop() first

  // Blocks until the push is durable. Errors as Collector::Take().
  Result<v1::PushReply> Push(const v1::PushRequest& push);
  query::Source& source();
  // For small texts beside the figures (Put, Get).
  store::Store& store();
  DataCentreHealth Health();
  // Takes no more, cuts what it can until `deadline`, and closes.
  void Stop(Time deadline);

 private:
  struct Parts;
  explicit DataCentre(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace bellrock::metrics::server
