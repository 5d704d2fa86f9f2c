// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
// How what others say changes what this node believes.
#include <algorithm>

#include "naming/cluster/membership.h"

namespace bellrock::naming::cluster {
namespace {

constexpr Duration kConflictTold = std::chrono::minutes(1);

}  // namespace

void Membership::Merge(const MemberUpdate& update, bool exchange, Time now) {
  if (update.name == name_) return HearOfSelf(update, now);
  auto found = members_.find(update.name);
  if (found != members_.end()) TakeProfile(update.name, found->second, update, now);
  switch (update.liveness) {
    case Liveness::kAlive:
      return MergeAlive(update, now);
    case Liveness::kSuspect:
      return MergeSuspect(update, now);
    case Liveness::kDead:
      // From a part that was cut off it may be old news: the member gets the time to refute it.
      return exchange ? MergeSuspect(update, now) : MergeGone(update, now);
    case Liveness::kLeft:
      return MergeGone(update, now);
  }
}

void Membership::TakeProfile(const std::string& name, Member& member, const MemberUpdate& update,
                             Time now) {
  if (!update.profile || update.incarnation < member.profile_incarnation) return;
  if (update.incarnation == member.profile_incarnation) {
    if (*update.profile != member.profile) AskToSettle(update, member, now);
    return;
  }
  const bool changed = member.profile.metadata != update.profile->metadata;
  member.profile = *update.profile;
  member.profile_incarnation = update.incarnation;
  if (changed && member.reachable()) Happened(MemberEvent::Kind::kMetadataChanged, name);
}

// Two lives of the member reached the same incarnation with different profiles, so neither replaces
// the other. Only it knows which is true: whichever it is told that is not, it overrides.
void Membership::AskToSettle(const MemberUpdate& heard, const Member& member, Time now) {
  if (!MayAnswer(now)) return;
  MemberUpdate theirs{heard.name, Liveness::kAlive, heard.incarnation, {}, heard.profile};
  MemberUpdate ours = theirs;
  ours.profile = member.profile;
  SendUpdates(member.profile.address, Gossip{}, {std::move(theirs), std::move(ours)});
}

void Membership::AddMember(const MemberUpdate& update, Time now) {
  if (members_.size() >= kMembersMax) {
    ++refused_;
    return;
  }
  Member member;
  member.profile = *update.profile;
  member.incarnation = member.profile_incarnation = update.incarnation;
  member.since = now;
  members_.emplace(update.name, std::move(member));
  ++reachable_;
  // At a random place of the round, so that the newest is not always probed last.
  const size_t at = random_.Below(probe_order_.size() + 1);
  probe_order_.insert(probe_order_.begin() + static_cast<std::ptrdiff_t>(at), update.name);
  Happened(MemberEvent::Kind::kJoined, update.name);
  Tell(update);
}

void Membership::MergeAlive(const MemberUpdate& update, Time now) {
  if (!update.profile) return;
  auto found = members_.find(update.name);
  if (found == members_.end()) return AddMember(update, now);
  Member& member = found->second;
  if (update.incarnation <= member.incarnation) return;
  member.incarnation = update.incarnation;
  SetLiveness(update.name, member, Liveness::kAlive, now);
  Tell(update);
}

void Membership::MergeSuspect(const MemberUpdate& update, Time now) {
  auto found = members_.find(update.name);
  if (found == members_.end() || update.incarnation < found->second.incarnation) return;
  Member& member = found->second;
  if (!member.reachable()) return;
  member.incarnation = update.incarnation;
  MemberUpdate told = update;
  told.liveness = Liveness::kSuspect;
  told.profile.reset();
  if (member.suspicion) {
    if (member.suspicion->Confirm(update.accuser)) Tell(told);
    return;
  }
  member.suspicion.emplace(update.accuser, reachable_, kProbeInterval, now);
  SetLiveness(update.name, member, Liveness::kSuspect, now, update.accuser);
  Tell(told);
}

void Membership::MergeGone(const MemberUpdate& update, Time now) {
  auto found = members_.find(update.name);
  if (found == members_.end() || update.incarnation < found->second.incarnation) return;
  Member& member = found->second;
  const bool news = member.reachable() ||
                    (member.liveness == Liveness::kDead && update.liveness == Liveness::kLeft);
  member.incarnation = update.incarnation;
  if (!news) return;
  SetLiveness(update.name, member, update.liveness, now, update.accuser);
  MemberUpdate told = update;
  told.profile.reset();
  Tell(told);
}

void Membership::HearOfSelf(const MemberUpdate& update, Time now) {
  const Member& self = members_.at(name_);
  if (leaving_) return;
  if (update.incarnation < self.incarnation) {
    // It was refuted long ago, but whoever tells it has not heard that, and would wait in vain.
    if (update.liveness != Liveness::kAlive) Tell(UpdateOf(name_, self, true));
    return;
  }
  if (update.liveness == Liveness::kAlive) {
    const bool same = update.profile == self.profile;
    if (same && update.incarnation == self.incarnation) return;
    const bool elsewhere = update.profile && update.profile->address != self.profile.address;
    if (elsewhere && now >= next_conflict_) {
      next_conflict_ = now + kConflictTold;
      Happened(MemberEvent::Kind::kNameConflict, name_);
    }
  } else {
    health_.Add(1);  // who is suspected was slow to answer, whatever the cause
  }
  Raise(update.incarnation);
}

// Tells the others that this node is alive, in a way that overrides all they have heard so far.
void Membership::Raise(uint64_t above) {
  Member& self = members_.at(name_);
  self.incarnation = self.profile_incarnation = std::max(self.incarnation, above) + 1;
  Tell(UpdateOf(name_, self, true));
}

void Membership::SetLiveness(const std::string& name, Member& member, Liveness liveness, Time now,
                             const std::string& accuser) {
  if (member.liveness == liveness) return;
  const Liveness before = member.liveness;
  const bool was_reachable = member.reachable();
  member.liveness = liveness;
  member.since = now;
  if (liveness != Liveness::kSuspect) member.suspicion.reset();
  if (was_reachable && !member.reachable()) --reachable_;
  if (!was_reachable && member.reachable()) ++reachable_;
  using Kind = MemberEvent::Kind;
  switch (liveness) {
    case Liveness::kAlive:
      return Happened(before == Liveness::kLeft ? Kind::kJoined : Kind::kAliveAgain, name);
    case Liveness::kSuspect:
      return Happened(Kind::kSuspected, name, accuser);
    case Liveness::kDead:
      return Happened(Kind::kDead, name, accuser);
    case Liveness::kLeft:
      return Happened(Kind::kLeft, name);
  }
}

void Membership::Tell(const MemberUpdate& update) {
  news_.Push(update);
}

MemberUpdate Membership::UpdateOf(const std::string& name, const Member& member, bool whole) const {
  MemberUpdate update;
  update.name = name;
  update.liveness = member.liveness;
  update.incarnation = member.incarnation;
  if (member.liveness == Liveness::kSuspect || member.liveness == Liveness::kDead) {
    update.accuser = name_;
  }
  // An older profile under the newer incarnation would hide the newer profile for ever. The other
  // way round (news of a dead member's later life) it hides nothing.
  const bool current = member.profile_incarnation >= member.incarnation;
  if (whole && current) update.profile = member.profile;
  return update;
}

}  // namespace bellrock::naming::cluster
