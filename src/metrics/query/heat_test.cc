// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/query/heat.h"

#include <gmock/gmock.h>

#include "metrics/query/memory_source.h"

namespace bellrock::metrics::query {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class HeatTest : public ::testing::Test {
 protected:
  v1::HeatRequest Request(int64_t from, int64_t to, int64_t step) {
    v1::HeatRequest request;
    request.set_from(from);
    request.set_to(to);
    request.set_step(step);
    return request;
  }
  MemorySource source_;
};

TEST_F(HeatTest, CountsEachCallInItsColumnAndRow) {
  source_.AddCall(0, {"music/storage", "Get"}, 100);
  source_.AddCall(5, {"music/storage", "Get"}, 900);
  source_.AddCall(9, {"music/storage", "Put"}, 900);
  source_.AddCall(20, {"music/storage", "Get"}, 300);
  v1::HeatRequest request = Request(0, 30, 10);
  request.set_rows(5);
  const auto reply = HeatOf(source_, request);
  ASSERT_TRUE(reply.ok()) << reply.status().ToString();
  EXPECT_THAT(reply->bounds_us(), ElementsAre(100, 220, 470, 1000));
  ASSERT_EQ(reply->columns_size(), 3);
  EXPECT_EQ(reply->columns(1).from(), 10);
  EXPECT_THAT(reply->columns(0).calls(), ElementsAre(1, 0, 2));
  EXPECT_THAT(reply->columns(1).calls(), ElementsAre(0, 0, 0));
  EXPECT_THAT(reply->columns(2).calls(), ElementsAre(0, 1, 0));
  EXPECT_EQ(reply->most(), 2u);
}

TEST_F(HeatTest, IsOfTheCallsThatMatchOnly) {
  source_.AddCall(0, {"music/storage", "Get"}, 100);
  source_.AddCall(0, {"music/storage", "Put"}, 5000);
  v1::HeatRequest request = Request(0, 10, 0);
  request.add_where()->set_dimension("method");
  request.mutable_where(0)->set_value("Get");
  const auto reply = *HeatOf(source_, request);
  EXPECT_THAT(reply.bounds_us(), ElementsAre(100, 110));
  ASSERT_EQ(reply.columns_size(), 1);
  EXPECT_THAT(reply.columns(0).calls(), ElementsAre(1));
}

TEST_F(HeatTest, WithoutCallsThereIsNothing) {
  const auto reply = *HeatOf(source_, Request(0, 10, 1));
  EXPECT_EQ(reply.bounds_us_size(), 0);
  EXPECT_EQ(reply.columns_size(), 0);
}

TEST_F(HeatTest, WhatCannotBeAskedIsRefusedByName) {
  const auto refusal = [this](const v1::HeatRequest& request) {
    const auto reply = HeatOf(source_, request);
    EXPECT_EQ(reply.status().code(), StatusCode::kInvalidArgument);
    return std::string(reply.status().message());
  };
  v1::HeatRequest request = Request(0, 10, 1);
  request.set_rows(97);
  EXPECT_THAT(refusal(request), HasSubstr("rows: 97"));
  EXPECT_THAT(refusal(Request(0, 1001, 1)), HasSubstr("step: 1 s make 1001 columns"));
  request = Request(0, 10, 1);
  request.add_where()->set_dimension("colour");
  EXPECT_THAT(refusal(request), HasSubstr("where.dimension"));
}

}  // namespace
}  // namespace bellrock::metrics::query
