// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <vector>

namespace bellrock::fiber {

// One line per return address, without the innermost `skip`: "function + offset" where the symbol
// is known, else "file + offset", which addr2line understands. Ends before the runtime's own frames
// at a fiber's bottom.
std::vector<std::string> StackText(std::span<void* const> frames, int skip);

}  // namespace bellrock::fiber
