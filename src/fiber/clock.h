// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fiber/environment.h"

namespace bellrock::fiber {

// CLOCK_MONOTONIC and CLOCK_REALTIME. One for the process, any thread.
Clock& RealClock();

// A xoshiro256** generator per thread, seeded by the kernel. Not for secrets.
Random& RealRandom();

}  // namespace bellrock::fiber
