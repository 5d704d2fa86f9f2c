// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "bellrock/status.h"
#include "fiber/environment.h"

namespace bellrock::naming::server {

// A new epoch: random, never 0, exact in a JavaScript number.
uint64_t NewEpoch(fiber::Random& random);

// The epoch of a data directory: made at its first start and kept in its file `epoch`, so that a
// server which comes back empty is known by another one. kDataLoss if the file cannot be read as
// one.
Result<uint64_t> LoadOrMakeEpoch(fiber::Environment environment, const std::string& directory);

}  // namespace bellrock::naming::server
