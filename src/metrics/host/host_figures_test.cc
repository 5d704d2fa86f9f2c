// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/host/host_figures.h"

#include <gtest/gtest.h>

#include <map>
#include <string>

namespace bellrock::metrics::host {
namespace {

using Values = std::map<std::string, uint64_t>;

Values ValuesOf(const std::vector<HostFigure>& figures) {
  Values values;
  for (const HostFigure& figure : figures) values[std::string(figure.name)] = figure.value;
  return values;
}

HostReading At(int seconds) {
  HostReading reading;
  reading.at = Time(std::chrono::seconds(seconds));
  return reading;
}

TEST(HostFiguresTest, SharesOfTheProcessorAreOfTheTimeSinceTheLastReading) {
  HostFigures figures;
  HostReading first = At(1);
  first.stat = KernelStat{.cpu = {.user = 1000, .system = 500, .idle = 10'000}, .cpus = 2};
  EXPECT_FALSE(ValuesOf(figures.Next(first)).contains("cpu_permille"));
  HostReading second = At(2);
  second.stat = first.stat;
  second.stat->cpu.user += 50;
  second.stat->cpu.system += 20;
  second.stat->cpu.iowait += 30;
  second.stat->cpu.idle += 100;
  second.stat->context_switches += 77;
  const Values values = ValuesOf(figures.Next(second));
  EXPECT_EQ(values.at("cpu_permille"), 350u);
  EXPECT_EQ(values.at("cpu_user_permille"), 250u);
  EXPECT_EQ(values.at("cpu_system_permille"), 100u);
  EXPECT_EQ(values.at("cpu_iowait_permille"), 150u);
  EXPECT_EQ(values.at("cpu_steal_permille"), 0u);
  EXPECT_EQ(values.at("context_switches"), 77u);
  EXPECT_EQ(values.at("cpus"), 2u);
}

TEST(HostFiguresTest, CountersAreSummedOverTheDevicesThatWereThereBefore) {
  HostFigures figures;
  HostReading first = At(1);
  first.network.emplace()["eth0"] = {.receive_bytes = 100, .transmit_bytes = 10};
  (*first.network)["eth1"] = {.receive_bytes = 1000};
  EXPECT_TRUE(figures.Next(first).empty());
  HostReading second = At(2);
  second.network = first.network;
  (*second.network)["eth0"].receive_bytes += 5'000'000'000;
  (*second.network)["eth0"].transmit_bytes += 3;
  (*second.network)["eth1"].receive_bytes = 7;            // it was away and counts anew
  (*second.network)["eth2"] = {.receive_bytes = 12'345};  // new: nobody knows since when
  const Values values = ValuesOf(figures.Next(second));
  EXPECT_EQ(values.at("network_receive_bytes"), 5'000'000'000u);
  EXPECT_EQ(values.at("network_transmit_bytes"), 3u);
  EXPECT_EQ(values.at("network_errors"), 0u);
}

TEST(HostFiguresTest, TheBusiestDiskAndTheFullestMountSpeakForAll) {
  HostFigures figures;
  HostReading first = At(1);
  first.disks.emplace()["sda"] = {};
  (*first.disks)["sdb"] = {};
  (void)figures.Next(first);
  HostReading second = At(3);
  second.disks.emplace()["sda"] = {.read_bytes = 512, .write_bytes = 1024, .busy_ms = 500};
  (*second.disks)["sdb"] = {.read_bytes = 512, .write_bytes = 0, .busy_ms = 100};
  second.used_permille = {120, 970, 3};
  const Values values = ValuesOf(figures.Next(second));
  EXPECT_EQ(values.at("disk_read_bytes"), 1024u);
  EXPECT_EQ(values.at("disk_write_bytes"), 1024u);
  EXPECT_EQ(values.at("disk_busy_permille"), 250u);
  EXPECT_EQ(values.at("disk_used_permille"), 970u);
}

TEST(HostFiguresTest, MemoryThatIsAvailableIsNotUsed) {
  HostFigures figures;
  HostReading reading = At(1);
  reading.memory =
      HostMemory{.total_kib = 1000, .available_kib = 750, .swap_total_kib = 10, .swap_free_kib = 4};
  const Values values = ValuesOf(figures.Next(reading));
  EXPECT_EQ(values.at("memory_used_kib"), 250u);
  EXPECT_EQ(values.at("memory_used_permille"), 250u);
  EXPECT_EQ(values.at("memory_total_kib"), 1000u);
  EXPECT_EQ(values.at("swap_used_kib"), 6u);
}

TEST(HostFiguresTest, AReadingThatFailedHasNoFiguresAndTheNextOneBeginsAnew) {
  HostFigures figures;
  HostReading whole = At(1);
  whole.tcp = TcpCounts{.connections = 5, .retransmits = 100};
  EXPECT_EQ(ValuesOf(figures.Next(whole)), (Values{{"tcp_connections", 5}}));
  EXPECT_TRUE(figures.Next(At(2)).empty());
  whole.tcp->retransmits = 200;
  EXPECT_EQ(ValuesOf(figures.Next(whole)), (Values{{"tcp_connections", 5}}));
  whole.tcp->retransmits = 203;
  EXPECT_EQ(ValuesOf(figures.Next(whole)),
            (Values{{"tcp_connections", 5}, {"tcp_retransmits", 3}}));
}

}  // namespace
}  // namespace bellrock::metrics::host
