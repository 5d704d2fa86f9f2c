// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bellrock/time.h"
#include "metrics/host/proc_text.h"

namespace bellrock::metrics::host {

// What was read at one time; what could not be read is left out.
struct HostReading {
  Time at{};
  std::optional<KernelStat> stat;
  std::optional<LoadAverage> load;
  std::optional<HostMemory> memory;
  std::optional<std::map<std::string, NetworkCounts>> network;
  std::optional<std::map<std::string, DiskCounts>> disks;
  std::optional<TcpCounts> tcp;
  std::optional<uint64_t> open_files;
  std::vector<uint64_t> used_permille;  // of the space of each mount
};

struct HostFigure {
  std::string_view name;  // with its unit
  bool counter = false;   // else a gauge
  uint64_t value = 0;

  friend bool operator==(const HostFigure&, const HostFigure&) = default;
};

// The figures of a host (MSEC-026, OCTO-009), made of what is read about once a second. Shares and
// counters are of the time since the reading before, so the first has none. A counter of the kernel
// that is less than before (a device that was away) has counted nothing.
class HostFigures {
 public:
  std::vector<HostFigure> Next(HostReading reading);

 private:
  void AddCpu(const HostReading& now);
  void AddMemory(const HostReading& now);
  void AddNetwork(const HostReading& now);
  void AddDisks(const HostReading& now);
  void Gauge(std::string_view name, uint64_t value) { figures_.push_back({name, false, value}); }
  void Counter(std::string_view name, uint64_t value) { figures_.push_back({name, true, value}); }

  HostReading before_;
  std::vector<HostFigure> figures_;
};

}  // namespace bellrock::metrics::host
