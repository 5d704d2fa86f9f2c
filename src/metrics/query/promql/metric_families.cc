// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/query/promql/metric_families.h"

#include <string>

#include "metrics/series_kind.h"

namespace bellrock::metrics::query::promql {
namespace {

using How = Match::How;

// A metric that has a family of its own.
struct Known {
  std::string_view method;
  std::string_view family;
  std::string_view help;
};

constexpr Known kHostGauges[] = {
    {"cpu_permille", "bellrock_host_cpu_permille", "Busy share of all processors."},
    {"cpu_user_permille", "bellrock_host_cpu_user_permille", "Of it in programs."},
    {"cpu_system_permille", "bellrock_host_cpu_system_permille", "Of it in the kernel."},
    {"cpu_iowait_permille", "bellrock_host_cpu_iowait_permille", "Idle, waiting for disks."},
    {"cpu_steal_permille", "bellrock_host_cpu_steal_permille", "Taken by other guests."},
    {"cpus", "bellrock_host_cpus", "Processors."},
    {"load1_milli", "bellrock_host_load1_milli", "Load of a minute, thousandths."},
    {"load5_milli", "bellrock_host_load5_milli", "Load of 5 minutes, thousandths."},
    {"load15_milli", "bellrock_host_load15_milli", "Load of 15 minutes, thousandths."},
    {"processes_running", "bellrock_host_processes_running", "Threads that run or could."},
    {"processes_blocked", "bellrock_host_processes_blocked", "Threads that wait for disks."},
    {"memory_total_kib", "bellrock_host_memory_total_kib", "Memory."},
    {"memory_used_kib", "bellrock_host_memory_used_kib", "Memory that is not available."},
    {"memory_available_kib", "bellrock_host_memory_available_kib", "Memory programs can get."},
    {"memory_used_permille", "bellrock_host_memory_used_permille", "Used share of memory."},
    {"swap_used_kib", "bellrock_host_swap_used_kib", "Swap in use."},
    {"disk_busy_permille", "bellrock_host_disk_busy_permille", "The busiest disk's time."},
    {"disk_used_permille", "bellrock_host_disk_used_permille", "The fullest mount's space."},
    {"tcp_connections", "bellrock_host_tcp_connections", "Established TCP connections."},
    {"open_files", "bellrock_host_open_files", "File descriptors in use."},
};
constexpr Known kHostCounters[] = {
    {"network_receive_bytes", "bellrock_host_network_receive_bytes_total", "Bytes received."},
    {"network_transmit_bytes", "bellrock_host_network_transmit_bytes_total", "Bytes sent."},
    {"network_errors", "bellrock_host_network_errors_total", "Packets with errors or dropped."},
    {"disk_read_bytes", "bellrock_host_disk_read_bytes_total", "Bytes read from disks."},
    {"disk_write_bytes", "bellrock_host_disk_write_bytes_total", "Bytes written to disks."},
    {"tcp_retransmits", "bellrock_host_tcp_retransmits_total", "TCP segments sent again."},
    {"context_switches", "bellrock_host_context_switches_total", "Context switches."},
    {"processes_started", "bellrock_host_processes_started_total", "Processes and threads made."},
};
constexpr Known kProcessGauges[] = {
    {"cpu_permille", "bellrock_process_cpu_permille", "Processor time; 1000 is one processor."},
    {"rss_kib", "bellrock_process_rss_kib", "Resident memory."},
    {"threads", "bellrock_process_threads", "Threads."},
    {"open_files", "bellrock_process_open_files", "File descriptors."},
    {"fibers", "bellrock_process_fibers", "Fibers."},
    {"run_queue", "bellrock_process_run_queue", "Fibers that wait for their turn."},
    {"loop_delay_us", "bellrock_process_loop_delay_us", "The slowest loop's delay."},
    {"calls_in_flight", "bellrock_process_calls_in_flight", "Calls served now."},
};

Match OfKind(std::string_view prefix) {
  return {Dimension::kCallee, How::kRegex, std::string(prefix) + ".*"};
}

Match WithResult(const char* result) {
  return {Dimension::kResult, How::kEqual, result};
}

Branch OfMetric(const Known& known, std::string_view prefix, std::string_view name_label,
                std::string_view host_label) {
  Column name{name_label, Dimension::kCallee};
  name.prefix = prefix;
  return {.where = {OfKind(prefix), {Dimension::kMethod, How::kEqual, std::string(known.method)}},
          .columns = {name, {host_label, Dimension::kCalleeHost}},
          .constants = {}};
}

void AddKnown(const Known& known, Measure measure, const char* type, Branch branch,
              std::vector<Family>& to) {
  to.push_back({known.family, measure, known.family, type, known.help, {std::move(branch)}, 1});
}

Branch CustomBranch(const char* result) {
  Column service{"service", Dimension::kCallee};
  service.prefix = PrefixOf(SeriesKind::kCustom);
  return {.where = {OfKind(service.prefix), WithResult(result)},
          .columns = {service,
                      {"metric", Dimension::kMethod},
                      {"attributes", Dimension::kCaller},
                      {"instance", Dimension::kCalleeHost, false}},
          .constants = {}};
}

void AddCustom(std::vector<Family>& to) {
  const auto add = [&to](std::string_view name, Measure measure, std::string_view base,
                         std::string_view type, std::string_view help, const char* result) {
    to.push_back({name, measure, base, type, help, {CustomBranch(result)}, 1});
  };
  add("bellrock_custom_total", Measure::kCalls, "bellrock_custom_total", "counter",
      "What programs count themselves, by the metric's name.", kResultCounter);
  add("bellrock_custom", Measure::kMean, "bellrock_custom", "gauge",
      "Gauges of programs, by the metric's name.", kResultGauge);
  add("bellrock_custom_values", Measure::kQuantiles, "bellrock_custom_values", "summary",
      "Exact percentiles of the last minute's values, in the metric's unit.", kResultCard);
  add("bellrock_custom_values_sum", Measure::kLatencySum, "bellrock_custom_values", "summary",
      "Sum of the values of programs' distributions.", kResultCard);
  add("bellrock_custom_values_count", Measure::kCalls, "bellrock_custom_values", "summary",
      "Values of programs' distributions.", kResultCard);
}

}  // namespace

void AddMetricFamilies(std::vector<Family>& to) {
  const std::string_view host = PrefixOf(SeriesKind::kHost);
  for (const Known& known : kHostGauges) {
    AddKnown(known, Measure::kMean, "gauge", OfMetric(known, host, "site", "host"), to);
  }
  for (const Known& known : kHostCounters) {
    AddKnown(known, Measure::kCalls, "counter", OfMetric(known, host, "site", "host"), to);
  }
  const std::string_view process = PrefixOf(SeriesKind::kProcess);
  for (const Known& known : kProcessGauges) {
    AddKnown(known, Measure::kMean, "gauge", OfMetric(known, process, "service", "instance"), to);
  }
  AddCustom(to);
}

}  // namespace bellrock::metrics::query::promql
