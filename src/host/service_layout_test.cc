// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "host/service_layout.h"

#include <gtest/gtest.h>

namespace bellrock::host {
namespace {

TEST(ServiceLayout, NamesEverythingByTheLastTwoComponents) {
  for (const char* directory : {"/srv/bellrock/music/storage", "/srv/bellrock/music/storage//"}) {
    const Result<ServiceLayout> layout = ServiceLayout::Of(directory);
    ASSERT_TRUE(layout.ok()) << layout.status().ToString();
    EXPECT_EQ(layout->name, "music/storage");
    EXPECT_EQ(layout->plugin, "/srv/bellrock/music/storage/bin/storage.so");
    EXPECT_EQ(layout->config, "/srv/bellrock/music/storage/etc/storage.json");
    EXPECT_EQ(layout->log_file, "/srv/bellrock/music/storage/log/storage.log");
  }
}

TEST(ServiceLayout, ADirectoryWithoutTwoNamesIsRefused) {
  for (const char* directory : {"", "/", "/storage", "storage"}) {
    EXPECT_EQ(ServiceLayout::Of(directory).status().code(), StatusCode::kInvalidArgument)
        << directory;
  }
}

}  // namespace
}  // namespace bellrock::host
