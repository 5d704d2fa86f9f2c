// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "base/ascii.h"

#include <gtest/gtest.h>

namespace bellrock {
namespace {

TEST(Ascii, LowersLettersAndNothingElse) {
  EXPECT_EQ(LowerCase("AZaz@[`{09-"), "azaz@[`{09-");
  // U+00C4 in UTF-8 and in Latin-1.
  EXPECT_EQ(LowerCase("\xc3\x84\xc4"), "\xc3\x84\xc4");
  EXPECT_EQ(LowerCase(""), "");
}

TEST(Ascii, ComparesWholeTextsIgnoringCase) {
  EXPECT_TRUE(EqualIgnoringCase("GZip", "gzIP"));
  EXPECT_TRUE(EqualIgnoringCase("", ""));
  EXPECT_FALSE(EqualIgnoringCase("gzip", "gzi"));
  EXPECT_FALSE(EqualIgnoringCase("gzi", "gzip"));
  EXPECT_FALSE(EqualIgnoringCase("[", "{"));  // 32 apart, as letters of both cases are
}

TEST(Ascii, FindsPartsIgnoringCase) {
  EXPECT_TRUE(ContainsIgnoringCase("/Sz/Music", "MUS"));
  EXPECT_TRUE(ContainsIgnoringCase("music", ""));
  EXPECT_FALSE(ContainsIgnoringCase("music", "musics"));
}

}  // namespace
}  // namespace bellrock
