// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "naming/cluster/membership.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

#include "naming/cluster/codec.h"

namespace bellrock::naming::cluster {
namespace {

Status CheckText(std::string_view field, std::string_view value, size_t bytes_max) {
  if (value.size() > bytes_max) {
    return InvalidArgumentError(
        fmt::format("{} '{}' has {} bytes; use at most {}", field, value, value.size(), bytes_max));
  }
  if (std::none_of(value.begin(), value.end(), IsControl)) return Status::Ok();
  return InvalidArgumentError(
      fmt::format("{} has a control character; use letters, digits and signs", field));
}

}  // namespace

Status Membership::Check(const MembershipOptions& options) {
  if (options.name.empty()) {
    return InvalidArgumentError("node name is empty; give each server a name of its own");
  }
  const Metadata& metadata = options.profile.metadata;
  BELLROCK_TRY(CheckText("node name", options.name, kNameBytesMax));
  BELLROCK_TRY(CheckText("gossip address", options.profile.address.host(), kHostBytesMax));
  BELLROCK_TRY(CheckText("site", metadata.site, kSiteBytesMax));
  BELLROCK_TRY(CheckText("zone", metadata.zone, kSiteBytesMax));
  return CheckText("service address", metadata.service_address, kNameBytesMax);
}

Membership::Membership(const MembershipOptions& options, Time now)
    : name_(options.name),
      random_(options.seed),
      sequence_(random_.Next() >> 1),
      next_probe_(now + random_.Between(Duration(0), kProbeInterval)),
      next_gossip_(now),
      next_exchange_(now + random_.Between(Duration(0), kExchangeInterval)),
      next_reconnect_(now + random_.Between(Duration(0), kReconnectInterval)),
      next_forget_(now + kForgetInterval),
      next_conflict_(now),
      answers_since_(now) {
  Member self;
  self.profile = options.profile;
  self.incarnation = self.profile_incarnation = 1;
  self.since = now;
  members_.emplace(name_, std::move(self));
}

MembershipEffects Membership::Join(const std::vector<Address>& seeds, Time now) {
  auto contains = [](const std::vector<Address>& list, const Address& address) {
    return std::find(list.begin(), list.end(), address) != list.end();
  };
  const std::vector<Address> before = std::exchange(seeds_, {});
  for (const Address& seed : seeds) {
    if (seed == self().profile.address || contains(seeds_, seed)) continue;
    if (seeds_.size() >= kSeedsMax) break;
    seeds_.push_back(seed);
    if (!contains(before, seed)) Knock(seed);
  }
  next_reconnect_ = now + kReconnectInterval;
  return TakeEffects();
}

MembershipEffects Membership::Tick(Time now) {
  NoticePause(now);
  if (!leaving_) {
    TickRelays(now);
    TickSuspicions(now);
    TickProbe(now);
    TickExchanges(now);
    TickForget(now);
  }
  TickGossip(now);
  return TakeEffects();
}

MembershipEffects Membership::Receive(const Message& message, const Address& from, Time now) {
  if (leaving_ || message.from == name_) return TakeEffects();
  const bool exchange = std::holds_alternative<Exchange>(message.body);
  for (const MemberUpdate& update : message.updates) Merge(update, exchange, now);
  std::visit([&](const auto& body) { Handle(body, message, from, now); }, message.body);
  return TakeEffects();
}

MembershipEffects Membership::Leave(Time now) {
  if (leaving_) return TakeEffects();
  leaving_ = true;
  Member& self = members_.at(name_);
  ++self.incarnation;
  SetLiveness(name_, self, Liveness::kLeft, now);
  Tell(UpdateOf(name_, self, false));
  std::vector<std::string> others = Reachable(name_);
  random_.Shuffle(others);
  if (others.size() > kFarewellsMax) others.resize(kFarewellsMax);
  for (const std::string& name : others) {
    SendUpdates(members_.at(name).profile.address, Gossip{}, {UpdateOf(name_, self, false)});
  }
  return TakeEffects();
}

MembershipEffects Membership::SetMetadata(const Metadata& metadata, Time) {
  Member& self = members_.at(name_);
  if (leaving_ || self.profile.metadata == metadata) return TakeEffects();
  self.profile.metadata = metadata;
  Raise(self.incarnation);
  Happened(MemberEvent::Kind::kMetadataChanged, name_);
  return TakeEffects();
}

void Membership::ProbeNext(const std::string& name) {
  std::erase(probe_order_, name);
  if (!probe_ || probe_->target != name) probe_order_.push_back(name);
}

Time Membership::NextTick() const {
  const Time gossip = news_.empty() ? kNever : next_gossip_;
  return leaving_ ? gossip : std::min(gossip, NextDuty());
}

// Without gossip, which is due at once when there is news after a silence.
Time Membership::NextDuty() const {
  Time next = std::min({next_forget_, next_exchange_, next_reconnect_, next_probe_});
  if (probe_) next = std::min(next, probe_->asked_others ? probe_->deadline : probe_->ask_others);
  for (const auto& [sequence, relay] : relays_) {
    next = std::min(next, relay.nacked ? relay.expires : relay.nack_at);
  }
  for (const auto& [name, member] : members_) {
    if (member.suspicion) next = std::min(next, member.suspicion->deadline());
  }
  return next;
}

void Membership::Handle(const Ping& ping, const Message& message, const Address& from, Time now) {
  if (ping.target != name_) return;  // meant for whoever had this address before
  Send(from, message.from, Ack{ping.sequence});
  // After a restart the others may know a node that does not know them.
  if (!members_.contains(message.from) && MayAnswer(now)) Knock(from);
}

void Membership::Handle(const IndirectPing& ping, const Message&, const Address& from, Time now) {
  if (relays_.size() >= kRelaysMax) return;
  const uint64_t sequence = ++sequence_;
  relays_[sequence] = {from, ping.sequence, ping.target, now + kProbeTimeout, now + kProbeInterval,
                       false};
  Send(ping.address, ping.target, Ping{sequence, ping.target});
}

void Membership::Handle(const Ack& ack, const Message& message, const Address&, Time) {
  if (probe_ && probe_->sequence == ack.sequence) return TakeAnswer(message.from);
  auto relay = relays_.find(ack.sequence);
  if (relay == relays_.end() || relay->second.target != message.from) return;
  Send(relay->second.origin, "", Ack{relay->second.origin_sequence});
  relays_.erase(relay);
}

// An answer through another site leaves room for a nearer one, until the probe's time is over.
void Membership::TakeAnswer(const std::string& from) {
  const auto target = members_.find(probe_->target);
  if (target == members_.end() || (probe_->acked && !probe_->by_detour)) return;
  probe_->acked = true;
  probe_->by_detour = from != probe_->target && IsDetour(from, target->second);
  if (!probe_->by_detour) effects_.answered = probe_->target;
  effects_.reach_changed |= target->second.out_of_reach != probe_->by_detour;
  target->second.out_of_reach = probe_->by_detour;
}

// Of members of other sites nobody here can say what their site reaches.
bool Membership::IsDetour(const std::string& helper, const Member& target) const {
  const std::string& site = self().profile.metadata.site;
  const auto via = members_.find(helper);
  return target.profile.metadata.site == site && via != members_.end() &&
         via->second.profile.metadata.site != site;
}

void Membership::Handle(const Nack& nack, const Message&, const Address&, Time) {
  if (probe_ && probe_->sequence == nack.sequence) ++probe_->nacks;
}

void Membership::Handle(const Exchange& exchange, const Message&, const Address& from, Time now) {
  if (exchange.answers_wanted == 0 || !MayAnswer(now)) return;
  SendState(from, static_cast<uint8_t>(exchange.answers_wanted - 1));
}

bool Membership::MayAnswer(Time now) {
  if (now - answers_since_ >= std::chrono::seconds(1)) {
    answers_since_ = now;
    answers_ = 0;
  }
  return ++answers_ <= kAnswersPerSecondMax;
}

// Carries as many news as fit. Who is under suspicion hears of it first of all (Lifeguard's buddy),
// and so does who is held dead but still talks.
void Membership::Send(const Address& to, const std::string& name, Body body) {
  std::vector<MemberUpdate> updates;
  size_t bytes_left = kUpdateBytesMax;
  auto found = members_.find(name);
  if (found != members_.end() && found->second.liveness != Liveness::kAlive) {
    updates.push_back(UpdateOf(name, found->second, false));
    bytes_left -= WireBytesMax(updates.back());
  }
  for (MemberUpdate& update : news_.Take(bytes_left, reachable_)) {
    updates.push_back(std::move(update));
  }
  SendUpdates(to, std::move(body), std::move(updates));
}

void Membership::SendUpdates(const Address& to, Body body, std::vector<MemberUpdate> updates) {
  effects_.messages.push_back({to, {name_, std::move(body), std::move(updates)}});
}

// Only the first part asks for answers: one lost part costs one exchange, not several answers.
void Membership::SendState(const Address& to, uint8_t answers_wanted) {
  std::vector<MemberUpdate> part;
  size_t bytes = 0;
  for (const auto& [name, member] : members_) {
    MemberUpdate update = UpdateOf(name, member, true);
    const size_t more = WireBytesMax(update);
    if (bytes + more > kUpdateBytesMax) {
      SendUpdates(to, Exchange{std::exchange(answers_wanted, uint8_t{0})}, std::move(part));
      part.clear();
      bytes = 0;
    }
    bytes += more;
    part.push_back(std::move(update));
  }
  SendUpdates(to, Exchange{answers_wanted}, std::move(part));
}

// The smallest exchange, for those who may not be there: this node, and what the other has to
// refute. Each then sends its whole state.
void Membership::Knock(const Address& to) {
  std::vector<MemberUpdate> updates{UpdateOf(name_, self(), true)};
  for (const auto& [name, member] : members_) {
    const bool doubted = name != name_ && member.liveness != Liveness::kAlive;
    if (doubted && member.profile.address == to) {
      updates.push_back(UpdateOf(name, member, false));
      break;
    }
  }
  SendUpdates(to, Exchange{kAnswersWantedMax}, std::move(updates));
}

std::vector<std::string> Membership::Reachable(const std::string& except) const {
  std::vector<std::string> names;
  for (const auto& [name, member] : members_) {
    if (name != name_ && name != except && member.reachable()) names.push_back(name);
  }
  return names;
}

// The dead, those who left, since they may start again with other seeds, and seeds at which nobody
// is known to live.
std::vector<Address> Membership::Lost() const {
  // A server may have come back where another was, under a new name.
  std::set<Address> settled;
  for (const auto& [name, member] : members_) {
    if (member.reachable()) settled.insert(member.profile.address);
  }
  std::vector<Address> lost;
  auto add = [&](const Address& address) {
    if (address != self().profile.address && settled.insert(address).second)
      lost.push_back(address);
  };
  for (const auto& [name, member] : members_) {
    if (!member.reachable()) add(member.profile.address);
  }
  for (const Address& seed : seeds_) add(seed);
  return lost;
}

size_t Membership::UnmetSeeds() const {
  std::set<Address> known;
  for (const auto& [name, member] : members_) known.insert(member.profile.address);
  return static_cast<size_t>(std::count_if(
      seeds_.begin(), seeds_.end(), [&](const Address& seed) { return !known.contains(seed); }));
}

// In rounds like the probes, so that nobody has to wait for his luck.
std::optional<Address> Membership::NextLost() {
  const std::vector<Address> lost = Lost();
  if (lost.empty()) return std::nullopt;
  while (!knock_order_.empty()) {
    Address next = std::move(knock_order_.back());
    knock_order_.pop_back();
    if (std::find(lost.begin(), lost.end(), next) != lost.end()) return next;
  }
  knock_order_ = lost;
  random_.Shuffle(knock_order_);
  Address next = std::move(knock_order_.back());
  knock_order_.pop_back();
  return next;
}

void Membership::Happened(MemberEvent::Kind kind, const std::string& name,
                          const std::string& accuser) {
  effects_.events.push_back({kind, name, accuser});
}

MembershipEffects Membership::TakeEffects() {
  return std::exchange(effects_, {});
}

}  // namespace bellrock::naming::cluster
