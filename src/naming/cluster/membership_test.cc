// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "naming/cluster/membership.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace bellrock::naming::cluster {
namespace {

using Kind = MemberEvent::Kind;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr Time kStart = Time() + seconds(1000);

Address At(int i) {
  return Address::Tcp("10.0.0." + std::to_string(i), 7600);
}

std::string Name(int i) {
  return "n" + std::to_string(i);
}

MembershipOptions Options(int i) {
  MembershipOptions options;
  options.name = Name(i);
  options.profile.address = At(i);
  options.profile.metadata.site = "sz";
  options.seed = static_cast<uint64_t>(i) + 1;
  return options;
}

MemberUpdate Says(int i, Liveness liveness, uint64_t incarnation, const std::string& accuser = "") {
  MemberUpdate update;
  update.name = Name(i);
  update.liveness = liveness;
  update.incarnation = incarnation;
  update.accuser = accuser;
  if (liveness == Liveness::kAlive) update.profile = Options(i).profile;
  return update;
}

bool Has(const MembershipEffects& effects, Kind kind, int i) {
  return std::any_of(effects.events.begin(), effects.events.end(), [&](const MemberEvent& event) {
    return event.kind == kind && event.name == Name(i);
  });
}

template <typename T>
std::vector<const Outgoing*> Sent(const MembershipEffects& effects) {
  std::vector<const Outgoing*> sent;
  for (const Outgoing& outgoing : effects.messages) {
    if (std::holds_alternative<T>(outgoing.message.body)) sent.push_back(&outgoing);
  }
  return sent;
}

// One node, n0, that was told of others; time moves to its next tick.
class MembershipTest : public ::testing::Test {
 protected:
  MembershipEffects Hear(int from, std::vector<MemberUpdate> updates, Body body = Gossip{}) {
    return node_.Receive({Name(from), std::move(body), std::move(updates)}, At(from), now_);
  }
  void Meet(int others) {
    for (int i = 1; i <= others; ++i) Hear(i, {Says(i, Liveness::kAlive, 1)});
  }
  MembershipEffects Tick() {
    now_ = std::max(now_, node_.NextTick());
    return node_.Tick(now_);
  }
  // Until the effect is there; at most so long.
  template <typename Until>
  MembershipEffects TickUntil(Duration at_most, Until until) {
    const Time end = now_ + at_most;
    while (now_ < end) {
      MembershipEffects effects = Tick();
      if (until(effects)) return effects;
    }
    ADD_FAILURE() << "did not happen";
    return {};
  }
  Liveness LivenessOf(int i) { return node_.members().at(Name(i)).liveness; }

  Time now_ = kStart;
  Membership node_{Options(0), kStart};
};

TEST_F(MembershipTest, RefusesANameThatNoMessageCanCarry) {
  MembershipOptions options = Options(0);
  EXPECT_TRUE(Membership::Check(options).ok());
  options.profile.metadata.site = std::string(64, 's');
  EXPECT_NE(Membership::Check(options).ToString().find("site"), std::string::npos);
  options.profile.metadata.site = "sz\n";
  EXPECT_NE(Membership::Check(options).ToString().find("site"), std::string::npos);
  options.profile.metadata.site = "sz";
  options.name = "";
  EXPECT_EQ(Membership::Check(options).code(), StatusCode::kInvalidArgument);
}

TEST_F(MembershipTest, JoiningKnocksAtEachSeedOnceAndNeverAtItself) {
  const auto effects = node_.Join({At(0), At(1), At(2), At(1)}, now_);
  const auto knocks = Sent<Exchange>(effects);
  ASSERT_EQ(knocks.size(), 2u);
  EXPECT_EQ(knocks[0]->to, At(1));
  EXPECT_EQ(knocks[1]->to, At(2));
  ASSERT_EQ(knocks[0]->message.updates.size(), 1u);
  EXPECT_EQ(knocks[0]->message.updates[0].name, Name(0));
}

TEST_F(MembershipTest, NewSeedsTakeThePlaceOfTheOldOnes) {
  node_.Join({At(1), At(2)}, now_);
  const auto effects = node_.Join({At(2), At(3)}, now_);
  const auto knocks = Sent<Exchange>(effects);
  ASSERT_EQ(knocks.size(), 1u) << "at the new one only";
  EXPECT_EQ(knocks[0]->to, At(3));
  for (Time end = now_ + seconds(10); now_ < end;) {
    const MembershipEffects ticked = Tick();
    for (const auto* knock : Sent<Exchange>(ticked)) EXPECT_NE(knock->to, At(1));
  }
}

TEST_F(MembershipTest, AServerThatCameBackUnderAnotherNameIsNotKnockedAtForTheOldOne) {
  Meet(2);
  MemberUpdate renamed = Says(3, Liveness::kAlive, 1);
  renamed.profile->address = At(2);
  Hear(1, {Says(2, Liveness::kDead, 1), renamed});
  for (Time end = now_ + seconds(10); now_ < end;) {
    const MembershipEffects ticked = Tick();
    for (const auto* knock : Sent<Exchange>(ticked)) {
      // Not to be told of as alive without a profile either, which nobody could read.
      for (const MemberUpdate& update : knock->message.updates) {
        EXPECT_TRUE(update.profile || update.liveness != Liveness::kAlive);
      }
      EXPECT_TRUE(knock->message.updates.size() > 2) << "an exchange with a member, no knock";
    }
    for (int i = 1; i <= 3; ++i) Hear(i, {Says(i, Liveness::kAlive, 1)});
    // Nobody is to be suspected for want of answers.
    for (const Outgoing& outgoing : ticked.messages) {
      if (const auto* ping = std::get_if<Ping>(&outgoing.message.body)) {
        Hear(1, {}, Ack{ping->sequence});
      }
    }
  }
  EXPECT_EQ(LivenessOf(3), Liveness::kAlive);
}

TEST_F(MembershipTest, AStrangerAtTheAddressOfAMemberIsToldNothingItCouldNotRead) {
  Meet(1);
  const auto effects = node_.Receive({"stranger", Ping{7, Name(0)}, {}}, At(1), now_);
  const auto knocks = Sent<Exchange>(effects);
  ASSERT_EQ(knocks.size(), 1u);
  EXPECT_EQ(knocks[0]->message.updates.size(), 1u) << "only of itself";
}

TEST_F(MembershipTest, ASeedThatDoesNotAnswerIsTriedAgain) {
  node_.Join({At(1)}, now_);
  const auto effects = TickUntil(Membership::kReconnectInterval * 2,
                                 [](const auto& e) { return !Sent<Exchange>(e).empty(); });
  EXPECT_EQ(Sent<Exchange>(effects)[0]->to, At(1));
}

TEST_F(MembershipTest, AKnockIsAnsweredWithTheWholeState) {
  Meet(3);
  const auto effects = Hear(4, {Says(4, Liveness::kAlive, 1)}, Exchange{2});
  EXPECT_TRUE(Has(effects, Kind::kJoined, 4));
  const auto answers = Sent<Exchange>(effects);
  ASSERT_EQ(answers.size(), 1u);
  EXPECT_EQ(answers[0]->message.updates.size(), 5u);
  EXPECT_EQ(std::get<Exchange>(answers[0]->message.body).answers_wanted, 1);
}

TEST_F(MembershipTest, AnswersAreBoundedPerSecond) {
  size_t answers = 0;
  for (int i = 0; i < 100; ++i) answers += Sent<Exchange>(Hear(1, {}, Exchange{1})).size();
  EXPECT_EQ(answers, Membership::kAnswersPerSecondMax);
}

TEST_F(MembershipTest, AnswersPingsMeantForItOnly) {
  EXPECT_EQ(Sent<Ack>(Hear(1, {}, Ping{7, Name(0)})).size(), 1u);
  EXPECT_TRUE(Sent<Ack>(Hear(1, {}, Ping{7, "who was here before"})).empty());
}

TEST_F(MembershipTest, SilenceIsAskedAboutThenSuspectedThenDeath) {
  Meet(4);
  const auto asked =
      TickUntil(seconds(5), [](const auto& e) { return !Sent<IndirectPing>(e).empty(); });
  EXPECT_EQ(Sent<IndirectPing>(asked).size(), Membership::kIndirectProbes);
  const std::string target =
      std::get<IndirectPing>(Sent<IndirectPing>(asked)[0]->message.body).target;
  const int i = target[1] - '0';
  const auto suspected =
      TickUntil(seconds(5), [&](const auto& e) { return Has(e, Kind::kSuspected, i); });
  // The suspect is told first.
  const auto gossip = Sent<Gossip>(suspected);
  ASSERT_FALSE(gossip.empty());
  EXPECT_EQ(gossip[0]->to, At(i));
  EXPECT_EQ(gossip[0]->message.updates[0].name, target);
  EXPECT_EQ(gossip[0]->message.updates[0].liveness, Liveness::kSuspect);
  TickUntil(seconds(30), [&](const auto& e) { return Has(e, Kind::kDead, i); });
}

TEST_F(MembershipTest, AnAckOfAHelperKeepsTheTargetAlive) {
  Meet(4);
  const auto asked =
      TickUntil(seconds(5), [](const auto& e) { return !Sent<IndirectPing>(e).empty(); });
  const auto& ping = std::get<IndirectPing>(Sent<IndirectPing>(asked)[0]->message.body);
  EXPECT_EQ(Hear(1, {}, Ack{ping.sequence + 1}).answered, "");
  EXPECT_EQ(Hear(1, {}, Ack{ping.sequence}).answered, ping.target);
  for (const Time end = now_ + Membership::kProbeTimeout; now_ < end;) {
    EXPECT_FALSE(Has(Tick(), Kind::kSuspected, ping.target[1] - '0'));
  }
  EXPECT_EQ(node_.local_health(), 0);
}

TEST_F(MembershipTest, WhoDoubtsItByOldNewsIsToldTheNewOnes) {
  Meet(2);
  Hear(1, {Says(0, Liveness::kSuspect, 1, Name(1))});
  auto refuted = [](const MembershipEffects& effects) {
    const auto& updates = Sent<Ack>(effects).at(0)->message.updates;
    return std::any_of(updates.begin(), updates.end(), [](const MemberUpdate& update) {
      return update.name == Name(0) && update.incarnation == 2;
    });
  };
  // Its refutation goes out as often as news does, and n2 misses all of it.
  for (int i = 0; i < 20; ++i) Hear(1, {}, Ping{1, Name(0)});
  EXPECT_FALSE(refuted(Hear(2, {}, Ping{1, Name(0)})));
  EXPECT_TRUE(refuted(Hear(2, {Says(0, Liveness::kSuspect, 1, Name(2))}, Ping{2, Name(0)})));
}

// Two lives of n1 may raise theirs to the same number, and none would ever replace the other.
TEST_F(MembershipTest, WhoHearsTwoProfilesOfOneIncarnationAsksTheMemberWhichIsTrue) {
  Meet(2);
  MemberUpdate other = Says(1, Liveness::kAlive, 1);
  other.profile->metadata.term = 7;
  EXPECT_TRUE(Hear(2, {Says(1, Liveness::kAlive, 1)}).messages.empty()) << "known";
  const auto effects = Hear(2, {other});
  ASSERT_EQ(effects.messages.size(), 1u);
  EXPECT_EQ(effects.messages[0].to, At(1));

  Membership member(Options(1), kStart);
  member.Receive(effects.messages[0].message, At(0), now_);
  EXPECT_EQ(member.self().incarnation, 2u) << "the true one overrides";
  size_t asked = 0;
  for (int i = 0; i < 100; ++i) asked += Hear(2, {other}).messages.size();
  EXPECT_LE(asked, Membership::kAnswersPerSecondMax);
}

// n0, n1 and n2 are of one site, n3 to n6 of another.
class DetourTest : public MembershipTest {
 protected:
  // The probe of n1 or n2 that asked others, or was to.
  uint64_t AskedOthers() {
    for (int i = 1; i <= 6; ++i) {
      MemberUpdate update = Says(i, Liveness::kAlive, 1);
      if (i > 2) update.profile->metadata.site = "sh";
      Hear(i, {update});
    }
    node_.ProbeNext(Name(1));
    while (node_.NextTick() < now_ + seconds(5)) {
      const MembershipEffects ticked = Tick();
      for (const Outgoing* asked : Sent<IndirectPing>(ticked)) {
        const auto& ping = std::get<IndirectPing>(asked->message.body);
        helpers_.push_back(asked->to);
        if (ping.target == Name(1)) sequence_ = ping.sequence;
      }
      if (sequence_ != 0) return sequence_;
      helpers_.clear();
    }
    ADD_FAILURE() << "n1 was never probed";
    return 0;
  }
  bool out_of_reach() { return node_.members().at(Name(1)).out_of_reach; }

  uint64_t sequence_ = 0;
  std::vector<Address> helpers_;
};

TEST_F(DetourTest, AsksWhomItsOwnSiteHasAndOthersBesides) {
  AskedOthers();
  EXPECT_EQ(std::count(helpers_.begin(), helpers_.end(), At(2)), 1);
  EXPECT_EQ(helpers_.size(), Membership::kIndirectProbes);
}

TEST_F(DetourTest, AMemberThatOnlyAnotherSiteReachesLivesButAnswersNot) {
  const uint64_t sequence = AskedOthers();
  const MembershipEffects effects = Hear(3, {}, Ack{sequence});
  EXPECT_TRUE(effects.reach_changed);
  EXPECT_EQ(effects.answered, "");
  EXPECT_TRUE(out_of_reach());
  for (const Time end = now_ + Membership::kProbeInterval; now_ < end;) {
    EXPECT_FALSE(Has(Tick(), Kind::kSuspected, 1));
  }
}

TEST_F(DetourTest, WhoDoesNotAnswerIsOutOfReachAlsoWhenItRefutesThatItIsDead) {
  AskedOthers();
  TickUntil(seconds(2), [](const auto& e) { return Has(e, Kind::kSuspected, 1); });
  Hear(3, {Says(1, Liveness::kAlive, 9)});
  EXPECT_EQ(LivenessOf(1), Liveness::kAlive);
  EXPECT_TRUE(out_of_reach());
}

TEST_F(DetourTest, TheNearerAnswerOfAProbeCountsWhicheverCameFirst) {
  const uint64_t sequence = AskedOthers();
  Hear(3, {}, Ack{sequence});
  EXPECT_EQ(Hear(2, {}, Ack{sequence}).answered, Name(1));
  EXPECT_FALSE(out_of_reach());
  EXPECT_FALSE(Hear(4, {}, Ack{sequence}).reach_changed);
  EXPECT_FALSE(out_of_reach());
}

TEST_F(MembershipTest, PingsForOthersAndTellsHowItWent) {
  Meet(2);
  const auto effects = Hear(1, {}, IndirectPing{42, Name(2), At(2)});
  ASSERT_EQ(Sent<Ping>(effects).size(), 1u);
  const uint64_t sequence = std::get<Ping>(Sent<Ping>(effects)[0]->message.body).sequence;
  // Only the target's own answer counts.
  EXPECT_TRUE(Sent<Ack>(Hear(1, {}, Ack{sequence})).empty());
  const auto nacked = TickUntil(seconds(1), [](const auto& e) { return !Sent<Nack>(e).empty(); });
  EXPECT_EQ(std::get<Nack>(Sent<Nack>(nacked)[0]->message.body).sequence, 42u);
  const auto acked = Hear(2, {}, Ack{sequence});
  ASSERT_EQ(Sent<Ack>(acked).size(), 1u);
  EXPECT_EQ(std::get<Ack>(Sent<Ack>(acked)[0]->message.body).sequence, 42u);
  EXPECT_EQ(Sent<Ack>(acked)[0]->to, At(1));
}

TEST_F(MembershipTest, ServesABoundedNumberOfIndirectPings) {
  Meet(2);
  size_t pings = 0;
  for (uint64_t i = 0; i < 2 * Membership::kRelaysMax; ++i) {
    pings += Sent<Ping>(Hear(1, {}, IndirectPing{i, Name(2), At(2)})).size();
  }
  EXPECT_EQ(pings, Membership::kRelaysMax);
}

TEST_F(MembershipTest, ASuspicionOfItselfIsRefutedByAHigherIncarnation) {
  Meet(2);
  Hear(1, {Says(0, Liveness::kSuspect, 5, "n1")});
  EXPECT_EQ(node_.self().incarnation, 6u);
  EXPECT_EQ(node_.self().liveness, Liveness::kAlive);
  EXPECT_EQ(node_.local_health(), 1);
  Hear(1, {Says(0, Liveness::kDead, 5, "n1")});  // late
  EXPECT_EQ(node_.self().incarnation, 6u);
}

TEST_F(MembershipTest, ARestartedNodeOvertakesItsFormerLife) {
  Hear(1, {Says(0, Liveness::kLeft, 9)}, Exchange{0});
  EXPECT_EQ(node_.self().incarnation, 10u);
}

TEST_F(MembershipTest, ANameTakenTwiceIsReportedOnceAMinute) {
  MemberUpdate twin = Says(0, Liveness::kAlive, 3);
  twin.profile->address = At(99);
  EXPECT_TRUE(Has(Hear(1, {twin}), Kind::kNameConflict, 0));
  twin.incarnation = 30;
  EXPECT_FALSE(Has(Hear(1, {twin}), Kind::kNameConflict, 0));
}

TEST_F(MembershipTest, NewerIncarnationsWinAndAtTheSameOneTheWorseState) {
  Meet(5);
  Hear(2, {Says(1, Liveness::kSuspect, 1, "n2")});
  EXPECT_EQ(LivenessOf(1), Liveness::kSuspect);
  Hear(2, {Says(1, Liveness::kAlive, 1)});
  EXPECT_EQ(LivenessOf(1), Liveness::kSuspect);
  EXPECT_TRUE(Has(Hear(2, {Says(1, Liveness::kAlive, 2)}), Kind::kAliveAgain, 1));
  Hear(2, {Says(1, Liveness::kDead, 1, "n2")});  // of an older incarnation
  EXPECT_EQ(LivenessOf(1), Liveness::kAlive);
  EXPECT_TRUE(Has(Hear(2, {Says(1, Liveness::kDead, 2, "n2")}), Kind::kDead, 1));
  EXPECT_TRUE(Has(Hear(2, {Says(1, Liveness::kAlive, 3)}), Kind::kAliveAgain, 1));
}

TEST_F(MembershipTest, DeathToldInAnExchangeIsOnlyASuspicion) {
  Meet(5);
  Hear(2, {Says(1, Liveness::kDead, 1, "n2")}, Exchange{0});
  EXPECT_EQ(LivenessOf(1), Liveness::kSuspect);
}

TEST_F(MembershipTest, MetadataThatASuspicionOvertookIsStillTaken) {
  Meet(3);
  Hear(2, {Says(1, Liveness::kSuspect, 7, "n2")});
  MemberUpdate update = Says(1, Liveness::kAlive, 7);
  update.profile->metadata.term = 4;
  EXPECT_TRUE(Has(Hear(3, {update}), Kind::kMetadataChanged, 1));
  EXPECT_EQ(node_.members().at("n1").profile.metadata.term, 4u);
}

TEST_F(MembershipTest, OwnMetadataIsToldUnderANewIncarnation) {
  Meet(1);
  Metadata metadata = node_.self().profile.metadata;
  metadata.role = Role::kLeader;
  EXPECT_TRUE(Has(node_.SetMetadata(metadata, now_), Kind::kMetadataChanged, 0));
  EXPECT_EQ(node_.self().incarnation, 2u);
  const auto effects =
      TickUntil(seconds(1), [](const auto& e) { return !Sent<Gossip>(e).empty(); });
  const auto& updates = Sent<Gossip>(effects)[0]->message.updates;
  const bool told = std::any_of(updates.begin(), updates.end(), [&](const MemberUpdate& update) {
    return update.name == Name(0) && update.profile->metadata == metadata;
  });
  EXPECT_TRUE(told);
}

TEST_F(MembershipTest, LeavingIsToldDirectlyAndStaysSo) {
  Meet(2);
  const auto effects = node_.Leave(now_);
  ASSERT_EQ(effects.messages.size(), 2u);
  EXPECT_EQ(effects.messages[0].message.updates[0].liveness, Liveness::kLeft);
  // Nobody talks it back to life.
  EXPECT_TRUE(Hear(1, {Says(0, Liveness::kSuspect, 9, "n1")}, Ping{1, Name(0)}).messages.empty());
  EXPECT_EQ(node_.self().liveness, Liveness::kLeft);
}

TEST_F(MembershipTest, WhoLeftIsNotSuspectedAndWhoIsDeadIsKnockedAt) {
  Meet(2);
  EXPECT_TRUE(Has(Hear(1, {Says(1, Liveness::kLeft, 2)}), Kind::kLeft, 1));
  Hear(2, {Says(1, Liveness::kSuspect, 2, "n2")});
  EXPECT_EQ(LivenessOf(1), Liveness::kLeft);
  EXPECT_EQ(node_.reachable(), 2u);
  const auto effects = TickUntil(Membership::kReconnectInterval * 2, [](const auto& e) {
    return std::any_of(e.messages.begin(), e.messages.end(), [](const Outgoing& outgoing) {
      return outgoing.to == At(1) && std::holds_alternative<Exchange>(outgoing.message.body);
    });
  });
  EXPECT_FALSE(effects.messages.empty());
}

TEST_F(MembershipTest, APauseOfItsOwnAccusesNobody) {
  Meet(3);
  TickUntil(seconds(2), [](const auto& e) { return !Sent<Ping>(e).empty(); });
  now_ += seconds(60);
  const auto effects = node_.Tick(now_);
  for (int i = 1; i <= 3; ++i) EXPECT_FALSE(Has(effects, Kind::kSuspected, i));
  EXPECT_EQ(node_.local_health(), 1);
}

TEST_F(MembershipTest, TheDeadAreForgottenAfterADay) {
  Meet(1);
  Hear(2, {Says(1, Liveness::kDead, 1, "n2")});
  now_ += Membership::kDeadKept - seconds(100);
  node_.Tick(now_);
  EXPECT_TRUE(node_.members().contains("n1"));
  now_ += seconds(200);
  EXPECT_TRUE(Has(node_.Tick(now_), Kind::kForgotten, 1));
  EXPECT_FALSE(node_.members().contains("n1"));
}

TEST_F(MembershipTest, MembersAreBounded) {
  Meet(static_cast<int>(Membership::kMembersMax) + 10);
  EXPECT_EQ(node_.members().size(), Membership::kMembersMax);
  EXPECT_EQ(node_.refused(), 11u);
}

}  // namespace
}  // namespace bellrock::naming::cluster
