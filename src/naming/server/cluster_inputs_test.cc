// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
// What a clustered server reads beside datagrams: the list of seeds, the file of members; and what
// it writes for people.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "naming/server/cluster_log.h"
#include "naming/server/members_file.h"
#include "naming/server/seed_list.h"
#include "naming/server/seed_source.h"

namespace bellrock::naming::server {
namespace {

using cluster::ClusterEffects;
using cluster::ClusterNode;
using cluster::ElectionEvent;
using cluster::LeaderClaim;
using cluster::MemberEvent;
using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

constexpr Time kStart = Time() + seconds(1000);

ClusterNode Node() {
  cluster::ClusterNodeOptions options;
  options.membership.name = "a";
  options.membership.profile.address = Address::Tcp("10.0.0.1", 7600);
  options.membership.profile.metadata.site = "sz";
  return ClusterNode(options, kStart);
}

cluster::MemberUpdate Says(int i, cluster::Liveness liveness, uint64_t incarnation = 1) {
  cluster::MemberUpdate update;
  update.name = "n" + std::to_string(i);
  update.liveness = liveness;
  update.incarnation = incarnation;
  update.accuser = "n9";
  update.profile = cluster::Profile{Address::Tcp("10.0.1." + std::to_string(i), 7600),
                                    {"sz", "", "", cluster::Role::kFollower, 0, 0, false}};
  return update;
}

ClusterEffects Hear(ClusterNode& node, std::vector<cluster::MemberUpdate> updates, Time now) {
  return node.Receive({"n9", cluster::Gossip{}, std::move(updates)}, Address::Tcp("10.0.1.9", 1),
                      now);
}

std::string SeedError(std::string_view list) {
  return ParseSeeds(list).status().ToString();
}

TEST(SeedList, TakesAddressesAndNames) {
  const auto seeds = ParseSeeds("10.0.0.1:7600,[fd00::2]:1,registry-0.example:7600,10.0.0.1:7600,");
  ASSERT_TRUE(seeds.ok()) << seeds.status().ToString();
  EXPECT_THAT(*seeds, ElementsAre(Seed{"10.0.0.1", 7600, false}, Seed{"fd00::2", 1, false},
                                  Seed{"registry-0.example", 7600, true}));
  EXPECT_THAT(*ParseSeeds(""), SizeIs(0));
}

TEST(SeedList, SaysWhichPartIsWrongAndHowToWriteIt) {
  EXPECT_THAT(SeedError("10.0.0.1:7600,b"), HasSubstr("join 'b': no port"));
  EXPECT_THAT(SeedError("b:0"), HasSubstr("not a number from 1 to 65535"));
  EXPECT_THAT(SeedError("10.0.0.1:0"), HasSubstr("port 0"));
  EXPECT_THAT(SeedError("b:7600x"), HasSubstr("not a number"));
  EXPECT_THAT(SeedError("10.0.0.:7600"), HasSubstr("neither an address nor a name"));
  EXPECT_THAT(SeedError("a b:7600"), HasSubstr("neither an address nor a name"));
  EXPECT_THAT(SeedError("unix:/run/x"), HasSubstr("socket file"));
  EXPECT_THAT(SeedError("b"), HasSubstr("for example"));
  std::string many;
  for (int i = 0; i < 20; ++i) many += "host" + std::to_string(i) + ":1,";
  EXPECT_THAT(SeedError(many), HasSubstr("20 DNS names; use at most 16"));
}

TEST(SeedSource, ANodeThatIsItsOwnOnlySeedExpectsNobody) {
  const Address self = Address::Tcp("10.0.0.1", 7600);
  fiber::Resolver& resolver = fiber::RealResolver();
  EXPECT_FALSE(SeedSource(resolver, {}, {}).expects_others(self));
  EXPECT_FALSE(SeedSource(resolver, *ParseSeeds("10.0.0.1:7600"), {}).expects_others(self));
  EXPECT_TRUE(SeedSource(resolver, *ParseSeeds("registry:7600"), {}).expects_others(self));
  EXPECT_TRUE(SeedSource(resolver, {}, {Address::Tcp("10.0.0.2", 7600)}).expects_others(self));
}

TEST(MembersFile, BringsAddressesBackAndRefusesWhatIsNone) {
  const std::vector<Address> members = {Address::Tcp("10.0.0.1", 7600), Address::Tcp("fd00::2", 1)};
  EXPECT_EQ(*DecodeMembers(EncodeMembers(members)), members);
  EXPECT_EQ(DecodeMembers("10.0.0.1:7600\nx\n").status().code(), StatusCode::kDataLoss);
  EXPECT_THAT(DecodeMembers("10.0.0.1:7600\nx\n").status().ToString(), HasSubstr("line 2"));
  EXPECT_EQ(DecodeMembers("10.0.0.1:76").status().code(), StatusCode::kDataLoss) << "torn";
}

TEST(MembersFile, KeepsTheReachableBeforeTheLostAndNobodyWhoLeft) {
  ClusterNode node = Node();
  for (int i = 0; i < 60; ++i) {
    (void)Hear(node, {Says(i, cluster::Liveness::kAlive)}, kStart + seconds(i));
  }
  for (int i = 0; i < 30; ++i) {
    (void)Hear(node, {Says(i, cluster::Liveness::kDead)}, kStart + seconds(100 + i));
  }
  (void)Hear(node, {Says(59, cluster::Liveness::kLeft, 2)}, kStart + seconds(200));
  const std::vector<Address> kept = MembersToKeep(node.membership());
  ASSERT_EQ(kept.size(), kMembersKept);
  auto has = [&](int i) {
    return std::find(kept.begin(), kept.end(), Says(i, {}).profile->address) != kept.end();
  };
  for (int i = 30; i < 59; ++i) EXPECT_TRUE(has(i)) << i;
  EXPECT_FALSE(has(59));
  EXPECT_TRUE(has(29)) << "lost last";
  EXPECT_FALSE(has(0)) << "lost first";
}

TEST(ClusterLog, SaysWhoAndWhy) {
  ClusterNode node = Node();
  ClusterEffects effects = Hear(node, {Says(1, cluster::Liveness::kAlive)}, kStart);
  auto lines = Describe(effects, node);
  ASSERT_THAT(lines, SizeIs(1));
  EXPECT_EQ(lines[0].text,
            "server n1 (site sz, 10.0.1.1:7600) joined; 2 of 2 known servers are reachable");
  lines = Describe(Hear(node, {Says(1, cluster::Liveness::kSuspect)}, kStart), node);
  ASSERT_THAT(lines, SizeIs(1));
  EXPECT_THAT(lines[0].text, HasSubstr("n9 says it does not answer"));
  EXPECT_EQ(lines[0].level, log::Level::kWarning);
  lines = Describe(Hear(node, {Says(1, cluster::Liveness::kDead)}, kStart), node);
  ASSERT_THAT(lines, SizeIs(1));
  EXPECT_THAT(lines[0].text, HasSubstr("held dead: n9 says so; 1 of 2"));
  effects = {};
  effects.member_events = {{MemberEvent::Kind::kSuspected, "n1", "a"},
                           {MemberEvent::Kind::kMetadataChanged, "n1", ""},
                           {MemberEvent::Kind::kNameConflict, "a", ""}};
  lines = Describe(effects, node);
  ASSERT_THAT(lines, SizeIs(2));
  EXPECT_THAT(lines[0].text, HasSubstr("did not answer a probe"));
  EXPECT_THAT(lines[1].text, HasSubstr("give each a name of its own"));
}

TEST(ClusterLog, TellsOfLeadersAndWhyOneGaveWay) {
  using Kind = ElectionEvent::Kind;
  const ClusterNode node = Node();
  const LeaderClaim own{"a", 3, 0x1f, false}, majority{"b", 2, 0x2f, true}, term{"b", 4, 1, false};
  ClusterEffects effects;
  effects.election_events = {{Kind::kLeading, own, {}},           {Kind::kClaimChanged, own, {}},
                             {Kind::kFollowing, majority, {}},    {Kind::kLeaderLost, majority, {}},
                             {Kind::kSteppedDown, own, majority}, {Kind::kSteppedDown, own, term}};
  const auto lines = Describe(effects, node);
  ASSERT_THAT(lines, SizeIs(6));
  EXPECT_THAT(lines[0].text,
              HasSubstr("leads its site (a, term 3, island 1f), without a majority"));
  EXPECT_THAT(lines[1].text, HasSubstr("has lost the majority"));
  EXPECT_EQ(lines[2].text, "follows leader b, term 2, island 2f");
  EXPECT_THAT(lines[3].text, HasSubstr("leader lost (b, term 2"));
  EXPECT_THAT(lines[4].text, HasSubstr("for b, term 2, island 2f, which has the majority"));
  EXPECT_THAT(lines[5].text, HasSubstr("whose term is higher"));
}

}  // namespace
}  // namespace bellrock::naming::server
