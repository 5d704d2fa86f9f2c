// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "routing/proxy/http2_refusal.h"

#include <gtest/gtest.h>

namespace bellrock::routing::proxy {
namespace {

std::string FieldsOf(const Http2Refusal& refusal) {
  std::vector<rpc::http2::HeaderField> fields;
  refusal.AppendFields(fields);
  std::string all;
  for (const auto& field : fields) {
    all.append(field.name).append("=").append(field.value).append(";");
  }
  return all;
}

TEST(Http2Refusal, AGrpcCallGetsAStatus) {
  const Http2Refusal refusal(true, 503, StatusCode::kResourceExhausted, "100 %");
  EXPECT_EQ(FieldsOf(refusal),
            ":status=200;content-type=application/grpc;grpc-status=8;grpc-message=100 %25;");
  EXPECT_EQ(refusal.body(), "");
}

TEST(Http2Refusal, OthersGetATextAndAreToldWhenToComeBack) {
  const Http2Refusal refusal(false, 503, StatusCode::kUnavailable, "no instance");
  EXPECT_EQ(refusal.body(), "bellrock proxy: no instance\n");
  EXPECT_EQ(FieldsOf(refusal),
            ":status=503;content-type=text/plain; charset=utf-8;content-length=28;retry-after=1;");
  EXPECT_EQ(FieldsOf(Http2Refusal(false, 404, StatusCode::kNotFound, "x")).find("retry-after"),
            std::string::npos);
}

}  // namespace
}  // namespace bellrock::routing::proxy
