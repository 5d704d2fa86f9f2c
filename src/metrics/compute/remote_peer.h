// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "bellrock/metrics/v1/compute_service.bellrock.h"
#include "metrics/compute/live.h"

namespace bellrock::metrics::compute {

// A node of another process (LiveService). An answer takes kLiveAnswerSeconds at most: a node that
// is paused must not keep questions waiting for longer than a takeover. Used on the channel's loop.
class RemotePeer final : public LivePeer {
 public:
  // Borrowed.
  explicit RemotePeer(ChannelInterface& channel) : stub_(channel) {}

  Result<NodeLive> Ask(const std::string& set, const std::string& callee) override;

 private:
  v1::ComputeStub stub_;
};

}  // namespace bellrock::metrics::compute
