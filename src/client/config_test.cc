// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "client/config.h"

#include <gtest/gtest.h>

#include <cstdlib>

namespace bellrock::client {
namespace {

class ConfigTest : public testing::Test {
 protected:
  void TearDown() override {
    for (const std::string& name : set_) unsetenv(name.c_str());
  }
  void Set(const std::string& name, const std::string& value) {
    setenv(name.c_str(), value.c_str(), 1);
    set_.push_back(name);
  }

 private:
  std::vector<std::string> set_;
};

TEST_F(ConfigTest, FindsThePlatformOfThisHostByDefault) {
  Set("BELLROCK_RUN_DIR", "/tmp/run");
  Result<Config> config = Config::FromEnvironment();
  ASSERT_TRUE(config.ok()) << config.status().ToString();
  EXPECT_EQ(config->agent->ToString(), "unix:/tmp/run/agent.sock");
  ASSERT_EQ(config->servers.size(), 1u);
  EXPECT_EQ(config->servers[0].ToString(), "127.0.0.1:7600");
  EXPECT_EQ(config->attempts, 0);
  EXPECT_EQ(config->timeout_ms, 0);
}

TEST_F(ConfigTest, ReadsListsOfServersAndTheAbsenceOfAnAgent) {
  Set("BELLROCK_SERVERS", "10.0.0.1:1,[::1]:2,registry.sz:7600");
  Set("BELLROCK_AGENT", "none");
  Result<Config> config = Config::FromEnvironment();
  ASSERT_TRUE(config.ok()) << config.status().ToString();
  EXPECT_FALSE(config->agent.has_value());
  ASSERT_EQ(config->servers.size(), 3u);
  EXPECT_TRUE(config->servers[2].is_name());
  EXPECT_EQ(config->servers[1].ToString(), "[::1]:2");
}

TEST_F(ConfigTest, NamesTheVariableTheValueAndTheRemedy) {
  Set("BELLROCK_ATTEMPTS", "9");
  Status status = Config::FromEnvironment().status();
  EXPECT_EQ(status.code(), StatusCode::kInvalidArgument);
  EXPECT_EQ(status.message(), "BELLROCK_ATTEMPTS='9': must be a number from 1 to 5");
  Set("BELLROCK_ATTEMPTS", "2");
  Set("BELLROCK_TIMEOUT_MS", "1s");
  status = Config::FromEnvironment().status();
  EXPECT_EQ(status.message(), "BELLROCK_TIMEOUT_MS='1s': must be a number from 1 to 3600000");
  Set("BELLROCK_TIMEOUT_MS", "250");
  Set("BELLROCK_SERVERS", "nowhere");
  status = Config::FromEnvironment().status();
  EXPECT_NE(status.message().find("BELLROCK_SERVERS"), std::string::npos) << status.ToString();
  EXPECT_NE(status.message().find("nowhere"), std::string::npos) << status.ToString();
  Set("BELLROCK_SERVERS", "127.0.0.1:7600");
  Set("BELLROCK_SERVED", "no");
  status = Config::FromEnvironment().status();
  EXPECT_EQ(status.message(), "BELLROCK_SERVED='no': write 0 or 1");
}

}  // namespace
}  // namespace bellrock::client
