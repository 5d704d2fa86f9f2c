// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "bellrock/status.h"

namespace bellrock::naming::server {

// Where another server of the cluster may be found, as an operator writes it.
struct Seed {
  std::string host;  // an IP literal without brackets, or a name that DNS knows
  uint16_t port = 0;
  bool is_name = false;

  friend bool operator==(const Seed&, const Seed&) = default;
};

inline constexpr size_t kSeedNamesMax = 16;

// "10.0.0.1:7600,[fd00::2]:7600,bellrock.example:7600"; none twice. kInvalidArgument with the part
// that is wrong and how to write it.
Result<std::vector<Seed>> ParseSeeds(std::string_view list);

}  // namespace bellrock::naming::server
