// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <vector>

#include "bellrock/routing/v1/settings.pb.h"
#include "bellrock/status.h"
#include "fiber/environment.h"
#include "routing/table.h"

// The agent's memory on disk: the last instance list and settings of each service, so that a host
// starts with every registry gone (VIN-054, ZY-017). One file with a checksum, replaced atomically.
// docs/spec/shm.md, "Routing snapshot".
namespace bellrock::routing::agent {

using InstanceLists = std::map<std::string, std::vector<InstanceSpec>>;

struct Snapshot {
  InstanceLists lists;
  std::vector<v1::StoredSettings> settings;
};

// Both block the fiber. Load: kNotFound if there is none, kDataLoss if it is damaged.
Status SaveSnapshot(fiber::Disk& disk, const std::string& path, const Snapshot& snapshot);
Result<Snapshot> LoadSnapshot(fiber::Disk& disk, const std::string& path);

}  // namespace bellrock::routing::agent
