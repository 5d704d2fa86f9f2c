// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "bellrock/service.h"
#include "bellrock/status.h"
#include "cli/call/schema.h"

namespace bellrock::cli {

// Files of one callee at most; a callee that sends more is not believed.
inline constexpr size_t kFilesMax = 10'000;

// Asks the callee what it serves: by bellrock.rpc.v1.Reflection, else by gRPC's reflection (v1,
// v1alpha). kFailedPrecondition with the remedy if it serves none of them. Blocks.
Result<std::unique_ptr<Schema>> FetchSchema(ChannelInterface& channel, const CallOptions& options);

}  // namespace bellrock::cli
