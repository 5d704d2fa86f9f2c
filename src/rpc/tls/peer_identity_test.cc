// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "rpc/tls/peer_identity.h"

#include <gtest/gtest.h>

#include "rpc/tls/certificate.h"
#include "rpc/tls/file_watch.h"
#include "rpc/tls/test_authority.h"

namespace bellrock::rpc {
namespace {

constexpr WallTime kNow{std::chrono::seconds(1'800'000'000)};

PeerIdentity IdentityOfSubject(const TestSubject& subject) {
  const TestPair pair = TestAuthority("Authority", kNow).Issue(subject);
  return IdentityOf(ReadFacts(*pair.parsed).names);
}

TEST(PeerIdentity, IsTheEndOfTheSpiffeIdBeforeAllElse) {
  const PeerIdentity identity = IdentityOfSubject(
      {.common_name = "cn", .names = {"DNS:dns", "URI:spiffe://corp/site1/music/web"}});
  EXPECT_EQ(identity.name, "music/web");
  EXPECT_EQ(identity.uri, "spiffe://corp/site1/music/web");
}

TEST(PeerIdentity, IsTheFirstDnsNameWithoutAnId) {
  const PeerIdentity identity = IdentityOfSubject(
      {.common_name = "cn", .names = {"URI:https://corp/a/b", "DNS:*.corp", "DNS:web.corp"}});
  EXPECT_EQ(identity.name, "web.corp");
  EXPECT_EQ(identity.uri, "");
}

TEST(PeerIdentity, IsTheCommonNameWithoutOtherNames) {
  EXPECT_EQ(IdentityOfSubject({.common_name = "music/web"}).name, "music/web");
  EXPECT_EQ(IdentityOfSubject({.common_name = "cn", .names = {"IP:10.0.0.1"}}).name, "cn");
}

TEST(PeerIdentity, IsNothingForNamesThatCannotBeShown) {
  EXPECT_EQ(IdentityOfSubject({}).name, "");
  EXPECT_EQ(IdentityOfSubject({.common_name = "\xe9\x9f\xb3"}).name, "");
  EXPECT_EQ(IdentityOf({.common_name = std::string("music/web\0x", 11)}).name, "");
  EXPECT_EQ(IdentityOf({.common_name = std::string(kIdentityBytesMax + 1, 'a')}).name, "");
}

TEST(PeerIdentity, ReadsPathsAsDocumented) {
  const auto name = [](const char* uri) { return IdentityOf({.uris = {uri}}).name; };
  EXPECT_EQ(name("spiffe://corp/music/web"), "music/web");
  EXPECT_EQ(name("spiffe://corp/web"), "web");
  EXPECT_EQ(name("spiffe://corp/ns/music/sa/web"), "music/web");
  EXPECT_EQ(name("spiffe://corp/x/ns/music/sa/web"), "music/web");
}

TEST(PeerIdentity, RefusesMalformedIds) {
  for (const char* uri :
       {"spiffe://corp", "spiffe://corp/", "spiffe:///music/web", "spiffe://corp/music//web",
        "spiffe://corp/music/web/", "spiffe://corp/../web", "spiffe://corp/music/%77eb",
        "spiffe://corp/music/web?x", "SPIFFE://corp/music/web", "music/web"}) {
    EXPECT_EQ(IdentityOf({.uris = {uri}}).name, "") << uri;
  }
}

TEST(CertificateFacts, SayWhatTheCertificateSays) {
  const TestAuthority authority("Authority", kNow);
  const CertificateFacts facts = ReadFacts(
      *authority.Issue({.common_name = "web", .names = {"IP:10.0.0.1", "IP:::1"}}).parsed);
  EXPECT_EQ(facts.subject, "CN=web");
  EXPECT_EQ(facts.issuer, "CN=Authority");
  EXPECT_FALSE(facts.serial.empty());
  EXPECT_EQ(facts.not_before, kNow - std::chrono::hours(1));
  EXPECT_EQ(facts.not_after, kNow + std::chrono::hours(1));
  EXPECT_EQ(facts.names.ips, (std::vector<std::string>{"10.0.0.1", "0:0:0:0:0:0:0:1"}));
  EXPECT_EQ(WallTimeText(facts.not_after), "2027-01-15 09:00:00 UTC");
}

TEST(FileWatch, LoadsAChangeOnceItStays) {
  FileWatch watch("a");
  EXPECT_FALSE(watch.Observe("a"));
  EXPECT_FALSE(watch.Observe("b"));
  EXPECT_TRUE(watch.Observe("b"));
  EXPECT_FALSE(watch.Observe("b"));
  EXPECT_FALSE(watch.Observe("b"));
}

TEST(FileWatch, WaitsWhileFilesAreBeingReplaced) {
  FileWatch watch("a");
  EXPECT_FALSE(watch.Observe("half"));
  EXPECT_FALSE(watch.Observe("whole"));
  EXPECT_TRUE(watch.Observe("whole"));
}

TEST(FileWatch, ForgetsAChangeThatWasTakenBack) {
  FileWatch watch("a");
  EXPECT_FALSE(watch.Observe("b"));
  EXPECT_FALSE(watch.Observe("a"));
  EXPECT_FALSE(watch.Observe("b"));
  EXPECT_TRUE(watch.Observe("b"));
}

}  // namespace
}  // namespace bellrock::rpc
