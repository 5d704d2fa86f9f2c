// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "base/log.h"
#include "naming/cluster/cluster_node.h"

// What happened in the cluster, as sentences for whoever reads the log: who, and why.
namespace bellrock::naming::server {

struct LogLine {
  log::Level level = log::Level::kInfo;
  std::string text;
};

// One for each event that somebody may have to act on or will ask about later.
std::vector<LogLine> Describe(const cluster::ClusterEffects& effects,
                              const cluster::ClusterNode& node);

}  // namespace bellrock::naming::server
