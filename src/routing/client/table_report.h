// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "bellrock/routing/v1/routing.bellrock.h"
#include "bellrock/service.h"
#include "bellrock/status.h"

namespace bellrock::routing::client {

// What one report's reply may ask; the rest is left unanswered.
inline constexpr int kAnswersMax = 64;

using Explainer = std::function<Result<v1::ExplainReply>(const v1::ExplainRequest&)>;

// Tells the control plane what was decided here, and answers at once what it asks in return.
// `tables` must say their host; without any nothing is sent. Blocks the fiber. Only for people to
// look at: a report that does not arrive is made up for by the next.
void ReportTables(ChannelInterface& server, std::vector<v1::ServiceTable> tables,
                  const Explainer& explain);

}  // namespace bellrock::routing::client
