// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "naming/cluster/codec.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <xxhash.h>

#include <random>

namespace bellrock::naming::cluster {
namespace {

using ::testing::HasSubstr;

constexpr uint32_t kCluster = 7;

MemberUpdate Alive() {
  MemberUpdate update;
  update.name = "n1";
  update.incarnation = 300;
  update.profile = Profile{Address::Tcp("10.0.0.1", 7600),
                           {"sz", "z1", "10.0.0.1:7600", Role::kLeader, 3, 0xfeed, true, true}};
  return update;
}

Message Sample(Body body) {
  Message message;
  message.from = "n0";
  message.body = std::move(body);
  MemberUpdate suspect;
  suspect.name = "n2";
  suspect.liveness = Liveness::kSuspect;
  suspect.incarnation = 9;
  suspect.accuser = "n0";
  message.updates = {Alive(), suspect};
  return message;
}

// Bytes with their checksum mended, so that what lies behind it is reached.
std::string Sealed(std::string bytes) {
  const uint32_t sum = XXH32(bytes.data(), bytes.size() - 4, 0);
  for (size_t i = 0; i < 4; ++i) bytes[bytes.size() - 4 + i] = static_cast<char>(sum >> (8 * i));
  return bytes;
}

std::string ErrorOf(std::string_view bytes) {
  return DecodeMessage(bytes, kCluster).status().ToString();
}

TEST(ClusterCodec, BringsEveryBodyBackAsItWas) {
  const LeaderClaim claim{"n1", 4, 0xabcdef, true};
  const std::vector<Body> bodies = {
      Ping{1, "n1"},
      IndirectPing{2, "n1", Address::Tcp("::1", 80)},
      Ack{3},
      Nack{uint64_t{1} << 63},
      Gossip{},
      Exchange{2},
      VoteRequest{true, 5, 6, true},
      VoteReply{false, 5, 6, Verdict::kLeaderLives, claim, 77},
      LeaderBeat{claim},
      Rival{claim},
      Resignation{claim},
  };
  ASSERT_EQ(bodies.size(), std::variant_size_v<Body>);
  for (const Body& body : bodies) {
    const std::string bytes = EncodeMessage(Sample(body), kCluster);
    auto message = DecodeMessage(bytes, kCluster);
    ASSERT_TRUE(message.ok()) << message.status().ToString();
    EXPECT_EQ(message->body.index(), body.index());
    EXPECT_EQ(message->updates.size(), 2u);
    EXPECT_EQ(message->updates[0].profile, Alive().profile);
    EXPECT_EQ(message->updates[1].accuser, "n0");
    // The same bytes again: nothing was lost on the way.
    EXPECT_EQ(EncodeMessage(*message, kCluster), bytes);
  }
}

TEST(ClusterCodec, SaysWhatIsWrongWithBytesOfOthers) {
  EXPECT_THAT(ErrorOf("GET / HTTP/1.1\r\n\r\n"), HasSubstr("do not begin like one"));
  EXPECT_THAT(ErrorOf(""), HasSubstr("0 bytes"));
  const std::string bytes = EncodeMessage(Sample(Gossip{}), kCluster);
  EXPECT_THAT(DecodeMessage(bytes, kCluster + 1).status().ToString(),
              HasSubstr("another cluster; check the seed addresses"));
  EXPECT_EQ(DecodeMessage(bytes, kCluster + 1).status().code(), StatusCode::kFailedPrecondition);
  std::string newer = bytes;
  newer[2] = 9;
  EXPECT_THAT(ErrorOf(newer), HasSubstr("version 9, this node speaks 1"));
  std::string damaged = bytes;
  damaged[12] ^= 1;
  EXPECT_THAT(ErrorOf(damaged), HasSubstr("checksum"));
}

TEST(ClusterCodec, NamesTheFieldThatIsBeyondItsLimit) {
  Message message = Sample(Gossip{});
  message.updates[0].profile->metadata.site = std::string(64, 's');
  EXPECT_THAT(ErrorOf(EncodeMessage(message, kCluster)), HasSubstr("metadata.site at byte"));
  message = Sample(Gossip{});
  message.updates[0].profile.reset();
  EXPECT_THAT(ErrorOf(EncodeMessage(message, kCluster)), HasSubstr("missing for an alive member"));
  message = Sample(Gossip{});
  message.from = "";
  EXPECT_THAT(ErrorOf(EncodeMessage(message, kCluster)), HasSubstr("from at byte"));
  message = Sample(Gossip{});
  message.from = "n0\nE naming: all is lost";
  EXPECT_THAT(ErrorOf(EncodeMessage(message, kCluster)), HasSubstr("a control character"));
  std::string unknown = EncodeMessage(Sample(Gossip{}), kCluster);
  unknown[7] = 99;
  EXPECT_THAT(ErrorOf(Sealed(unknown)), HasSubstr("unknown kind 99"));
  std::string longer = EncodeMessage(Sample(Gossip{}), kCluster);
  longer.insert(longer.size() - 4, "x");
  EXPECT_THAT(ErrorOf(Sealed(longer)), HasSubstr("1 bytes after its end"));
}

TEST(ClusterCodec, ReadsNoCutMessageAndSurvivesEveryFlippedByte) {
  const std::string bytes =
      EncodeMessage(Sample(VoteReply{true, 1, 2, Verdict::kGranted, {}, 0}), kCluster);
  for (size_t size = 11; size < bytes.size(); ++size) {
    EXPECT_FALSE(DecodeMessage(Sealed(bytes.substr(0, size)), kCluster).ok()) << size;
  }
  std::mt19937_64 random(20261122);
  for (int i = 0; i < 20'000; ++i) {
    std::string flipped = bytes;
    flipped[7 + random() % (bytes.size() - 11)] = static_cast<char>(random());
    auto message = DecodeMessage(Sealed(flipped), kCluster);
    // Whatever is let through obeys the limits.
    if (!message.ok()) continue;
    EXPECT_LE(message->from.size(), kNameBytesMax);
  }
}

TEST(ClusterCodec, AnUpdateTakesNoMoreThanItsBound) {
  MemberUpdate update = Alive();
  update.incarnation = ~uint64_t{0};
  update.accuser = std::string(kNameBytesMax, 'a');
  update.profile->metadata.term = update.profile->metadata.island = ~uint64_t{0};
  Message without = Sample(Gossip{});
  without.updates.clear();
  Message with = without;
  with.updates = {update};
  const size_t took =
      EncodeMessage(with, kCluster).size() - EncodeMessage(without, kCluster).size();
  EXPECT_LE(took, WireBytesMax(update));
}

}  // namespace
}  // namespace bellrock::naming::cluster
