// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/series_kind.h"

#include <gtest/gtest.h>

#include <string>

namespace bellrock::metrics {
namespace {

TEST(SeriesKindTest, TellsServicesFromMetricsByTheirPrefix) {
  EXPECT_TRUE(IsService("music/storage"));
  EXPECT_TRUE(IsService("(more)"));
  EXPECT_TRUE(IsService(""));
  EXPECT_TRUE(IsService("hosts/storage"));
  EXPECT_EQ(SeriesKindOf("host:sz"), SeriesKind::kHost);
  EXPECT_EQ(SeriesKindOf("process:music/storage"), SeriesKind::kProcess);
  EXPECT_EQ(SeriesKindOf("custom:music/storage"), SeriesKind::kCustom);
}

TEST(SeriesKindTest, GivesBackTheNameThatWasPrefixed) {
  for (const SeriesKind kind :
       {SeriesKind::kService, SeriesKind::kHost, SeriesKind::kProcess, SeriesKind::kCustom}) {
    const std::string callee = SeriesCallee(kind, "music/storage");
    EXPECT_EQ(SeriesKindOf(callee), kind);
    EXPECT_EQ(WithoutPrefix(callee), "music/storage");
  }
}

}  // namespace
}  // namespace bellrock::metrics
