// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/host/host_source.h"

#include <gtest/gtest.h>

#include <map>
#include <string>

#include "fiber/fiber.h"
#include "metrics/host/proc_samples_for_test.h"
#include "testing/world.h"

namespace bellrock::metrics::host {
namespace {

class HostSourceTest : public ::testing::Test {
 protected:
  void Write(const std::string& path, std::string_view text) {
    const std::string directory = path.substr(0, path.rfind('/'));
    ASSERT_TRUE(environment_.disk.CreateDirectories(directory).ok());
    (void)environment_.disk.Remove(path);
    auto file = environment_.disk.Open(path, fiber::OpenMode::kCreateNew);
    ASSERT_TRUE(file.ok()) << file.status().ToString();
    ASSERT_TRUE((*file)->Append(std::as_bytes(std::span(text))).ok());
  }
  std::map<std::string, v1::Card> Collect(HostSource& source, int64_t second) {
    v1::PushRequest push;
    source.Collect(second, false, push);
    std::map<std::string, v1::Card> cards;
    for (const v1::Card& card : push.cards()) cards[card.dimensions().method()] = card;
    return cards;
  }

  testing::World world_{1};
  fiber::Environment environment_ = world_.Host("a");
};

TEST_F(HostSourceTest, TellsWhatProcSaysUnderTheSiteAndTheHost) {
  world_.Run([this] {
    Write("/proc/stat", kStatSample);
    Write("/proc/loadavg", kLoadSample);
    Write("/proc/net/dev", kNetworkSample);
    Write("/proc/mounts", kMountsSample);
    const auto space = [](const std::string& path) -> Result<fiber::DiskSpace> {
      if (path == "/") return UnavailableError("not now");
      return fiber::DiskSpace{.total_bytes = 110, .used_bytes = 25, .available_bytes = 75};
    };
    HostSource source(environment_, {.site = "sz", .host = "sz-7", .space = space});
    auto cards = Collect(source, 50);
    ASSERT_TRUE(cards.contains("load1_milli"));
    const v1::Card& load = cards["load1_milli"];
    EXPECT_EQ(load.dimensions().callee(), "host:sz");
    EXPECT_EQ(load.dimensions().instance(), "sz-7");
    EXPECT_EQ(load.dimensions().result(), "GAUGE");
    EXPECT_EQ(load.second(), 50);
    EXPECT_EQ(load.latency_us_delta(0), 13920u);
    EXPECT_EQ(cards["disk_used_permille"].latency_us_delta(0), 250u);
    EXPECT_FALSE(cards.contains("memory_used_kib"));  // there is no such file here
    std::string later(kNetworkSample);
    later.replace(later.find("5000000123"), 10, "5000000999");
    Write("/proc/net/dev", later);
    cards = Collect(source, 51);
    ASSERT_TRUE(cards.contains("network_receive_bytes"));
    EXPECT_EQ(cards["network_receive_bytes"].dimensions().result(), "COUNTER");
    EXPECT_EQ(cards["network_receive_bytes"].count(0), 876u);
  });
}

TEST_F(HostSourceTest, ReadsFilesThatAreLongerThanARead) {
  world_.Run([this] {
    Write("/proc/stat", "intr " + std::string(100'000, '0') + "\n" + kStatSample);
    HostSource source(environment_, {.site = "", .host = "h"});
    auto cards = Collect(source, 50);
    ASSERT_TRUE(cards.contains("processes_running"));
    EXPECT_EQ(cards["processes_running"].latency_us_delta(0), 17u);
    EXPECT_EQ(cards["processes_running"].dimensions().callee(), "host:local");
  });
}

TEST_F(HostSourceTest, AtTheEndThereIsNothingToAdd) {
  world_.Run([this] {
    Write("/proc/stat", kStatSample);
    HostSource source(environment_, {.site = "sz", .host = "h"});
    v1::PushRequest push;
    source.Collect(50, true, push);
    EXPECT_EQ(push.cards_size(), 0);
  });
}

}  // namespace
}  // namespace bellrock::metrics::host
