// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "host/host_config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace bellrock::host {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;

TEST(HostConfig, AnEmptyObjectIsAllDefaults) {
  const Result<HostConfig> config = HostConfig::Parse("{}", "/e");
  ASSERT_TRUE(config.ok()) << config.status().ToString();
  EXPECT_EQ(config->server.listen, ServerOptions().listen);
  EXPECT_EQ(config->server.loops, 1);
  EXPECT_EQ(config->log_level, "info");
  EXPECT_EQ(config->settings, "{}");
  EXPECT_THAT(config->environment, IsEmpty());
}

TEST(HostConfig, WorkersHaveMethodsAndACount) {
  const Result<HostConfig> config = HostConfig::Parse(
      R"({"workers": {"count": 3, "methods": ["a.v1.B/Compute", "a.v1.C/*"]}})", "/e");
  ASSERT_TRUE(config.ok()) << config.status().ToString();
  EXPECT_EQ(config->server.workers, 3);
  EXPECT_THAT(config->server.worker_methods, ElementsAre("a.v1.B/Compute", "a.v1.C/*"));
}

TEST(HostConfig, EveryKeyArrives) {
  const Result<HostConfig> config = HostConfig::Parse(R"({
    // where it listens
    "listen": "127.0.0.1:9", "loops": 2, "hand_off": true, "site": "sz", "department": "d",
    "cluster": "c", "instance": "i", "weight": 7, "log_level": "debug",
    "channel": {"timeout_ms": 300, "attempts": 3},
    "platform": {"servers": "127.0.0.1:1", "agent": "none", "run_dir": "/r", "pages": "off"},
    "settings": {"currency": "EUR"}})",
                                                      "/e");
  ASSERT_TRUE(config.ok()) << config.status().ToString();
  EXPECT_EQ(config->server.listen, "127.0.0.1:9");
  EXPECT_EQ(config->server.loops, 2);
  EXPECT_TRUE(config->server.hand_off);
  EXPECT_EQ(config->server.site, "sz");
  EXPECT_EQ(config->server.department, "d");
  EXPECT_EQ(config->server.cluster, "c");
  EXPECT_EQ(config->server.instance, "i");
  EXPECT_EQ(config->server.weight, 7);
  EXPECT_EQ(config->log_level, "debug");
  EXPECT_EQ(config->settings, R"({"currency":"EUR"})");
  EXPECT_THAT(config->environment,
              ElementsAre(Pair("BELLROCK_TIMEOUT_MS", "300"), Pair("BELLROCK_ATTEMPTS", "3"),
                          Pair("BELLROCK_SERVERS", "127.0.0.1:1"), Pair("BELLROCK_AGENT", "none"),
                          Pair("BELLROCK_RUN_DIR", "/r"), Pair("BELLROCK_PAGES", "off")));
}

TEST(HostConfig, FilesLieInEtcUnlessTheirPathsAreAbsolute) {
  const Result<HostConfig> config = HostConfig::Parse(
      R"({"tls": {"certificate": "own.pem", "key": "/keys/own.key", "ca": "ca.pem",
                  "require_client_certificate": true, "required": true}})",
      "/srv/shop/prices/etc");
  ASSERT_TRUE(config.ok()) << config.status().ToString();
  EXPECT_EQ(config->server.tls.certificate, "/srv/shop/prices/etc/own.pem");
  EXPECT_EQ(config->server.tls.key, "/keys/own.key");
  EXPECT_EQ(config->server.tls.ca, "/srv/shop/prices/etc/ca.pem");
  EXPECT_TRUE(config->server.tls.require_client_certificate);
  EXPECT_TRUE(config->server.tls_required);
}

TEST(HostConfig, PoliciesArriveAsTheServerReadsThem) {
  const Result<HostConfig> config = HostConfig::Parse(
      R"({"access": {"rules": []}, "protection": {"dry_run": true}, "http_origins": ["*"]})", "/e");
  ASSERT_TRUE(config.ok()) << config.status().ToString();
  EXPECT_EQ(config->server.access_policy, R"({"rules":[]})");
  EXPECT_EQ(config->server.protection, R"({"dry_run":true})");
  EXPECT_THAT(config->server.http_origins, ElementsAre("*"));
}

void ExpectRefused(const char* text, const char* what) {
  const Result<HostConfig> config = HostConfig::Parse(text, "/e");
  ASSERT_FALSE(config.ok()) << text;
  EXPECT_EQ(config.status().code(), StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(config.status().message()), HasSubstr(what));
}

TEST(HostConfig, AnUnknownKeyIsRefusedWithTheKnownOnes) {
  ExpectRefused(R"({"lissten": "127.0.0.1:9"})", "'lissten' is not known; known are: listen, ");
  ExpectRefused(R"({"channel": {"retries": 2}})", "'channel.retries' is not known");
  ExpectRefused(R"({"platform": {"server": ""}})", "'platform.server' is not known");
}

TEST(HostConfig, ABadValueIsNamedWithItsKeyAndWhatIsAllowed) {
  ExpectRefused(R"({"listen": 9})", "'listen' is 9; write a string");
  ExpectRefused(R"({"loops": 0})", "'loops' is 0; write a number from 1 to 256");
  ExpectRefused(R"({"loops": 1.5})", "'loops' is 1.5");
  ExpectRefused(R"({"weight": "7"})", "'weight' is \"7\"");
  ExpectRefused(R"({"hand_off": 1})", "'hand_off' is 1; write true or false");
  ExpectRefused(R"({"channel": {"attempts": 6}})", "'channel.attempts' is 6");
  ExpectRefused(R"({"channel": 6})", "'channel' is 6; write an object");
  ExpectRefused(R"({"workers": 4})", "'workers' is 4; write an object");
  ExpectRefused(R"({"workers": {"count": 0, "methods": ["a.B/*"]}})",
                "'workers.count' is 0; write a number from 1 to 256");
  ExpectRefused(R"({"workers": {"methods": "a.B/*"}})", "'workers.methods' is \"a.B/*\"");
  ExpectRefused(R"({"workers": {"count": 4}})", "'workers.methods' names no method; write");
  ExpectRefused(R"({"workers": {"threads": 4}})", "'workers.threads' is not known");
  ExpectRefused(R"({"access": "all"})", "'access' is \"all\"; write an object");
  ExpectRefused(R"({"http_origins": ["*", 1]})", "write a list of strings");
  ExpectRefused(R"({"tls": {"cert": ""}})", "'tls.cert' is not known");
  ExpectRefused(R"({"settings": []})", "'settings' is []; write an object");
  ExpectRefused(R"({"log_level": "loud"})", "write debug, info, warning or error");
  ExpectRefused("[]", "no JSON object");
  ExpectRefused("{\"loops\": 1", "line 1");
}

}  // namespace
}  // namespace bellrock::host
