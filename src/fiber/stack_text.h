// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <vector>

#include "fiber/symbols.h"

namespace bellrock::fiber {

// One line per return address, without the innermost `skip`, up to the bottom of the fiber's own
// code.
std::vector<std::string> StackText(Symbols& symbols, std::span<void* const> frames, size_t skip);

}  // namespace bellrock::fiber
