// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "naming/cluster/codec.h"

#include <fmt/format.h>
#include <xxhash.h>

#include <algorithm>
#include <array>
#include <utility>

namespace bellrock::naming::cluster {
namespace {

constexpr std::string_view kMagic = "Bg";
constexpr size_t kHeaderBytes = 2 + 1 + 4;
constexpr size_t kChecksumBytes = 4;
constexpr size_t kNumberBytesMax = 10;

// The kind on the wire is the place in Body plus one; new bodies go to its end.
constexpr std::array<std::string_view, std::variant_size_v<Body>> kKindNames = {
    "ping",         "indirect ping", "ack",         "nack",  "gossip",     "exchange",
    "vote request", "vote reply",    "leader beat", "rival", "resignation"};

void PutFixed32(std::string& out, uint32_t value) {
  for (int shift = 0; shift < 32; shift += 8) out.push_back(static_cast<char>(value >> shift));
}

uint32_t FixedAt(std::string_view bytes, size_t at) {
  uint32_t value = 0;
  for (size_t i = 0; i < 4; ++i) {
    value |= static_cast<uint32_t>(static_cast<uint8_t>(bytes[at + i])) << (8 * i);
  }
  return value;
}

class Writer {
 public:
  explicit Writer(std::string& out) : out_(out) {}

  void Number(uint64_t value) {
    while (value >= 0x80) {
      out_.push_back(static_cast<char>(value | 0x80));
      value >>= 7;
    }
    out_.push_back(static_cast<char>(value));
  }
  void Flag(bool value) { Number(value ? 1 : 0); }
  void Text(std::string_view text) {
    Number(text.size());
    out_.append(text);
  }
  void Of(const Address& address) {
    Number(address.kind() == Address::Kind::kUnix ? 1 : 0);
    Text(address.host());
    Number(address.port());
  }
  void Of(const LeaderClaim& claim) {
    Text(claim.leader);
    Number(claim.term);
    Number(claim.island);
    Flag(claim.majority);
  }
  void Of(const Metadata& metadata) {
    Text(metadata.site);
    Text(metadata.zone);
    Text(metadata.service_address);
    Number(static_cast<uint64_t>(metadata.role));
    Number(metadata.term);
    Number(metadata.island);
    Flag(metadata.majority);
  }
  void Of(const MemberUpdate& update) {
    Text(update.name);
    Number(static_cast<uint64_t>(update.liveness));
    Number(update.incarnation);
    Text(update.accuser);
    Flag(update.profile.has_value());
    if (!update.profile) return;
    Of(update.profile->address);
    Of(update.profile->metadata);
  }

  void Of(const Ping& ping) {
    Number(ping.sequence);
    Text(ping.target);
  }
  void Of(const IndirectPing& ping) {
    Number(ping.sequence);
    Text(ping.target);
    Of(ping.address);
  }
  void Of(const Ack& ack) { Number(ack.sequence); }
  void Of(const Nack& nack) { Number(nack.sequence); }
  void Of(const Gossip&) {}
  void Of(const Exchange& exchange) { Number(exchange.answers_wanted); }
  void Of(const VoteRequest& request) {
    Flag(request.trial);
    Number(request.term);
    Number(request.progress);
    Flag(request.any_progress);
  }
  void Of(const VoteReply& reply) {
    Flag(reply.trial);
    Number(reply.asked_term);
    Number(reply.term);
    Number(static_cast<uint64_t>(reply.verdict));
    Of(reply.leader);
    Number(reply.heard_ms_ago);
  }
  void Of(const LeaderBeat& beat) { Of(beat.claim); }
  void Of(const Rival& rival) { Of(rival.claim); }
  void Of(const Resignation& resignation) { Of(resignation.claim); }

 private:
  std::string& out_;
};

// Reads what Writer wrote. The first failure is kept with its field and place, and everything after
// it reads as zero; ask status() at the end.
class Reader {
 public:
  explicit Reader(std::string_view bytes) : bytes_(bytes) {}

  uint64_t Number(std::string_view field) {
    uint64_t value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      if (at_ >= bytes_.size()) return Fail(field, "cut short");
      const auto byte = static_cast<uint8_t>(bytes_[at_++]);
      value |= static_cast<uint64_t>(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
    return Fail(field, "a number longer than 10 bytes");
  }
  uint64_t Below(std::string_view field, uint64_t bound) {
    const uint64_t value = Number(field);
    return value < bound ? value : Fail(field, fmt::format("{} is not below {}", value, bound));
  }
  bool Flag(std::string_view field) { return Below(field, 2) != 0; }
  std::string Text(std::string_view field, size_t bytes_max) {
    const uint64_t size = Number(field);
    if (size > bytes_max) {
      Fail(field, fmt::format("{} bytes, at most {} are allowed", size, bytes_max));
      return "";
    }
    if (size > bytes_.size() - at_) {
      Fail(field, "cut short");
      return "";
    }
    const std::string_view text = bytes_.substr(at_, size);
    if (std::any_of(text.begin(), text.end(), IsControl)) {
      Fail(field, "a control character");
      return "";
    }
    at_ += size;
    return std::string(text);
  }
  std::string Name(std::string_view field) {
    std::string name = Text(field, kNameBytesMax);
    if (name.empty()) Fail(field, "empty");
    return name;
  }
  Address OfAddress() {
    const bool is_unix = Flag("address.kind");
    std::string host = Text("address.host", kHostBytesMax);
    const auto port = static_cast<uint16_t>(Below("address.port", 65'536));
    return is_unix ? Address::Unix(std::move(host)) : Address::Tcp(std::move(host), port);
  }
  LeaderClaim OfClaim() {
    LeaderClaim claim;
    claim.leader = Text("claim.leader", kNameBytesMax);
    claim.term = Number("claim.term");
    claim.island = Number("claim.island");
    claim.majority = Flag("claim.majority");
    return claim;
  }
  Metadata OfMetadata() {
    Metadata metadata;
    metadata.site = Text("metadata.site", kSiteBytesMax);
    metadata.zone = Text("metadata.zone", kSiteBytesMax);
    metadata.service_address = Text("metadata.service_address", kNameBytesMax);
    metadata.role = static_cast<Role>(Below("metadata.role", 2));
    metadata.term = Number("metadata.term");
    metadata.island = Number("metadata.island");
    metadata.majority = Flag("metadata.majority");
    return metadata;
  }
  MemberUpdate OfUpdate() {
    MemberUpdate update;
    update.name = Name("update.name");
    update.liveness = static_cast<Liveness>(Below("update.liveness", 4));
    update.incarnation = Number("update.incarnation");
    update.accuser = Text("update.accuser", kNameBytesMax);
    if (Flag("update.profile")) {
      Address address = OfAddress();
      update.profile = Profile{std::move(address), OfMetadata()};
    } else if (update.liveness == Liveness::kAlive) {
      Fail("update.profile", "missing for an alive member");
    }
    return update;
  }

  void Into(Ping& ping) {
    ping.sequence = Number("ping.sequence");
    ping.target = Text("ping.target", kNameBytesMax);
  }
  void Into(IndirectPing& ping) {
    ping.sequence = Number("ping.sequence");
    ping.target = Text("ping.target", kNameBytesMax);
    ping.address = OfAddress();
  }
  void Into(Ack& ack) { ack.sequence = Number("ack.sequence"); }
  void Into(Nack& nack) { nack.sequence = Number("nack.sequence"); }
  void Into(Gossip&) {}
  void Into(Exchange& exchange) {
    exchange.answers_wanted =
        static_cast<uint8_t>(Below("exchange.answers_wanted", kAnswersWantedMax + 1));
  }
  void Into(VoteRequest& request) {
    request.trial = Flag("vote.trial");
    request.term = Number("vote.term");
    request.progress = Number("vote.progress");
    request.any_progress = Flag("vote.any_progress");
  }
  void Into(VoteReply& reply) {
    reply.trial = Flag("vote.trial");
    reply.asked_term = Number("vote.asked_term");
    reply.term = Number("vote.term");
    reply.verdict = static_cast<Verdict>(Below("vote.verdict", 4));
    reply.leader = OfClaim();
    reply.heard_ms_ago = Number("vote.heard_ms_ago");
  }
  void Into(LeaderBeat& beat) { beat.claim = OfClaim(); }
  void Into(Rival& rival) { rival.claim = OfClaim(); }
  void Into(Resignation& resignation) { resignation.claim = OfClaim(); }

  bool ok() const { return error_.empty(); }
  Status status() const {
    if (!error_.empty()) return InvalidArgumentError("cluster message: " + error_);
    if (at_ == bytes_.size()) return Status::Ok();
    return InvalidArgumentError(
        fmt::format("cluster message: {} bytes after its end", bytes_.size() - at_));
  }

 private:
  uint64_t Fail(std::string_view field, std::string_view what) {
    if (error_.empty()) error_ = fmt::format("{} at byte {}: {}", field, at_, what);
    at_ = bytes_.size();
    return 0;
  }

  std::string_view bytes_;
  size_t at_ = kHeaderBytes;
  std::string error_;
};

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
void ReadBody(size_t kind, Reader& in, Body& body) {
  if constexpr (kAt < std::variant_size_v<Body>) {
    if (kind != kAt) return ReadBody<kAt + 1>(kind, in, body);
    in.Into(body.emplace<kAt>());
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
  std::string bytes(kMagic);
  bytes.reserve(kDatagramBytesMax);
  bytes.push_back(static_cast<char>(kWireVersion));
  PutFixed32(bytes, cluster);
  Writer out(bytes);
  out.Number(message.body.index() + 1);
  out.Text(message.from);
  std::visit([&](const auto& body) { out.Of(body); }, message.body);
  out.Number(message.updates.size());
  for (const MemberUpdate& update : message.updates) out.Of(update);
  PutFixed32(bytes, XXH32(bytes.data(), bytes.size(), 0));
  return bytes;
}

Result<Message> DecodeMessage(std::string_view bytes, uint32_t cluster) {
  BELLROCK_TRY(CheckFrame(bytes, cluster));
  bytes.remove_suffix(kChecksumBytes);
  Reader in(bytes);
  Message message;
  const uint64_t kind = in.Number("kind");
  if (in.ok() && (kind == 0 || kind > kKindNames.size())) {
    return InvalidArgumentError(fmt::format("cluster message: unknown kind {}", kind));
  }
  message.from = in.Name("from");
  if (in.ok()) ReadBody(kind - 1, in, message.body);
  const uint64_t updates = in.Below("updates", kUpdatesMax + 1);
  for (uint64_t i = 0; i < updates && in.ok(); ++i) message.updates.push_back(in.OfUpdate());
  Status status = in.status();
  if (status.ok()) return message;
  return status.WithContext(kind == 0 ? "unreadable" : kKindNames[kind - 1]);
}

size_t WireBytesMax(const MemberUpdate& update) {
  size_t bytes = TextBytesMax(update.name) + TextBytesMax(update.accuser) + kNumberBytesMax + 2;
  if (!update.profile) return bytes;
  const Metadata& metadata = update.profile->metadata;
  bytes += TextBytesMax(update.profile->address.host()) + 4;
  bytes += TextBytesMax(metadata.site) + TextBytesMax(metadata.zone);
  bytes += TextBytesMax(metadata.service_address) + 2 * kNumberBytesMax + 2;
  return bytes;
}

}  // namespace bellrock::naming::cluster
