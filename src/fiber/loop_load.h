// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

namespace bellrock::fiber {

struct LoopLoad {
  size_t live = 0;   // fibers, without the calling one
  size_t ready = 0;  // of them, waiting for their turn
};
// Of the loop that runs the calling fiber. Looks at each ready fiber.
LoopLoad LoadOfThisLoop();

}  // namespace bellrock::fiber
