// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "bellrock/status.h"

namespace bellrock::fiber {

// Of the file system that holds a path.
struct DiskSpace {
  uint64_t total_bytes = 0;
  uint64_t used_bytes = 0;
  uint64_t available_bytes = 0;  // to others than root
};
// Blocks the calling fiber. kNotFound, kUnavailable.
Result<DiskSpace> SpaceOf(const std::string& path);

}  // namespace bellrock::fiber
