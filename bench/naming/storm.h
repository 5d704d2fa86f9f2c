// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fiber/loop.h"
#include "figures.h"
#include "load_options.h"

namespace bellrock::bench {

// A tenth of the fleet's hosts dies at the same moment, with its instances' leases all renewed just
// before, so that they end together: the worst there is. Watchers, each with a connection of its
// own, share the services out. Runs in a fiber; the agents of the living go on in `agents_loop`.
void MeasureStorm(const LoadOptions& options, fiber::Loop& agents_loop, Figures& figures);

// Instances come and go at a rate while all are renewed and some services are watched.
void RunChurn(const LoadOptions& options, Figures& figures);

}  // namespace bellrock::bench
