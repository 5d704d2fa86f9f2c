// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "bellrock/metrics/v1/metrics.pb.h"
#include "bellrock/service.h"
#include "bellrock/status.h"
#include "fiber/environment.h"
#include "metrics/bounds.h"
#include "metrics/dimension.h"
#include "metrics/query/source.h"
#include "metrics/server/cluster_live.h"
#include "metrics/server/engine_set.h"
#include "metrics/server/retention.h"
#include "metrics/store/store.h"

namespace bellrock::metrics::server {

struct DataCentreOptions {
  std::string name{};  // of this run of this process
  EngineOptions engines{};
  bool collects = true;  // takes pushes
  bool computes = true;  // works partitions
  std::vector<DimensionSet> sets = DefaultDimensionSets();
  Retention retention = {};
};

// What a part of it is at, for the page that shows whether the data are complete.
struct DataCentreHealth {
  int64_t complete_until = 0;  // unix second
  uint64_t pushes = 0;         // of this process
  uint64_t calls_counted = 0;  // by the nodes that work now
  uint64_t calls_lost = 0;     // told by their sources
  uint64_t duplicates = 0;
  uint64_t queue_bytes = 0;  // appended by this process
  struct Partition {
    uint32_t number = 0;
    bool worked = false;
    uint64_t cut = 0;
    uint64_t behind = 0;  // records that wait
    std::string error{};
    std::string node{};
    uint64_t epoch = 0;
  };
  std::vector<Partition> partitions{};
  std::vector<ClusterLive::NodeRow> nodes{};
};

// A process's part in a data centre (docs/design/metrics.md): it takes pushes, works partitions and
// answers questions about all of it, over a queue and a store that other processes may share. Lives
// on one loop; all members are for fibers of that loop.
class DataCentre {
 public:
  // Blocks. With embedded engines this process works all partitions until it is told of others;
  // with shared ones it waits for SetMembers().
  static Result<std::unique_ptr<DataCentre>> Start(fiber::Environment environment,
                                                   DataCentreOptions options);
  ~DataCentre();  // Stop() first

  // The compute nodes that are alive, as far as is known. This process's own is one of them if it
  // computes and `works`, listed or not: nobody is harmed if it works though it was given up
  // (compute/cut_log.h). Blocks while partitions are left.
  void SetMembers(const std::vector<Member>& members, bool works = true);
  // Cuts all partitions and leaves them to others. Blocks until `deadline` at most.
  void Leave(Time deadline);
  // Names the data centre, see EngineSet::Identity(). Blocks.
  Result<std::string> Identity();
  // Whether the queue and the store are this process's own.
  bool embedded() const;

  // Blocks until the push is durable. Errors as Collector::Take(), and as Identity() until that is
  // known: nothing is put where others would not find it.
  Result<v1::PushReply> Push(const v1::PushRequest& push);
  query::Source& source();
  // For small texts beside the figures (Put, Get).
  store::Store& store();
  // What other processes of the data centre ask of this one; handlers run on this loop.
  std::vector<Service*> services();
  // Asks all nodes; blocks.
  DataCentreHealth Health();
  int64_t CompleteUntil();
  // Takes no more, cuts what it can until `deadline`, and closes.
  void Stop(Time deadline);

 private:
  struct Parts;
  explicit DataCentre(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace bellrock::metrics::server
