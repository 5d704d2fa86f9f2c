// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "rpc/http/path_template.h"

#include <gtest/gtest.h>

#include <string>

namespace bellrock::rpc {
namespace {

using Kind = PathSegment::Kind;

std::vector<std::string> Captured(std::string_view path_template, std::string_view raw_path) {
  const Result<PathTemplate> parsed = ParsePathTemplate(path_template);
  EXPECT_TRUE(parsed.ok()) << parsed.status().ToString();
  return *CaptureVariables(*parsed, SplitPath(raw_path));
}

TEST(PathTemplate, ReadsLiteralsWildcardsVariablesAndVerb) {
  const Result<PathTemplate> path = ParsePathTemplate("/v1/{book.name=shelves/*}/pages/{id}:lend");
  ASSERT_TRUE(path.ok()) << path.status().ToString();
  EXPECT_EQ(path->Shape(), "/v1/shelves/*/pages/*:lend");
  EXPECT_EQ(path->verb, "lend");
  ASSERT_EQ(path->variables.size(), 2U);
  EXPECT_EQ(path->variables[0].field, "book.name");
  EXPECT_EQ(path->variables[0].first, 1U);
  EXPECT_EQ(path->variables[0].count, 2U);
  EXPECT_EQ(path->variables[1].field, "id");
  EXPECT_EQ(path->segments[4], (PathSegment{Kind::kOne, ""}));
  EXPECT_EQ(ParsePathTemplate("/v1/**")->segments[1].kind, Kind::kMany);
  EXPECT_EQ(ParsePathTemplate("/{a=**}:stop")->Shape(), "/**:stop");
}

TEST(PathTemplate, RefusesWhatItCannotMeanAndSaysWhere) {
  const std::pair<const char*, const char*> cases[] = {
      {"", "must begin with '/'"},
      {"v1", "must begin with '/'"},
      {"/", "empty segment"},
      {"/a//b", "empty segment"},
      {"/a/", "empty segment"},
      {"/{}", "names no field"},
      {"/{1a}", "names no field"},
      {"/{a.}", "names no field"},
      {"/{a", "without its '}'"},
      {"/{a={b}}", "inside a variable"},
      {"/{a=}", "empty segment"},
      {"/**/a", "** must be the last"},
      {"/{a=**}/b", "** must be the last"},
      {"/{a}/{a}", "binds field a twice"},
      {"/a:", "no verb"},
      {"/a:b/c", "should end here"},
      {"/a}", "should end here"},
      {"/***", "should end here"},
  };
  for (const auto& [text, part] : cases) {
    const Result<PathTemplate> path = ParsePathTemplate(text);
    ASSERT_FALSE(path.ok()) << text;
    EXPECT_EQ(path.status().code(), StatusCode::kInvalidArgument);
    EXPECT_NE(path.status().message().find(part), std::string_view::npos)
        << text << ": " << path.status().message();
  }
}

TEST(PathTemplate, IsBounded) {
  std::string many;
  for (size_t i = 0; i <= kPathSegmentsMax; ++i) many += "/a";
  EXPECT_FALSE(ParsePathTemplate(many).ok());
  EXPECT_TRUE(SplitPath(many).empty());
  EXPECT_FALSE(ParsePathTemplate("/" + std::string(5000, 'a')).ok());
}

TEST(SplitPath, KeepsEmptyAndEscapedSegments) {
  EXPECT_EQ(SplitPath("/a/b%2Fc//"), (std::vector<std::string_view>{"a", "b%2Fc", "", ""}));
  EXPECT_EQ(SplitPath("/"), (std::vector<std::string_view>{""}));
  EXPECT_TRUE(SplitPath("").empty());
  EXPECT_TRUE(SplitPath("a/b").empty());
}

TEST(CaptureVariables, DecodesOneSegmentWholeAndKeepsSlashesOfLongerOnes) {
  EXPECT_EQ(Captured("/v1/{id}", "/v1/a%2Fb%20c"), std::vector<std::string>{"a/b c"});
  EXPECT_EQ(Captured("/v1/{id=shelves/*}", "/v1/shelves/a%2fb%20c"),
            std::vector<std::string>{"shelves/a%2fb c"});
  EXPECT_EQ(Captured("/v1/{path=**}", "/v1/a%2Fb/c%41"), std::vector<std::string>{"a%2Fb/cA"});
  EXPECT_EQ(Captured("/v1/{path=**}", "/v1"), std::vector<std::string>{""});
  EXPECT_EQ(Captured("/{a}/x/{b.c}", "/1/x/2"), (std::vector<std::string>{"1", "2"}));
  // A plus sign is itself in a path.
  EXPECT_EQ(Captured("/{a}", "/1+2"), std::vector<std::string>{"1+2"});
}

}  // namespace
}  // namespace bellrock::rpc
