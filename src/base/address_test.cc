// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "base/address.h"

#include <gtest/gtest.h>

namespace bellrock {
namespace {

TEST(Address, ReadsWhatItPrints) {
  for (const char* text : {"127.0.0.1:7600", "[::1]:0", "unix:/run/bellrock/agent.sock"}) {
    Result<Address> address = Address::Parse(text);
    ASSERT_TRUE(address.ok()) << address.status().ToString();
    EXPECT_EQ(address->ToString(), text);
  }
}

TEST(Address, NamesValueReasonAndRemedyOfBadInput) {
  struct Case {
    const char* text;
    const char* reason;
  };
  for (const Case& c : {Case{"127.0.0.1", "no port"}, Case{"127.0.0.1:70000", "port is not"},
                        Case{"127.0.0.1:", "port is not"}, Case{"::1:80", "needs brackets"},
                        Case{"host.example:80", "not an IP"}, Case{"unix:", "path is empty"},
                        Case{"", "no port"}}) {
    Status status = Address::Parse(c.text).status();
    EXPECT_EQ(status.code(), StatusCode::kInvalidArgument) << c.text;
    EXPECT_NE(status.message().find(c.reason), std::string::npos) << status.ToString();
    EXPECT_NE(status.message().find("for example"), std::string::npos) << status.ToString();
  }
}

}  // namespace
}  // namespace bellrock
