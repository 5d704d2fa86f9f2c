// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "routing/proxy/http2_request.h"

#include <gtest/gtest.h>

#include <initializer_list>
#include <string>
#include <utility>

namespace bellrock::routing::proxy {
namespace {

using rpc::http2::FieldBlock;

FieldBlock Block(std::initializer_list<std::pair<const char*, const char*>> fields) {
  FieldBlock block;
  for (const auto& [name, value] : fields) block.Add(name, value);
  return block;
}

TEST(Http2Request, AGrpcCallIsTakenApart) {
  const FieldBlock block = Block({{":method", "POST"},
                                  {":path", "/music.v1.Catalog/Get"},
                                  {":authority", "catalog.music.bellrock"},
                                  {"content-type", "application/grpc"},
                                  {"grpc-timeout", "250m"},
                                  {"bellrock-caller", "a/b"},
                                  {"bellrock-lane", "blue"},
                                  {"bellrock-qos", "background"}});
  const Http2Request request = ReadRequest(block, {});
  EXPECT_TRUE(request.grpc);
  EXPECT_EQ(request.grpc_service, "music.v1.Catalog");
  EXPECT_EQ(request.grpc_method, "Get");
  EXPECT_EQ(request.timeout, std::chrono::milliseconds(250));
  EXPECT_EQ(request.authority, "catalog.music.bellrock");
  EXPECT_EQ(request.caller, "a/b");
  EXPECT_EQ(request.lane, "blue");
  EXPECT_EQ(request.qos, "background");
}

TEST(Http2Request, OtherRequestsHaveNeitherMethodNorTimeout) {
  const FieldBlock block =
      Block({{":method", "GET"}, {":path", "/a/b?id=7"}, {"host", "h"}, {"grpc-timeout", "1S"}});
  ListenSpec spec;
  spec.key_query = "id";
  const Http2Request request = ReadRequest(block, spec);
  EXPECT_FALSE(request.grpc);
  EXPECT_EQ(request.grpc_method, "");
  EXPECT_EQ(request.timeout, Http2Request::kNoTimeout);
  EXPECT_EQ(request.authority, "h");
  EXPECT_EQ(request.key, "7");
}

TEST(Http2Request, APathThatNamesNoMethodHasNone) {
  for (const char* path : {"*", "/", "/Get", "Get"}) {
    const FieldBlock block = Block({{":path", path}, {"content-type", "application/grpc"}});
    EXPECT_EQ(ReadRequest(block, {}).grpc_method, "") << path;
  }
}

TEST(Http2Request, KeysComeFromTheConfiguredField) {
  const FieldBlock block = Block({{"x-user", "ada"}});
  ListenSpec spec;
  spec.key_header = "X-User";
  EXPECT_EQ(ReadRequest(block, spec).key, "ada");
}

TEST(Http2Request, FieldsGoOnInTheirOrderWithWhatIsAdded) {
  const FieldBlock block = Block({{":method", "GET"}, {"cookie", "a"}, {"cookie", "b"}});
  std::vector<rpc::http2::HeaderField> fields;
  AppendRequest(block, {.forwarded_for = "1.2.3.4", .traceparent = "00-1"}, fields);
  std::string all;
  for (const auto& field : fields) {
    all.append(field.name).append("=").append(field.value).append(" ");
  }
  EXPECT_EQ(all, ":method=GET cookie=a cookie=b x-forwarded-for=1.2.3.4 traceparent=00-1 ");
  EXPECT_TRUE(fields.back().unique);
}

}  // namespace
}  // namespace bellrock::routing::proxy
