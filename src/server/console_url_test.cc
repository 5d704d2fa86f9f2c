// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "server/console_url.h"

#include <gtest/gtest.h>

namespace bellrock::server {
namespace {

TEST(ConsoleUrl, IsWhereTheServerIsReached) {
  const Address local = Address::Tcp("127.0.0.1", 7600);
  EXPECT_EQ(ConsoleUrl(local, "", "box"), "http://127.0.0.1:7600");
  EXPECT_EQ(ConsoleUrl(local, "bellrock.example.com", "box"), "http://bellrock.example.com:7600");
  EXPECT_EQ(ConsoleUrl(Address::Tcp("0.0.0.0", 80), "", "box"), "http://box:80");
  EXPECT_EQ(ConsoleUrl(Address::Tcp("::1", 7600), "", "box"), "http://[::1]:7600");
  EXPECT_EQ(ConsoleUrl(Address::Unix("/run/bellrock.sock"), "", "box"), "");
}

}  // namespace
}  // namespace bellrock::server
