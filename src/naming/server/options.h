// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "naming/registry.h"

namespace bellrock::naming::server {

struct NamingServerOptions {
  // Where journal, snapshots and epoch lie; "" keeps everything in memory only.
  std::string data_dir;
  RegistryOptions registry;
  // A snapshot is taken when the journal holds this much since the last one.
  uint64_t snapshot_records = 1'000'000;
  uint64_t snapshot_bytes = 128 << 20;
  uint64_t segment_bytes = 64 << 20;
  // What the network carries of pushes: above 70 % of it they pause (VIN-069). 1 Gbit/s.
  uint64_t push_capacity_bytes_per_s = 125'000'000;
};

}  // namespace bellrock::naming::server
