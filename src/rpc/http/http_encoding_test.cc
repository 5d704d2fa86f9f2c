// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "rpc/http/http_encoding.h"

#include <gtest/gtest.h>

#include "rpc/http/http_answer.h"

namespace bellrock::rpc {
namespace {

TEST(HttpEncoding, ListsAreReadByNameAndWeight) {
  EXPECT_TRUE(AcceptsByName("gzip", "gzip"));
  EXPECT_TRUE(AcceptsByName("br;q=1.0, GZip ;q=0.1", "gzip"));
  EXPECT_FALSE(AcceptsByName("gzip;q=0", "gzip"));
  EXPECT_FALSE(AcceptsByName("gzip; q=0.00, br", "gzip"));
  EXPECT_FALSE(AcceptsByName("xgzip, *", "gzip"));
  EXPECT_FALSE(AcceptsByName("", "gzip"));
  EXPECT_TRUE(AcceptsByName("text/html, application/x-ndjson", "application/x-ndjson"));
}

TEST(HttpEncoding, GzipComesBack) {
  std::string text;
  for (int i = 0; i < 20'000; ++i) text += std::to_string(i * i);
  const std::string packed = Gzip(text);
  EXPECT_LT(packed.size(), text.size());
  EXPECT_EQ(*Gunzip(packed, text.size()), text);
  EXPECT_EQ(*Gunzip(Gzip(""), 0), "");
}

TEST(HttpEncoding, ABombIsRefusedBeforeItIsUnpacked) {
  const std::string bomb = Gzip(std::string(4 << 20, 'x'));
  EXPECT_LT(bomb.size(), 100'000U);
  const Result<std::string> body = Gunzip(bomb, 1000);
  ASSERT_FALSE(body.ok());
  EXPECT_EQ(body.status().code(), StatusCode::kResourceExhausted);
  EXPECT_NE(body.status().message().find("1000 bytes"), std::string_view::npos);
}

TEST(HttpEncoding, OnlyAWholeStreamIsTaken) {
  const std::string packed = Gzip("hello");
  for (const std::string& bad :
       {std::string("{}"), std::string(), packed + "x", packed.substr(0, packed.size() - 1)}) {
    const Result<std::string> body = Gunzip(bad, 1000);
    ASSERT_FALSE(body.ok());
    EXPECT_EQ(body.status().code(), StatusCode::kInvalidArgument);
  }
}

HttpAnswer JsonOf(size_t bytes, bool takes_gzip) {
  return {.reply = {.content_type = std::string(kJsonType), .body = std::string(bytes, '1')},
          .takes_gzip = takes_gzip};
}

TEST(HttpAnswer, PacksJsonThatIsWorthIt) {
  const auto packed = [](const HttpAnswer& answer) {
    return AnswerText(answer).find("Content-Encoding: gzip\r\n") != std::string::npos;
  };
  EXPECT_TRUE(packed(JsonOf(2000, true)));
  EXPECT_FALSE(packed(JsonOf(2000, false)));
  EXPECT_FALSE(packed(JsonOf(1000, true)));
  EXPECT_FALSE(packed(JsonOf(5 << 20, true)));
  HttpAnswer page = JsonOf(2000, true);
  page.reply.content_type = "text/plain";
  EXPECT_FALSE(packed(page));
  // Caches must not give one form to those who asked for the other.
  EXPECT_NE(AnswerText(JsonOf(2000, false)).find("Vary: Accept-Encoding\r\n"), std::string::npos);
}

}  // namespace
}  // namespace bellrock::rpc
