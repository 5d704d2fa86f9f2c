// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "settings/settings_rules.h"

#include <gtest/gtest.h>

#include "bellrock/metrics/v1/alarm.pb.h"

namespace bellrock::settings {
namespace {

TEST(SettingsRules, ANameIsALineAndAService) {
  EXPECT_TRUE(IsServiceName("music/storage"));
  for (const char* bad : {"", "music", "/storage", "music/", "a/b/c"}) {
    EXPECT_FALSE(IsServiceName(bad)) << bad;
  }
}

TEST(SettingsRules, AReasonIsAsked) {
  EXPECT_TRUE(CheckReason("ann: test").ok());
  EXPECT_EQ(CheckReason("").code(), StatusCode::kInvalidArgument);
}

TEST(SettingsRules, TheSameMapsAreTheSameBytes) {
  metrics::v1::AlarmRule there, back;
  for (char name = 'a'; name <= 'p'; ++name) (*there.mutable_labels())[{name}] = "1";
  for (char name = 'p'; name >= 'a'; --name) (*back.mutable_labels())[{name}] = "1";
  EXPECT_EQ(BytesOf(there), BytesOf(back));
}

}  // namespace
}  // namespace bellrock::settings
