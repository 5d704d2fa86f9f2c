// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "bellrock/routing/v1/plan.pb.h"
#include "bellrock/routing/v1/routing.pb.h"
#include "routing/table.h"

namespace bellrock::routing {

// Which instance a call would get by this table, decision by decision and why: what
// `bellrock routing explain` prints. Nothing is counted. A call without a key is told how the calls
// of its pool are shared; the instance is then the one with the largest share.
v1::ExplainReply Explain(const RouteTable& table, const v1::RoutePlan& plan,
                         const v1::ServiceTable& described, const v1::ExplainRequest& request);

}  // namespace bellrock::routing
