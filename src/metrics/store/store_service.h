// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "bellrock/metrics/v1/store.bellrock.h"
#include "metrics/store/store.h"

namespace bellrock::metrics::store {

// bellrock.metrics.v1.Store over any engine, for processes that use it by RemoteStore. All handlers
// run on the engine's loop (rpc::Server::Add(service, &home)); tables are packed and unpacked on
// disk threads. A scan beside kStoreServedScansMax others is refused.
class StoreService final : public v1::StoreService {
 public:
  // Borrowed.
  explicit StoreService(Store& store) : store_(store) {}

  Result<v1::StoreWriteReply> Write(ServerContext& context,
                                    const v1::StoreWriteRequest& request) override;
  Status Scan(ServerContext& context, const v1::StoreScanRequest& request,
              Writer<v1::StoreScanReply>& writer) override;
  Result<v1::StoreCalleesReply> Callees(ServerContext& context,
                                        const v1::StoreCalleesRequest& request) override;
  Result<v1::StoreMergeReply> Merge(ServerContext& context,
                                    const v1::StoreMergeRequest& request) override;
  Result<v1::StoreExpireReply> Expire(ServerContext& context,
                                      const v1::StoreExpireRequest& request) override;
  Result<v1::StorePutReply> Put(ServerContext& context,
                                const v1::StorePutRequest& request) override;
  Result<v1::StoreGetReply> Get(ServerContext& context,
                                const v1::StoreGetRequest& request) override;

 private:
  Store& store_;
  int scans_ = 0;  // under way
};

}  // namespace bellrock::metrics::store
