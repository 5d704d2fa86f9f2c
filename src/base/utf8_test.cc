// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "base/utf8.h"

#include <gtest/gtest.h>

namespace bellrock {
namespace {

TEST(Utf8Test, KeepsWhatIsWellFormed) {
  EXPECT_EQ(ToUtf8("a\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80", 100),
            "a\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80");
  EXPECT_EQ(ToUtf8("", 100), "");
}

TEST(Utf8Test, ReplacesEachByteThatIsNot) {
  EXPECT_EQ(ToUtf8("a\xff"
                   "b",
                   100),
            "a?b");
  EXPECT_EQ(ToUtf8("\xc0\xaf", 100), "??");            // an overlong slash
  EXPECT_EQ(ToUtf8("\xed\xa0\x80", 100), "???");       // half of a surrogate pair
  EXPECT_EQ(ToUtf8("\xf4\x90\x80\x80", 100), "????");  // beyond Unicode
}

TEST(Utf8Test, ASequenceThatIsCutOffIsReplaced) {
  EXPECT_EQ(ToUtf8("ab\xe2\x82\xac", 4), "ab??");
}

}  // namespace
}  // namespace bellrock
