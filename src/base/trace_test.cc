// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "bellrock/trace.h"

#include <gtest/gtest.h>

namespace bellrock {
namespace {

constexpr char kExample[] = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

TEST(TraceContext, TraceparentGoesThereAndBack) {
  const auto trace = FromTraceparent(kExample);
  ASSERT_TRUE(trace.has_value());
  EXPECT_EQ(trace->trace_id_high, 0x4bf92f3577b34da6u);
  EXPECT_EQ(trace->span_id, 0x00f067aa0ba902b7u);
  EXPECT_TRUE(trace->sampled);
  EXPECT_EQ(ToTraceparent(*trace), kExample);
  EXPECT_EQ(TraceIdText(*trace), "4bf92f3577b34da6a3ce929d0e0e4736");
}

TEST(TraceContext, WhatIsNoTraceparentIsRefused) {
  for (const char* text : {"", "00", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7",
                           "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
                           "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
                           "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
                           "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
                           "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more"}) {
    EXPECT_FALSE(FromTraceparent(text).has_value()) << text;
  }
}

TEST(TraceContext, ALaterVersionIsReadAsFarAsKnown) {
  EXPECT_TRUE(FromTraceparent("01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more"));
}

TEST(TraceContext, AnInvalidOneHasNoText) {
  EXPECT_EQ(ToTraceparent(TraceContext()), "");
}

}  // namespace
}  // namespace bellrock
