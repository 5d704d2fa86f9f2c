// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <xxhash.h>

#include <algorithm>
#include <cstdint>
#include <string_view>

namespace bellrock::routing {

// How a method is named in counters and tables: the low half of XXH3-64 of
// "package.Service/Method", and never 0, which stands for no method (docs/spec/shm.md).
inline uint32_t MethodHash(std::string_view full_name) {
  return std::max(static_cast<uint32_t>(XXH3_64bits(full_name.data(), full_name.size())),
                  uint32_t{1});
}

}  // namespace bellrock::routing
