// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "bellrock/status.h"
#include "fiber/environment.h"

namespace bellrock::naming::server {

// The number of this life of a node: higher than that of every earlier one, also when its disk was
// lost in between, for it is the clock's Unix milliseconds or one more than the last (kept in
// `directory`/epoch, synced before this returns). kDataLoss if the file cannot be read as one.
Result<uint64_t> BeginLife(fiber::Environment environment, const std::string& directory);

// The next life is to be later than `life`, of which others have told. Blocks.
Status KeepLife(fiber::Environment environment, const std::string& directory, uint64_t life);

}  // namespace bellrock::naming::server
