// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "server/console.h"

#include <gtest/gtest.h>

namespace bellrock::server {
namespace {

constexpr Asset kAssets[] = {
    {"/index.html", "<html>"}, {"/index.html.gz", "zipped"}, {"/assets/app-1a2b.js", "let a"}};

std::string Header(const rpc::HttpReply& reply, std::string_view name) {
  for (const auto& [key, value] : reply.headers) {
    if (key == name) return value;
  }
  return "";
}

rpc::HttpRequest Get(std::string path) {
  rpc::HttpRequest request;
  request.method = "GET";
  request.path = std::move(path);
  return request;
}

TEST(Console, ServesThePageForEveryPathOfItsRouter) {
  Console console(kAssets);
  for (const char* path : {"/", "/services/music/storage", "/services/music/v1.2", "/index.html"}) {
    rpc::HttpReply reply = console.Serve(Get(path));
    EXPECT_EQ(reply.status, 200) << path;
    EXPECT_EQ(reply.body, "<html>");
    EXPECT_EQ(Header(reply, "Cache-Control"), "no-cache");
  }
  EXPECT_EQ(console.Serve(Get("/assets/gone.js")).status, 404);
}

TEST(Console, SendsTheCompressedFormToBrowsersThatTakeIt) {
  Console console(kAssets);
  rpc::HttpRequest request = Get("/");
  request.accept_encoding = "gzip, deflate, br";
  EXPECT_EQ(console.Serve(request).body, "zipped");
  request.path = "/assets/app-1a2b.js";
  rpc::HttpReply reply = console.Serve(request);
  EXPECT_EQ(reply.body, "let a");
  EXPECT_EQ(Header(reply, "Content-Encoding"), "");
  EXPECT_NE(Header(reply, "Cache-Control").find("immutable"), std::string::npos);
}

TEST(Console, AnswersNotModifiedToAKnownTag) {
  Console console(kAssets);
  rpc::HttpRequest request = Get("/");
  request.if_none_match = Header(console.Serve(request), "ETag");
  EXPECT_EQ(console.Serve(request).status, 304);
  EXPECT_EQ(console.Serve(request).body, "");
}

TEST(Console, SaysWhatToDoWhenItWasNotBuiltIn) {
  rpc::HttpReply reply = Console({}).Serve(Get("/"));
  EXPECT_EQ(reply.status, 404);
  EXPECT_NE(reply.body.find("./run build"), std::string::npos);
}

}  // namespace
}  // namespace bellrock::server
