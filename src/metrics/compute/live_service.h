// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "bellrock/metrics/v1/compute_service.bellrock.h"
#include "metrics/compute/node.h"

namespace bellrock::metrics::compute {

// bellrock.metrics.v1.Compute over the node of this process, for servers that ask by RemotePeer.
// All handlers run on the node's loop; tables are packed on disk threads.
class LiveService final : public v1::ComputeService {
 public:
  // Borrowed.
  explicit LiveService(const Node& node) : node_(node) {}

  Status Live(ServerContext& context, const v1::LiveRequest& request,
              Writer<v1::LiveReply>& writer) override;

 private:
  const Node& node_;
};

}  // namespace bellrock::metrics::compute
