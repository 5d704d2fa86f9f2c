// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "cli/session.h"

#include <gtest/gtest.h>

namespace bellrock::cli {
namespace {

TEST(ErrorText, WhatTheServerAnsweredIsSaidOnceBesideWhoWasAsked) {
  const Status answered = NotFoundError("nobody calls 'a/b'");
  const Status status = answered.WithCause(
      NotFoundError("x.Y/Show to bellrock/server failed after 1 try: 1) 127.0.0.1:7600: "
                    "NOT_FOUND: nobody calls 'a/b' (0.3 ms)"));
  EXPECT_EQ(ErrorText(status),
            "NOT_FOUND: nobody calls 'a/b'; x.Y/Show to bellrock/server failed after 1 try: 1) "
            "127.0.0.1:7600 (0.3 ms)");
}

TEST(ErrorText, ACauseThatSaysSomethingElseIsKeptWhole) {
  const Status status =
      UnavailableError("the agent is away").WithCause(InternalError("disk is full"));
  EXPECT_EQ(ErrorText(status), status.ToString());
  EXPECT_EQ(ErrorText(NotFoundError("no such site")), "NOT_FOUND: no such site");
}

}  // namespace
}  // namespace bellrock::cli
