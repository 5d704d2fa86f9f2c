// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "bellrock/status.h"

// What Linux writes in /proc, read. Pure. Counters are those of the kernel, since the host started.
// kInvalidArgument names the file and the line that is not as it should be.
namespace bellrock::metrics::host {

// In ticks, over all processors.
struct CpuTimes {
  uint64_t user = 0;    // with nice
  uint64_t system = 0;  // with interrupts
  uint64_t iowait = 0;
  uint64_t steal = 0;
  uint64_t idle = 0;

  uint64_t total() const { return user + system + iowait + steal + idle; }
  uint64_t busy() const { return user + system + steal; }
};

struct KernelStat {
  CpuTimes cpu;
  uint64_t cpus = 0;
  uint64_t context_switches = 0;
  uint64_t processes_started = 0;
  uint64_t processes_running = 0;
  uint64_t processes_blocked = 0;
};
Result<KernelStat> ParseStat(std::string_view text);

struct LoadAverage {
  uint64_t load1_milli = 0;
  uint64_t load5_milli = 0;
  uint64_t load15_milli = 0;
};
Result<LoadAverage> ParseLoadAverage(std::string_view text);

struct HostMemory {
  uint64_t total_kib = 0;
  uint64_t available_kib = 0;
  uint64_t swap_total_kib = 0;
  uint64_t swap_free_kib = 0;
};
Result<HostMemory> ParseMemory(std::string_view text);

struct NetworkCounts {
  uint64_t receive_bytes = 0;
  uint64_t transmit_bytes = 0;
  uint64_t errors = 0;  // packets not delivered, either way
};
// By interface; those only by which a byte on the wire would count twice (loopback, bridges,
// tunnels, VLANs) are left out.
Result<std::map<std::string, NetworkCounts>> ParseNetworkDevices(std::string_view text);

struct DiskCounts {
  uint64_t read_bytes = 0;
  uint64_t write_bytes = 0;
  uint64_t busy_ms = 0;
};
// By disk: no partitions, no devices made of other disks.
Result<std::map<std::string, DiskCounts>> ParseDiskStats(std::string_view text);

struct TcpCounts {
  uint64_t connections = 0;  // established now
  uint64_t retransmits = 0;
};
Result<TcpCounts> ParseSnmp(std::string_view text);

// File descriptors in use on the host, from /proc/sys/fs/file-nr.
Result<uint64_t> ParseFileNumbers(std::string_view text);

// Where disks that can be written are mounted, each once.
std::vector<std::string> ParseMounts(std::string_view text);

}  // namespace bellrock::metrics::host
