// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "bellrock/metrics/v1/metrics.bellrock.h"
#include "bellrock/status.h"

namespace bellrock::metrics {

// Where pushes go next: from a source to its agent or server, from an agent to a server. Send()
// blocks the calling fiber until the push is taken; kInvalidArgument means it never will be, any
// other error that it may be sent again.
class CardSink {
 public:
  virtual ~CardSink() = default;
  virtual Result<v1::PushReply> Send(const v1::PushRequest& push) = 0;
};

}  // namespace bellrock::metrics
