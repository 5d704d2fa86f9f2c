// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/host/proc_text.h"

#include <gmock/gmock.h>

#include "metrics/host/proc_samples_for_test.h"

namespace bellrock::metrics::host {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(ProcTextTest, ReadsTheTimesOfAllProcessorsTogether) {
  const KernelStat stat = *ParseStat(kStatSample);
  EXPECT_EQ(stat.cpus, 2u);
  EXPECT_EQ(stat.cpu.user, 7971139u + 3695831u);
  EXPECT_EQ(stat.cpu.system, 1095707u + 7 + 88670);
  EXPECT_EQ(stat.cpu.iowait, 12190u);
  EXPECT_EQ(stat.cpu.steal, 13854u);
  EXPECT_EQ(stat.cpu.idle, 3060038u);
  EXPECT_EQ(stat.context_switches, 355796888u);
  EXPECT_EQ(stat.processes_started, 1131753u);
  EXPECT_EQ(stat.processes_running, 17u);
  EXPECT_EQ(stat.processes_blocked, 2u);
}

TEST(ProcTextTest, ReadsLoadAndMemory) {
  EXPECT_EQ(ParseLoadAverage(kLoadSample)->load1_milli, 13920u);
  EXPECT_EQ(ParseLoadAverage(kLoadSample)->load15_milli, 3040u);
  const HostMemory memory = *ParseMemory(kMemorySample);
  EXPECT_EQ(memory.total_kib, 24731708u);
  EXPECT_EQ(memory.available_kib, 21414792u);
  EXPECT_EQ(memory.swap_total_kib, 1000000u);
  EXPECT_EQ(memory.swap_free_kib, 900000u);
}

TEST(ProcTextTest, LeavesOutInterfacesOnWhichBytesWouldCountTwice) {
  const auto devices = *ParseNetworkDevices(kNetworkSample);
  ASSERT_EQ(devices.size(), 2u);
  EXPECT_EQ(devices.at("eth0").receive_bytes, 5000000123u);
  EXPECT_EQ(devices.at("eth0").transmit_bytes, 700000456u);
  EXPECT_EQ(devices.at("eth0").errors, 10u);
  EXPECT_EQ(devices.at("eth1").receive_bytes, 600u);
}

TEST(ProcTextTest, CountsWholeDisksInBytes) {
  const auto disks = *ParseDiskStats(kDiskSample);
  ASSERT_EQ(disks.size(), 2u);
  EXPECT_EQ(disks.at("vda").read_bytes, uint64_t{20714610} * 512);
  EXPECT_EQ(disks.at("vda").write_bytes, uint64_t{766623064} * 512);
  EXPECT_EQ(disks.at("vda").busy_ms, 1464328u);
  EXPECT_EQ(disks.at("nvme0n1").write_bytes, 16u * 512);
}

TEST(ProcTextTest, ReadsConnectionsFilesAndMounts) {
  EXPECT_EQ(ParseSnmp(kSnmpSample)->connections, 44u);
  EXPECT_EQ(ParseSnmp(kSnmpSample)->retransmits, 93320u);
  EXPECT_EQ(*ParseFileNumbers(kFilesSample), 1900u);
  EXPECT_THAT(ParseMounts(kMountsSample), ElementsAre("/", "/data"));
}

TEST(ProcTextTest, NamesTheFileAndTheLineThatIsWrong) {
  EXPECT_THAT(ParseStat("cpu 1 2 x\n").status().message(), HasSubstr("/proc/stat: \"cpu 1 2 x\""));
  EXPECT_THAT(ParseStat("").status().message(), HasSubstr("/proc/stat"));
  EXPECT_THAT(ParseLoadAverage("high\n").status().message(), HasSubstr("/proc/loadavg"));
  EXPECT_THAT(ParseMemory("MemTotal: 5 kB\n").status().message(), HasSubstr("MemAvailable"));
  EXPECT_THAT(ParseNetworkDevices("eth0: 1 2\n").status().message(), HasSubstr("eth0: 1 2"));
  EXPECT_THAT(ParseDiskStats("8 0 sda 1\n").status().message(), HasSubstr("8 0 sda 1"));
  EXPECT_THAT(ParseSnmp("Tcp: CurrEstab\nTcp: 5\n").status().message(), HasSubstr("net/snmp"));
  EXPECT_THAT(ParseSnmp("Ip: 1\n").status().message(), HasSubstr("Tcp"));
  EXPECT_THAT(ParseFileNumbers("").status().message(), HasSubstr("file-nr"));
}

TEST(ProcTextTest, AnyPrefixOfAFileIsReadOrRefused) {
  // A file that is cut off must not be read past its end.
  for (const std::string_view sample :
       {std::string_view(kStatSample), std::string_view(kMemorySample),
        std::string_view(kNetworkSample), std::string_view(kDiskSample),
        std::string_view(kSnmpSample), std::string_view(kMountsSample)}) {
    for (size_t size = 0; size < sample.size(); ++size) {
      const std::string text(sample.substr(0, size));
      (void)ParseStat(text);
      (void)ParseLoadAverage(text);
      (void)ParseMemory(text);
      (void)ParseNetworkDevices(text);
      (void)ParseDiskStats(text);
      (void)ParseSnmp(text);
      (void)ParseFileNumbers(text);
      EXPECT_LE(ParseMounts(text).size(), 2u);
    }
  }
}

}  // namespace
}  // namespace bellrock::metrics::host
