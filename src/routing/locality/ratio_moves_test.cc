// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "routing/locality/ratio_moves.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "base/splitmix.h"

namespace bellrock::routing::locality {
namespace {

constexpr int64_t kNow = 1'700'000'000'000;
using Moves = google::protobuf::RepeatedPtrField<v1::RatioMove>;

v1::RatioMove Move(const std::string& from, const std::string& to, double share) {
  v1::RatioMove move;
  move.set_from_site(from);
  move.set_to_site(to);
  move.set_share(share);
  return move;
}

// Two instances in each of sz, gz and bj; the second weighs three times the first.
std::vector<Member> ThreeSites() {
  std::vector<Member> members;
  for (const std::string_view site : {"sz", "gz", "bj"}) {
    members.push_back({Level::kSite, site, 100, 100, true});
    members.push_back({Level::kSite, site, 300, 300, true});
  }
  return members;
}

struct Applied {
  std::vector<double> shares;
  std::string reason;

  double Of(size_t site) const { return shares[2 * site] + shares[2 * site + 1]; }
};

Applied Apply(const std::vector<v1::RatioMove>& moves, std::vector<Member> members = ThreeSites(),
              std::vector<double> shares = {0.25, 0.75, 0, 0, 0, 0}) {
  Applied applied{.shares = std::move(shares), .reason = {}};
  ApplyMoves(Moves(moves.begin(), moves.end()), kNow, members, applied.shares, applied.reason);
  return applied;
}

TEST(ShareOfMove, GrowsByTheClockAndEndsByItself) {
  v1::RatioMove move = Move("sz", "bj", 0.4);
  EXPECT_DOUBLE_EQ(ShareOf(move, kNow), 0.4) << "without a duration at once";
  move.set_begun_unix_ms(kNow);
  move.set_duration_ms(60'000);
  move.set_until_unix_ms(kNow + 100'000);
  EXPECT_DOUBLE_EQ(ShareOf(move, kNow - 1), 0);
  EXPECT_DOUBLE_EQ(ShareOf(move, kNow), 0);
  EXPECT_DOUBLE_EQ(ShareOf(move, kNow + 15'000), 0.1);
  EXPECT_DOUBLE_EQ(ShareOf(move, kNow + 60'000), 0.4);
  EXPECT_DOUBLE_EQ(ShareOf(move, kNow + 99'999), 0.4);
  EXPECT_DOUBLE_EQ(ShareOf(move, kNow + 100'000), 0);
}

TEST(ShareOfMove, AShareThatIsNoneMovesNothing) {
  for (const double share : {-0.1, 1.5, std::nan("")}) {
    EXPECT_EQ(ShareOf(Move("sz", "bj", share), kNow), 0);
  }
}

TEST(RatioMoves, GiveTheTargetItsPartByWeight) {
  const Applied applied = Apply({Move("sz", "bj", 0.4)});
  EXPECT_NEAR(applied.Of(0), 0.6, 1e-9);
  EXPECT_NEAR(applied.shares[0] * 3, applied.shares[1], 1e-9) << "each keeps its proportion";
  EXPECT_NEAR(applied.shares[4], 0.1, 1e-9);
  EXPECT_NEAR(applied.shares[5], 0.3, 1e-9);
  EXPECT_EQ(applied.reason, "ratio move sz -> bj: 40.0 % of sz's calls");
}

TEST(RatioMoves, AWholeSiteIsMovedToExactlyNothing) {
  const Applied applied = Apply({Move("sz", "bj", 1)});
  EXPECT_EQ(applied.Of(0), 0);
  EXPECT_NEAR(applied.Of(2), 1, 1e-9);
}

TEST(RatioMoves, ComposeEachFromWhatTheSiteHadBefore) {
  const Applied applied = Apply({Move("sz", "gz", 0.5), Move("gz", "bj", 0.5)}, ThreeSites(),
                                {0.2, 0.6, 0.05, 0.15, 0, 0});
  EXPECT_NEAR(applied.Of(0), 0.4, 1e-9);
  EXPECT_NEAR(applied.Of(1), 0.1 + 0.4, 1e-9) << "what came is not moved on";
  EXPECT_NEAR(applied.Of(2), 0.1, 1e-9);
}

TEST(RatioMoves, MoreThanAllOfASiteIsScaled) {
  const Applied applied = Apply({Move("sz", "gz", 0.9), Move("sz", "bj", 0.6)});
  EXPECT_NEAR(applied.Of(0), 0, 1e-12);
  EXPECT_NEAR(applied.Of(1), 0.6, 1e-9);
  EXPECT_NEAR(applied.Of(2), 0.4, 1e-9);
}

TEST(RatioMoves, ToASiteWithoutHealthyMembersDoNothingAndSaySo) {
  std::vector<Member> members = ThreeSites();
  for (size_t m : {4u, 5u}) members[m].healthy = false;
  const Applied applied = Apply({Move("sz", "bj", 0.4), Move("sz", "nowhere", 0.4)}, members);
  EXPECT_NEAR(applied.Of(0), 1, 1e-12);
  EXPECT_EQ(applied.reason,
            "ratio move sz -> bj does nothing: bj has no healthy instance; "
            "ratio move sz -> nowhere does nothing: nowhere has no healthy instance");
}

TEST(RatioMoves, OnlyHealthyMembersOfTheTargetTakeCalls) {
  std::vector<Member> members = ThreeSites();
  members[5].healthy = false;
  members[5].weight = 0;
  const Applied applied = Apply({Move("sz", "bj", 0.4)}, members);
  EXPECT_NEAR(applied.shares[4], 0.4, 1e-9);
  EXPECT_EQ(applied.shares[5], 0);
}

TEST(RatioMoves, FromASiteThatGetsNothingAreNotWorthAWord) {
  const Applied applied = Apply({Move("gz", "bj", 0.4), Move("sz", "sz", 0.4)});
  EXPECT_NEAR(applied.Of(0), 1, 1e-12);
  EXPECT_EQ(applied.reason, "");
}

TEST(RatioMovesProperty, NoCallIsLostOrInvented) {
  const std::vector<std::string> sites = {"sz", "gz", "bj"};
  for (int seed = 0; seed < 5000; ++seed) {
    SplitMix64 random(seed);
    std::vector<v1::RatioMove> moves(random.Next() % 6);
    for (v1::RatioMove& move : moves) {
      move = Move(sites[random.Next() % 3], sites[random.Next() % 3],
                  static_cast<double>(random.Next() % 100 + 1) / 100);
    }
    std::vector<Member> members = ThreeSites();
    for (Member& member : members) member.healthy = random.Next() % 4 != 0;
    const Applied applied = Apply(moves, members, {0.1, 0.3, 0.05, 0.15, 0.1, 0.3});
    double sum = 0;
    for (const double share : applied.shares) {
      ASSERT_GE(share, 0) << "seed " << seed;
      sum += share;
    }
    ASSERT_NEAR(sum, 1, 1e-9) << "seed " << seed;
  }
}

const std::map<std::string, SiteLoad> kLoads = {{"sz", {1000, 10}}, {"bj", {500, 10}}};

v1::PreviewMoveReply::Site SiteIn(const v1::PreviewMoveReply& reply, const std::string& name) {
  for (const v1::PreviewMoveReply::Site& site : reply.sites()) {
    if (site.site() == name) return site;
  }
  ADD_FAILURE() << name << " is not in the reply";
  return {};
}

TEST(PreviewMove, ComparesWithTheCapacityThatIsSet) {
  v1::RouteSettings settings;
  (*settings.mutable_site_capacity())["bj"] = 1000;
  v1::PreviewMoveReply reply = Preview(settings, Move("sz", "bj", 0.4), kLoads);
  EXPECT_TRUE(reply.headroom());
  EXPECT_EQ(reply.verdict(),
            "bj would get 900 calls/s (500 now, 400 from sz), 90 % of the 1000 that it carries");
  EXPECT_EQ(SiteIn(reply, "sz").after_calls_per_s(), 600);
  EXPECT_EQ(SiteIn(reply, "bj").after_calls_per_s(), 900);
  EXPECT_EQ(SiteIn(reply, "bj").capacity(), 1000);
  EXPECT_EQ(SiteIn(reply, "bj").instances(), 10);

  reply = Preview(settings, Move("sz", "bj", 0.8), kLoads);
  EXPECT_FALSE(reply.headroom());
  EXPECT_NE(reply.verdict().find("130 % of the 1000"), std::string::npos) << reply.verdict();
  EXPECT_NE(reply.verdict().find("a share of 0.50 fits"), std::string::npos) << reply.verdict();
}

TEST(PreviewMove, WithoutACapacityComparesWithTheBusiestSite) {
  EXPECT_TRUE(Preview({}, Move("sz", "bj", 0.5), kLoads).headroom()) << "100 each, as sz now";
  const v1::PreviewMoveReply reply = Preview({}, Move("sz", "bj", 1), kLoads);
  EXPECT_FALSE(reply.headroom());
  EXPECT_EQ(reply.verdict(),
            "bj would get 150.0 calls/s per instance (10 of them); the most that any site has now "
            "is 100.0, in sz; site_capacity of bj is not set; a share of 0.50 fits");
}

TEST(PreviewMove, SaysWhenNothingMoreFits) {
  v1::RouteSettings settings;
  (*settings.mutable_site_capacity())["bj"] = 400;
  const v1::PreviewMoveReply reply = Preview(settings, Move("sz", "bj", 0.1), kLoads);
  EXPECT_FALSE(reply.headroom());
  EXPECT_NE(reply.verdict().find("nothing more fits into bj"), std::string::npos)
      << reply.verdict();
}

TEST(PreviewMove, ATargetWithoutInstancesCarriesNothing) {
  const v1::PreviewMoveReply reply = Preview({}, Move("sz", "gz", 0.1), kLoads);
  EXPECT_FALSE(reply.headroom());
  EXPECT_EQ(reply.verdict(), "gz has no instance that takes calls");
}

TEST(PreviewMove, AMoveThatMakesNoSenseIsSaidToBe) {
  EXPECT_EQ(Preview({}, Move("sz", "bj", 1.5), kLoads).verdict(),
            "share 1.5 is not a part: more than 0, at most 1");
  const v1::PreviewMoveReply same = Preview({}, Move("sz", "sz", 0.5), kLoads);
  EXPECT_EQ(same.verdict(), "from_site and to_site are both sz");
  EXPECT_EQ(SiteIn(same, "sz").after_calls_per_s(), 1000);
}

TEST(PreviewMove, TellsOfMovesThatHoldAlready) {
  v1::RouteSettings settings;
  *settings.add_ratio_moves() = Move("sz", "gz", 0.2);
  EXPECT_NE(Preview(settings, Move("sz", "bj", 0.1), kLoads).verdict().find("hold already"),
            std::string::npos);
}

TEST(PreviewMove, FromASiteWithoutCallsMovesNothing) {
  const v1::PreviewMoveReply reply = Preview({}, Move("nj", "bj", 0.5), kLoads);
  EXPECT_TRUE(reply.headroom());
  EXPECT_EQ(reply.verdict(), "nothing goes to nj now, so nothing would move");
}

}  // namespace
}  // namespace bellrock::routing::locality
