// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace bellrock {

// How the calls of a channel share connections.
enum class Connections : uint8_t {
  kSingle = 0,  // a few per endpoint, each carries many calls at once
  kPooled = 1,  // each call in flight has one of its own; idle ones are kept
  kShort = 2,   // each call makes one and closes it
};

}  // namespace bellrock
