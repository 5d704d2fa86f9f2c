// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "routing/agent/snapshot.h"

#include <gtest/gtest.h>

#include "testing/world.h"

namespace bellrock::routing::agent {
namespace {

Snapshot Made() {
  InstanceSpec one;
  one.path = "sz/default/music/storage/default/1";
  one.address = "10.0.0.1:7001";
  one.site = "sz";
  one.static_weight = 250;
  one.naming_state = "working";
  InstanceSpec two = one;
  two.path = "sz/default/music/storage/default/2";
  two.availability = Availability::kWithheld;
  two.region = "south";
  two.labels = {{"lane", "blue"}};
  two.registered_unix_ms = 7;
  v1::StoredSettings settings;
  settings.set_service("music/storage");
  settings.set_version(9);
  settings.mutable_settings()->set_policy("ring");
  return {{{"music/storage", {one, two}}, {"music/catalog", {}}}, {settings}};
}

TEST(Snapshot, SurvivesARestartWhole) {
  testing::World world(3);
  world.Run([&] {
    fiber::Disk& disk = world.Host("a").disk;
    EXPECT_EQ(LoadSnapshot(disk, "routing.snapshot").status().code(), StatusCode::kNotFound);
    ASSERT_TRUE(SaveSnapshot(disk, "routing.snapshot", {}).ok());
    ASSERT_TRUE(SaveSnapshot(disk, "routing.snapshot", Made()).ok());
    world.CrashDisk("a");
    const auto loaded = LoadSnapshot(disk, "routing.snapshot");
    ASSERT_TRUE(loaded.ok()) << loaded.status().ToString();
    EXPECT_EQ(loaded->lists, Made().lists);
    ASSERT_EQ(loaded->settings.size(), 1u);
    EXPECT_EQ(loaded->settings[0].SerializeAsString(), Made().settings[0].SerializeAsString());
  });
}

TEST(Snapshot, DamageAndAFullDiskAreToldAndTheFormerSnapshotStays) {
  testing::World world(3);
  world.Run([&] {
    fiber::Disk& disk = world.Host("a").disk;
    ASSERT_TRUE(SaveSnapshot(disk, "routing.snapshot", Made()).ok());
    world.SetDiskSpace("a", 10);
    EXPECT_EQ(SaveSnapshot(disk, "routing.snapshot", Made()).code(),
              StatusCode::kResourceExhausted);
    EXPECT_EQ(LoadSnapshot(disk, "routing.snapshot")->lists, Made().lists);
    world.SetDiskSpace("a", 1 << 20);
    auto file = disk.Open("routing.snapshot", fiber::OpenMode::kAppendOrCreate);
    ASSERT_TRUE(file.ok());
    ASSERT_TRUE((*file)->Append(std::as_bytes(std::span("x", 1))).ok());
    const Status status = LoadSnapshot(disk, "routing.snapshot").status();
    EXPECT_EQ(status.code(), StatusCode::kDataLoss);
    EXPECT_NE(status.message().find("wrong checksum"), std::string::npos) << status.ToString();
  });
}

}  // namespace
}  // namespace bellrock::routing::agent
