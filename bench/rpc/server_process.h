// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "bellrock/bench/v1/echo.pb.h"

namespace bellrock::bench {

// What every echo handler does first: nothing, or keep its thread for 5 ms of wall time, computing
// or asleep in the kernel.
void BeSlow(v1::Slowness slowness);

// Says the port to the driver and returns when the input ends, which is also when the driver dies.
void ServeUntilInputEnds(int port);

}  // namespace bellrock::bench
