// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/attributes.h"

#include <gmock/gmock.h>

#include "metrics/bounds.h"

namespace bellrock::metrics {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;

std::string TextOf(std::vector<std::string> keys, std::vector<std::string_view> values) {
  const auto made = AttributeKeys::Make(std::move(keys));
  EXPECT_TRUE(made.ok()) << made.status().ToString();
  return made->TextOf(values);
}

TEST(AttributesTest, AreWrittenByAscendingKeyWhateverTheirOrder) {
  EXPECT_EQ(TextOf({"vip", "level"}, {"yes", "28"}), "level=28,vip=yes");
  EXPECT_EQ(TextOf({"level", "vip"}, {"28", "yes"}), "level=28,vip=yes");
  EXPECT_EQ(TextOf({}, {}), "");
}

TEST(AttributesTest, ValuesOfAnyTextComeBack) {
  const std::string text = TextOf({"a", "b"}, {"x=1,y=2%", "\xe2\x82\xac"});
  EXPECT_EQ(text, "a=x%3D1%2Cy%3D2%25,b=\xe2\x82\xac");
  EXPECT_THAT(ParseAttributes(text), ElementsAre(Pair("a", "x=1,y=2%"), Pair("b", "\xe2\x82\xac")));
  EXPECT_THAT(ParseAttributes("(more)"), ElementsAre());
  EXPECT_THAT(ParseAttributes("a=,=b,c=%4"), ElementsAre(Pair("a", ""), Pair("c", "%4")));
}

TEST(AttributesTest, LongValuesAreClippedToWholeCharacters) {
  for (const char* character : {"a", ",", "\xe2\x82\xac", "\xff"}) {
    std::string value;
    for (int i = 0; i < 300; ++i) value += character;
    const std::string text = TextOf({"k1", "k2"}, {value, value});
    EXPECT_LE(text.size(), kDimensionBytesMax);
    EXPECT_GT(text.size(), kDimensionBytesMax - 20);
    EXPECT_EQ(ParseAttributes(text).size(), 2u);
  }
}

TEST(AttributesTest, BadNamesAreRefusedByName) {
  const auto refused = [](std::vector<std::string> keys) {
    return AttributeKeys::Make(std::move(keys)).status().ToString();
  };
  EXPECT_THAT(refused({"ok", "no good"}), HasSubstr("attributes[1]: \"no good\""));
  EXPECT_THAT(refused({"a", "a"}), HasSubstr("twice"));
  EXPECT_THAT(refused(std::vector<std::string>(9, "a")), HasSubstr("at most 8"));
  EXPECT_THAT(refused({""}), HasSubstr("attributes[0]"));
  std::vector<std::string> long_keys;
  for (char c = 'a'; c < 'i'; ++c) long_keys.push_back(std::string(30, c));
  EXPECT_THAT(refused(long_keys), HasSubstr("no room"));
  EXPECT_TRUE(CheckMetricName("name", "logins_total").ok());
  EXPECT_THAT(CheckMetricName("name", "9lives").message(), HasSubstr("name: \"9lives\""));
  EXPECT_FALSE(CheckMetricName("name", std::string(129, 'a')).ok());
}

}  // namespace
}  // namespace bellrock::metrics
