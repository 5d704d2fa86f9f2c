// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

namespace bellrock::metrics {

// The partition of what `source` counted of `callee`. A service whose calls are spread over
// `spread` partitions has them in a row from its own; a source's calls of it all go to one. The
// same on every machine and in every version: a push that is sent again must go where it went.
uint32_t PartitionOf(std::string_view callee, std::string_view source, uint32_t spread,
                     uint32_t partitions);

}  // namespace bellrock::metrics
