// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "cli/naming/cluster_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace bellrock::cli {
namespace {

using naming::v1::Member;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

MemberView ViewOf(const std::string& name, const std::string& leader,
                  const std::vector<std::pair<std::string, Member::Liveness>>& members) {
  MemberView seen;
  seen.name = name;
  seen.view.set_node(name);
  seen.view.set_site("sz");
  seen.view.set_cluster("t");
  seen.view.mutable_leader()->set_name(leader);
  for (const auto& [member, liveness] : members) {
    Member& row = *seen.view.add_members();
    row.set_name(member);
    row.set_liveness(liveness);
  }
  return seen;
}

TEST(ClusterText, AnAgeHasTheLargestUnitThatSaysEnough) {
  EXPECT_EQ(AgeText(-1), "never");
  EXPECT_EQ(AgeText(999), "999ms");
  EXPECT_EQ(AgeText(119'999), "119s");
  EXPECT_EQ(AgeText(120'000), "2m");
  EXPECT_EQ(AgeText(7'200'000), "2h");
  EXPECT_EQ(AgeText(172'800'000), "2d");
}

TEST(ClusterText, ATimeIsInUtcWithMilliseconds) {
  EXPECT_EQ(TimeText(1'795'334'940'007), "2026-11-22 08:09:00.007");
}

TEST(ClusterText, AServerOfAStandbySiteIsMarked) {
  MemberView seen = ViewOf("n1", "n1", {{"n1", Member::LIVENESS_ALIVE}});
  EXPECT_THAT(ClusterText(seen.view), Not(HasSubstr("standby")));
  seen.view.mutable_members(0)->set_standby(true);
  EXPECT_THAT(ClusterText(seen.view), HasSubstr("follower, standby"));
}

TEST(ClusterText, ViewsThatAgreeHaveNoDifferences) {
  const auto alive = Member::LIVENESS_ALIVE;
  EXPECT_THAT(Differences({ViewOf("n1", "n1", {{"n1", alive}, {"n2", alive}}),
                           ViewOf("n2", "n1", {{"n1", alive}, {"n2", alive}})}),
              IsEmpty());
}

TEST(ClusterText, EachDisagreementIsOneSentence) {
  const auto alive = Member::LIVENESS_ALIVE;
  MemberView silent;
  silent.name = "n3";
  silent.problem = "UNAVAILABLE: refused";
  EXPECT_THAT(Differences({ViewOf("n1", "n1", {{"n1", alive}, {"n2", Member::LIVENESS_DEAD}}),
                           ViewOf("n2", "n2", {{"n1", alive}, {"n2", alive}}), silent}),
              ElementsAre("n3 does not answer: UNAVAILABLE: refused",
                          "leader of sz: n1 by n1; n2 by n2", "n2: seen alive by n2; dead by n1"));
}

TEST(ClusterText, TheMatrixHasALineForEachWhoWasAsked) {
  const std::string text = MatrixText({ViewOf("n1", "n1", {{"n1", Member::LIVENESS_ALIVE}})});
  EXPECT_THAT(text, HasSubstr("n1       n1"));
  EXPECT_THAT(text, HasSubstr("alive"));
}

TEST(ClusterText, ALostServerLeadsNoMore) {
  MemberView seen = ViewOf("n1", "", {{"n1", Member::LIVENESS_DEAD}});
  seen.view.mutable_members(0)->set_role(naming::v1::ROLE_LEADER);
  EXPECT_THAT(ClusterText(seen.view), Not(HasSubstr(" leader  ")));
}

TEST(ClusterText, AnOverrideIsShownWithItsEndAndReason) {
  naming::v1::DescribeReply view;
  naming::v1::Override& said = *view.add_overrides();
  said.set_name("threshold");
  said.set_service("music/storage");
  said.set_on(true);
  said.set_percent(30);
  said.set_left_ms(90'000);
  said.set_who_and_why("ann: scale-in");
  EXPECT_THAT(ClusterText(view),
              HasSubstr("operator: threshold of music/storage on at 30 % for another 90s: "
                        "ann: scale-in"));
}

TEST(ClusterText, ProbesAreShownWhereThereAreAny) {
  naming::v1::DescribeReply view;
  EXPECT_THAT(ClusterText(view), ::testing::Not(HasSubstr("probes")));
  view.mutable_probes()->set_targets(3);
  view.mutable_probes()->set_late(2);
  EXPECT_THAT(ClusterText(view), HasSubstr("probes   3 instances, 0 done, 0 failed, 2 late"));
}

}  // namespace
}  // namespace bellrock::cli
