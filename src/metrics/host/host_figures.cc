// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/host/host_figures.h"

#include <algorithm>
#include <utility>

namespace bellrock::metrics::host {
namespace {

constexpr uint64_t kPermille = 1000;

uint64_t Gained(uint64_t before, uint64_t now) {
  return now > before ? now - before : 0;
}

uint64_t PermilleOf(uint64_t part, uint64_t whole) {
  return whole == 0 ? 0 : std::min(kPermille, part * kPermille / whole);
}

// What the devices gained together; a device that is new begins with its next reading.
template <typename Counts>
uint64_t GainedBy(const std::map<std::string, Counts>& before,
                  const std::map<std::string, Counts>& now, uint64_t Counts::*count) {
  uint64_t sum = 0;
  for (const auto& [name, counts] : now) {
    const auto found = before.find(name);
    if (found != before.end()) sum += Gained(found->second.*count, counts.*count);
  }
  return sum;
}

}  // namespace

std::vector<HostFigure> HostFigures::Next(HostReading reading) {
  figures_.clear();
  AddCpu(reading);
  if (reading.load) {
    Gauge("load1_milli", reading.load->load1_milli);
    Gauge("load5_milli", reading.load->load5_milli);
    Gauge("load15_milli", reading.load->load15_milli);
  }
  AddMemory(reading);
  AddNetwork(reading);
  AddDisks(reading);
  if (reading.open_files) Gauge("open_files", *reading.open_files);
  before_ = std::move(reading);
  return std::exchange(figures_, {});
}

void HostFigures::AddCpu(const HostReading& now) {
  if (!now.stat) return;
  Gauge("cpus", now.stat->cpus);
  Gauge("processes_running", now.stat->processes_running);
  Gauge("processes_blocked", now.stat->processes_blocked);
  if (!before_.stat) return;
  Counter("context_switches", Gained(before_.stat->context_switches, now.stat->context_switches));
  Counter("processes_started",
          Gained(before_.stat->processes_started, now.stat->processes_started));
  const CpuTimes& from = before_.stat->cpu;
  const CpuTimes& to = now.stat->cpu;
  const uint64_t ticks = Gained(from.total(), to.total());
  if (ticks == 0) return;  // asked again within a tick
  Gauge("cpu_permille", PermilleOf(Gained(from.busy(), to.busy()), ticks));
  Gauge("cpu_user_permille", PermilleOf(Gained(from.user, to.user), ticks));
  Gauge("cpu_system_permille", PermilleOf(Gained(from.system, to.system), ticks));
  Gauge("cpu_iowait_permille", PermilleOf(Gained(from.iowait, to.iowait), ticks));
  Gauge("cpu_steal_permille", PermilleOf(Gained(from.steal, to.steal), ticks));
}

void HostFigures::AddMemory(const HostReading& now) {
  if (!now.memory) return;
  const HostMemory& memory = *now.memory;
  const uint64_t used = Gained(memory.available_kib, memory.total_kib);
  Gauge("memory_total_kib", memory.total_kib);
  Gauge("memory_used_kib", used);
  Gauge("memory_available_kib", memory.available_kib);
  Gauge("memory_used_permille", PermilleOf(used, memory.total_kib));
  Gauge("swap_used_kib", Gained(memory.swap_free_kib, memory.swap_total_kib));
}

void HostFigures::AddNetwork(const HostReading& now) {
  if (now.network && before_.network) {
    const auto gained = [&](uint64_t NetworkCounts::*count) {
      return GainedBy(*before_.network, *now.network, count);
    };
    Counter("network_receive_bytes", gained(&NetworkCounts::receive_bytes));
    Counter("network_transmit_bytes", gained(&NetworkCounts::transmit_bytes));
    Counter("network_errors", gained(&NetworkCounts::errors));
  }
  if (!now.tcp) return;
  Gauge("tcp_connections", now.tcp->connections);
  if (before_.tcp) {
    Counter("tcp_retransmits", Gained(before_.tcp->retransmits, now.tcp->retransmits));
  }
}

void HostFigures::AddDisks(const HostReading& now) {
  if (!now.used_permille.empty()) {
    Gauge("disk_used_permille",
          *std::max_element(now.used_permille.begin(), now.used_permille.end()));
  }
  if (!now.disks || !before_.disks) return;
  Counter("disk_read_bytes", GainedBy(*before_.disks, *now.disks, &DiskCounts::read_bytes));
  Counter("disk_write_bytes", GainedBy(*before_.disks, *now.disks, &DiskCounts::write_bytes));
  const auto passed =
      std::chrono::duration_cast<std::chrono::milliseconds>(now.at - before_.at).count();
  if (passed <= 0) return;
  uint64_t busiest = 0;
  for (const auto& [name, counts] : *now.disks) {
    const auto found = before_.disks->find(name);
    if (found != before_.disks->end()) {
      busiest = std::max(busiest, Gained(found->second.busy_ms, counts.busy_ms));
    }
  }
  Gauge("disk_busy_permille", PermilleOf(busiest, static_cast<uint64_t>(passed)));
}

}  // namespace bellrock::metrics::host
