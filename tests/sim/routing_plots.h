// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "routing_scenes.h"

namespace bellrock::routing::sim {

// One line of a plot: a policy's way through the scene.
struct Course {
  std::string policy;
  Recording recording;
};

// An SVG of two panels over time: the share of calls that failed or were refused, and the load of
// those the scene is about, as a multiple of what is usual for them.
std::string Plot(const Scene& scene, const std::vector<Course>& courses);

}  // namespace bellrock::routing::sim
