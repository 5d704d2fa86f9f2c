// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/address.h"
#include "bellrock/status.h"

namespace bellrock::fiber {

// Names being looked up in this process at once; more are refused with kResourceExhausted.
inline constexpr int kLookupsMax = 8;

// See Network::Resolve(). The C library's resolver has no deadline, so each lookup gets a thread of
// its own, which goes on by itself when the calling fiber's deadline or cancellation comes first.
Result<std::vector<Address>> ResolveName(const std::string& name, uint16_t port);

}  // namespace bellrock::fiber
