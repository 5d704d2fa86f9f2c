// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "naming/cluster/codec.h"

#include <fmt/format.h>
#include <xxhash.h>

#include <algorithm>
#include <array>
#include <utility>

#include "naming/wire_bytes.h"

namespace bellrock::naming::cluster {
namespace {

constexpr std::string_view kMagic = "Bg";
constexpr size_t kHeaderBytes = 2 + 1 + 4;
constexpr size_t kChecksumBytes = 4;
constexpr uint64_t kMajorityBit = 1;
constexpr uint64_t kDiskFailsBit = 2;
constexpr uint64_t kStandbyBit = 4;

// The kind on the wire is the place in Body plus one; new bodies go to its end.
constexpr std::array<std::string_view, std::variant_size_v<Body>> kKindNames = {
    "ping",         "indirect ping", "ack",         "nack",  "gossip",     "exchange",
    "vote request", "vote reply",    "leader beat", "rival", "resignation"};

uint32_t FixedAt(std::string_view bytes, size_t at) {
  uint32_t value = 0;
  for (size_t i = 0; i < 4; ++i) {
    value |= static_cast<uint32_t>(static_cast<uint8_t>(bytes[at + i])) << (8 * i);
  }
  return value;
}

void Write(ByteWriter& out, const Address& address) {
  out.Varint(address.kind() == Address::Kind::kUnix ? 1 : 0);
  out.Text(address.host());
  out.Varint(address.port());
}

void Write(ByteWriter& out, const LeaderClaim& claim) {
  out.Text(claim.leader);
  out.Varint(claim.term);
  out.Varint(claim.island);
  out.Flag(claim.majority);
}

void Write(ByteWriter& out, const Metadata& metadata) {
  out.Text(metadata.site);
  out.Text(metadata.zone);
  out.Text(metadata.service_address);
  out.Varint(static_cast<uint64_t>(metadata.role));
  out.Varint(metadata.term);
  out.Varint(metadata.island);
  out.Varint((metadata.majority ? kMajorityBit : 0) | (metadata.disk_fails ? kDiskFailsBit : 0) |
             (metadata.standby ? kStandbyBit : 0));
}

void Write(ByteWriter& out, const MemberUpdate& update) {
  out.Text(update.name);
  out.Varint(static_cast<uint64_t>(update.liveness));
  out.Varint(update.incarnation);
  out.Text(update.accuser);
  out.Flag(update.profile.has_value());
  if (!update.profile) return;
  Write(out, update.profile->address);
  Write(out, update.profile->metadata);
}

void Write(ByteWriter& out, const Ping& ping) {
  out.Varint(ping.sequence);
  out.Text(ping.target);
}

void Write(ByteWriter& out, const IndirectPing& ping) {
  out.Varint(ping.sequence);
  out.Text(ping.target);
  Write(out, ping.address);
}

void Write(ByteWriter& out, const Ack& ack) {
  out.Varint(ack.sequence);
}

void Write(ByteWriter& out, const Nack& nack) {
  out.Varint(nack.sequence);
}

void Write(ByteWriter&, const Gossip&) {}

void Write(ByteWriter& out, const Exchange& exchange) {
  out.Varint(exchange.answers_wanted);
}

void Write(ByteWriter& out, const VoteRequest& request) {
  out.Flag(request.trial);
  out.Varint(request.term);
  out.Varint(request.progress);
  out.Flag(request.any_progress);
}

void Write(ByteWriter& out, const VoteReply& reply) {
  out.Flag(reply.trial);
  out.Varint(reply.asked_term);
  out.Varint(reply.term);
  out.Varint(static_cast<uint64_t>(reply.verdict));
  Write(out, reply.leader);
  out.Varint(reply.heard_ms_ago);
}

void Write(ByteWriter& out, const LeaderBeat& beat) {
  Write(out, beat.claim);
}

void Write(ByteWriter& out, const Rival& rival) {
  Write(out, rival.claim);
}

void Write(ByteWriter& out, const Resignation& resignation) {
  Write(out, resignation.claim);
}

// Texts go into log lines.
std::string ReadText(ByteReader& in, std::string_view field, size_t bytes_max) {
  std::string text = in.Text(field, bytes_max);
  if (std::any_of(text.begin(), text.end(), IsControl)) in.Fail(field, "a control character");
  return text;
}

std::string ReadName(ByteReader& in, std::string_view field) {
  std::string name = ReadText(in, field, kNameBytesMax);
  if (name.empty()) in.Fail(field, "empty");
  return name;
}

Address ReadAddress(ByteReader& in) {
  const bool is_unix = in.Flag("address.kind");
  std::string host = ReadText(in, "address.host", kHostBytesMax);
  const auto port = static_cast<uint16_t>(in.Below("address.port", 65'536));
  return is_unix ? Address::Unix(std::move(host)) : Address::Tcp(std::move(host), port);
}

LeaderClaim ReadClaim(ByteReader& in) {
  LeaderClaim claim;
  claim.leader = ReadText(in, "claim.leader", kNameBytesMax);
  claim.term = in.Varint("claim.term");
  claim.island = in.Varint("claim.island");
  claim.majority = in.Flag("claim.majority");
  return claim;
}

Metadata ReadMetadata(ByteReader& in) {
  Metadata metadata;
  metadata.site = ReadText(in, "metadata.site", kSiteBytesMax);
  metadata.zone = ReadText(in, "metadata.zone", kSiteBytesMax);
  metadata.service_address = ReadText(in, "metadata.service_address", kNameBytesMax);
  metadata.role = static_cast<Role>(in.Below("metadata.role", 2));
  metadata.term = in.Varint("metadata.term");
  metadata.island = in.Varint("metadata.island");
  const uint64_t flags = in.Below("metadata.flags", 2 * kStandbyBit);
  metadata.majority = (flags & kMajorityBit) != 0;
  metadata.disk_fails = (flags & kDiskFailsBit) != 0;
  metadata.standby = (flags & kStandbyBit) != 0;
  return metadata;
}

MemberUpdate ReadUpdate(ByteReader& in) {
  MemberUpdate update;
  update.name = ReadName(in, "update.name");
  update.liveness = static_cast<Liveness>(in.Below("update.liveness", 4));
  update.incarnation = in.Varint("update.incarnation");
  update.accuser = ReadText(in, "update.accuser", kNameBytesMax);
  if (in.Flag("update.profile")) {
    Address address = ReadAddress(in);
    update.profile = Profile{std::move(address), ReadMetadata(in)};
  } else if (update.liveness == Liveness::kAlive) {
    in.Fail("update.profile", "missing for an alive member");
  }
  return update;
}

void ReadInto(ByteReader& in, Ping& ping) {
  ping.sequence = in.Varint("ping.sequence");
  ping.target = ReadText(in, "ping.target", kNameBytesMax);
}

void ReadInto(ByteReader& in, IndirectPing& ping) {
  ping.sequence = in.Varint("ping.sequence");
  ping.target = ReadText(in, "ping.target", kNameBytesMax);
  ping.address = ReadAddress(in);
}

void ReadInto(ByteReader& in, Ack& ack) {
  ack.sequence = in.Varint("ack.sequence");
}

void ReadInto(ByteReader& in, Nack& nack) {
  nack.sequence = in.Varint("nack.sequence");
}

void ReadInto(ByteReader&, Gossip&) {}

void ReadInto(ByteReader& in, Exchange& exchange) {
  exchange.answers_wanted =
      static_cast<uint8_t>(in.Below("exchange.answers_wanted", kAnswersWantedMax + 1));
}

void ReadInto(ByteReader& in, VoteRequest& request) {
  request.trial = in.Flag("vote.trial");
  request.term = in.Varint("vote.term");
  request.progress = in.Varint("vote.progress");
  request.any_progress = in.Flag("vote.any_progress");
}

void ReadInto(ByteReader& in, VoteReply& reply) {
  reply.trial = in.Flag("vote.trial");
  reply.asked_term = in.Varint("vote.asked_term");
  reply.term = in.Varint("vote.term");
  reply.verdict = static_cast<Verdict>(in.Below("vote.verdict", 4));
  reply.leader = ReadClaim(in);
  reply.heard_ms_ago = in.Varint("vote.heard_ms_ago");
}

void ReadInto(ByteReader& in, LeaderBeat& beat) {
  beat.claim = ReadClaim(in);
}

void ReadInto(ByteReader& in, Rival& rival) {
  rival.claim = ReadClaim(in);
}

void ReadInto(ByteReader& in, Resignation& resignation) {
  resignation.claim = ReadClaim(in);
}

Status CheckFrame(std::string_view bytes, uint32_t cluster) {
  if (bytes.size() < kHeaderBytes + kChecksumBytes || !bytes.starts_with(kMagic)) {
    return InvalidArgumentError(
        fmt::format("cluster message: {} bytes that do not begin like one; is the sender a "
                    "bellrock server?",
                    bytes.size()));
  }
  const auto version = static_cast<uint8_t>(bytes[kMagic.size()]);
  if (version != kWireVersion) {
    return InvalidArgumentError(
        fmt::format("cluster message: version {}, this node speaks {}; upgrade the older", version,
                    kWireVersion));
  }
  if (FixedAt(bytes, kMagic.size() + 1) != cluster) {
    return FailedPreconditionError(
        "cluster message: from another cluster; check the seed addresses and the cluster's name");
  }
  const size_t end = bytes.size() - kChecksumBytes;
  if (FixedAt(bytes, end) != XXH32(bytes.data(), end, 0)) {
    return InvalidArgumentError("cluster message: checksum does not match, damaged on its way");
  }
  return Status::Ok();
}

// Makes the alternative with this number and reads it.
template <size_t kAt = 0>
void ReadBody(size_t kind, ByteReader& in, Body& body) {
  if constexpr (kAt < std::variant_size_v<Body>) {
    if (kind != kAt) return ReadBody<kAt + 1>(kind, in, body);
    ReadInto(in, body.emplace<kAt>());
  }
}

size_t TextBytesMax(std::string_view text) {
  return text.size() + 2;  // none is longer than what two length bytes can tell
}

}  // namespace

uint32_t ClusterNumber(std::string_view cluster_name) {
  return XXH32(cluster_name.data(), cluster_name.size(), 0);
}

std::string EncodeMessage(const Message& message, uint32_t cluster) {
  ByteWriter out(kDatagramBytesMax);
  out.Raw(kMagic);
  out.Byte(kWireVersion);
  out.Fixed32(cluster);
  out.Varint(message.body.index() + 1);
  out.Text(message.from);
  std::visit([&](const auto& body) { Write(out, body); }, message.body);
  out.Varint(message.updates.size());
  for (const MemberUpdate& update : message.updates) Write(out, update);
  out.Fixed32(XXH32(out.bytes().data(), out.bytes().size(), 0));
  return out.Take();
}

Result<Message> DecodeMessage(std::string_view bytes, uint32_t cluster) {
  BELLROCK_TRY(CheckFrame(bytes, cluster));
  bytes.remove_suffix(kChecksumBytes);
  ByteReader in(bytes, kHeaderBytes);
  Message message;
  const uint64_t kind = in.Varint("kind");
  if (in.ok() && (kind == 0 || kind > kKindNames.size())) {
    return InvalidArgumentError(fmt::format("cluster message: unknown kind {}", kind));
  }
  message.from = ReadName(in, "from");
  if (in.ok()) ReadBody(kind - 1, in, message.body);
  const uint64_t updates = in.Below("updates", kUpdatesMax + 1);
  for (uint64_t i = 0; i < updates && in.ok(); ++i) message.updates.push_back(ReadUpdate(in));
  Status status = in.Finish().WithContext("cluster message");
  if (status.ok()) return message;
  return status.WithContext(kind == 0 ? "unreadable" : kKindNames[kind - 1]);
}

size_t WireBytesMax(const MemberUpdate& update) {
  size_t bytes = TextBytesMax(update.name) + TextBytesMax(update.accuser) + kVarintBytesMax + 2;
  if (!update.profile) return bytes;
  const Metadata& metadata = update.profile->metadata;
  bytes += TextBytesMax(update.profile->address.host()) + 4;
  bytes += TextBytesMax(metadata.site) + TextBytesMax(metadata.zone);
  bytes += TextBytesMax(metadata.service_address) + 2 * kVarintBytesMax + 2;
  return bytes;
}

}  // namespace bellrock::naming::cluster
