// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "bellrock/service.h"
#include "bellrock/status.h"
#include "cli/call/schema.h"

namespace bellrock::cli {

// Where the JSON of requests comes from, one message after the other: nullopt = no more. Blocks the
// thread.
using RequestSource = std::function<std::optional<std::string>()>;

// Makes one call of any kind and prints each reply as a line of JSON. On a plain thread: requests
// may come from a terminal.
Status CallOnce(ChannelInterface& channel, const Schema& schema, const Schema::Method& method,
                const RequestSource& requests, const CallOptions& options);

}  // namespace bellrock::cli
