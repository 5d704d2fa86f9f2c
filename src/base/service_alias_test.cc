// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "base/service_alias.h"

#include <gtest/gtest.h>

namespace bellrock {
namespace {

TEST(ServiceAlias, IsTwoNumbersOf32Bits) {
  for (const char* alias : {"64001:65536", "0:0", "4294967295:1"}) {
    EXPECT_TRUE(IsServiceAlias(alias)) << alias;
  }
  for (const char* text : {"", ":", "1:", ":1", "1", "1:2:3", "4294967296:1", "01:2", "1:00",
                           "-1:2", "+1:2", " 1:2", "1:2 ", "a:1", "music/catalog", "/1:2"}) {
    EXPECT_FALSE(IsServiceAlias(text)) << text;
  }
}

}  // namespace
}  // namespace bellrock
