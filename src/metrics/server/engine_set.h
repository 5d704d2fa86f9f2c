// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "bellrock/interceptor.h"
#include "bellrock/service.h"
#include "bellrock/status.h"
#include "fiber/environment.h"
#include "metrics/queue/queue.h"
#include "metrics/server/engines.h"
#include "metrics/store/store.h"
#include "rpc/client.h"

namespace bellrock::metrics::server {

struct EngineOptions {
  QueueChoice queue{};
  StoreChoice store{};
  std::string directory{};  // of embedded ones; "" keeps all in memory
  std::string clickhouse_user = "default";
  std::string clickhouse_password{};
  // 1..kQueuePartitionsMax; 0: as the embedded store was made, else kPartitionsDefault.
  uint32_t partitions = 0;
  // Sees calls to other processes of the data centre, to show them that this is one; may be null.
  std::shared_ptr<ClientInterceptor> credentials{};
};

// How processes of a data centre call each other.
rpc::ClientOptions TowardsInner(std::string callee,
                                const std::shared_ptr<ClientInterceptor>& credentials);

// The queue and the store of a data centre, whatever they are, and the services by which other
// processes use those that are embedded here. Lives on one loop.
class EngineSet {
 public:
  // Blocks. Embedded ones are those the directory holds, or new ones; names are resolved, servers
  // and brokers need not be there yet, ClickHouse has to. kFailedPrecondition as Identity().
  static Result<std::unique_ptr<EngineSet>> Open(fiber::Environment environment,
                                                 const EngineOptions& options);
  ~EngineSet();
  EngineSet(const EngineSet&) = delete;
  EngineSet& operator=(const EngineSet&) = delete;

  queue::Queue& queue();
  store::Store& store();
  // Both are this process's own: nobody else works them unless told to.
  bool embedded() const;
  // Of the queue.
  uint32_t partitions() const;
  std::vector<Service*> services();

  // Names the data centre: the same for all processes that use this store. The first to ask makes
  // it. Blocks; kUnavailable: again. kFailedPrecondition: it was made with another number of
  // partitions, so that this process would look for calls, or leave them, where nobody else does.
  Result<std::string> Identity();

 private:
  struct Parts;
  explicit EngineSet(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace bellrock::metrics::server
