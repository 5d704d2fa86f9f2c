// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "bellrock/service.h"
#include "bellrock/status.h"
#include "cli/call/pacer.h"
#include "cli/call/schema.h"
#include "fiber/signals.h"

namespace bellrock::cli {

// Makes many calls with one request and prints what became of them: a table, or one JSON object.
// Progress goes to stderr each second. A signal ends it early and prints what there is. OK if all
// calls were; kAborted if some failed.
Status RunLoad(ChannelInterface& channel, const Schema& schema, const Schema::Method& method,
               const std::string& request_json, const CallOptions& options, const LoadPlan& plan,
               bool json, fiber::TerminationSignals& signals);

}  // namespace bellrock::cli
