// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "naming/server/bench_figure.h"

namespace bellrock::naming::server {

// What it costs to tell watchers of a change, and how soon they know.
std::vector<Figure> PushFigures();

}  // namespace bellrock::naming::server
