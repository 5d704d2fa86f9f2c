// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <vector>

#include "fiber/loop.h"

namespace bellrock::fiber {

class Scheduler;

// What Loop::DescribeFibers returns.
std::vector<FiberDescription> DescribeFibers(Scheduler& scheduler, Time now, size_t count);

}  // namespace bellrock::fiber
