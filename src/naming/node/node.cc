// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "naming/node/node.h"

#include <algorithm>
#include <utility>

#include "naming/strict_lease.h"

namespace bellrock::naming::node {
namespace {

// Whether some node is of another site than it was taken for.
bool SitesDiffer(const Plan& before, const Plan& after) {
  return std::any_of(after.members.begin(), after.members.end(), [&](const auto& member) {
    const auto known = before.members.find(member.first);
    return known == before.members.end() || known->second.site != member.second.site;
  });
}

// Stands for those who are expected and not known yet: never heard, so nothing is behind it.
constexpr uint64_t kNobodyYet = 0;
constexpr Duration kSecond = protect::Freeze::kSlot;

std::string_view SiteOf(const Instance& instance) {
  const std::string_view path = instance.cluster->path;
  return path.substr(1, path.find('/', 1) - 1);
}

const ServiceEntry& ServiceOf(const Instance& instance) {
  return *instance.cluster->parent->service;
}

}  // namespace

Node::Node(const replica::Origin& self, const RegistryOptions& options, uint64_t seed)
    : registry_(self, options), sources_(registry_.replica(), seed) {}

void Node::SetPlan(Plan plan, Time now) {
  const bool led = plan_.leading;
  const bool sites_differ = SitesDiffer(plan_, plan);
  plan_ = std::move(plan);
  TakeRivals(now);
  registry_.replica().SetPeers(PeersAt(now));
  registry_.replica().SetMandate(plan_.mandate);
  TellFreeze(now);
  if (plan_.leading && !led) {
    registry_.Lead([this](const Instance& instance) { return Owns(instance); }, now);
  } else if (!plan_.leading && led) {
    registry_.Follow();
  } else if (plan_.leading && sites_differ) {
    registry_.OwnershipChanged(now);  // of nodes that were not known it was a guess
  }
  SettleRivals(now);
  sources_.SetPlan(plan_, now);
}

// Who starts where the others cannot be reached knows of nobody that is lost: those it expects are.
void Node::TellFreeze(Time now) {
  const bool expects = registry_.tree().size() > 0 && now - *planned_since_ < kExpectedMax;
  const size_t unmet = expects ? plan_.unmet_seeds : 0;
  protection_.freeze().SetMembers(plan_.known + unmet, plan_.lost + unmet, now);
}

// Two leaders of one site that cannot reach each other, but both another site, hear each other's
// words. Each ends only those whom it has heard itself, and says so of those who come to it.
void Node::TakeRivals(Time now) {
  if (plan_.leading && !leading_since_) leading_since_ = now;
  if (!plan_.leading) leading_since_.reset();
  std::erase_if(other_leaders_, [&](const auto& at) { return !plan_.rivals.contains(at.first); });
  for (const uint64_t number : plan_.rivals) other_leaders_.try_emplace(number, now);
}

void Node::SettleRivals(Time now) {
  std::set<uint64_t> rivals;
  bool listen_anew = false;
  for (const auto& [number, since] : other_leaders_) {
    if (now - since < kRivalAfter) continue;
    const bool is_new = !rivals_.contains(number);
    rivals.insert(number);
    // It led before this node did: what was heard here meanwhile has not been said to be.
    listen_anew |= is_new && since == leading_since_;
  }
  if (rivals == rivals_) return;
  // One that leads no more leaves its instances to this one.
  listen_anew |= !std::includes(rivals.begin(), rivals.end(), rivals_.begin(), rivals_.end());
  rivals_ = std::move(rivals);
  registry_.SetContested(!rivals_.empty());
  registry_.OwnershipChanged(now);
  if (listen_anew) registry_.RestartLeases(now);
}

bool Node::Owns(const Instance& instance) const {
  const uint64_t origin = instance.stamp.dot.origin.node;
  if (origin == registry_.replica().self().node) return true;
  const auto at = plan_.members.find(origin);
  if (at != plan_.members.end()) return at->second.site == plan_.site && !rivals_.contains(origin);
  // Nobody is known by that number: it was of the instance's own site, if there is such a site.
  const std::string_view site = SiteOf(instance);
  if (site == plan_.site) return true;
  // A standby inherits nobody (VIN-082).
  return !plan_.standby &&
         std::none_of(plan_.members.begin(), plan_.members.end(),
                      [&](const auto& member) { return member.second.site == site; });
}

std::set<uint64_t> Node::PeersAt(Time now) {
  std::set<uint64_t> peers;
  for (const auto& [number, peer] : plan_.members) peers.insert(number);
  met_.insert(peers.begin(), peers.end());
  if (!planned_since_) planned_since_ = now;
  if (now - *planned_since_ >= kUnmetMax) return peers;
  const replica::VersionVector& seen = registry_.replica().seen();
  const auto remember = [&](uint64_t number) {
    const bool self = number == registry_.replica().self().node;
    if (!self && !met_.contains(number)) peers.insert(number);
  };
  for (const auto& [origin, sequence] : seen.entries()) remember(origin.node);
  for (const auto& [number, epoch] : seen.folds()) remember(number);
  if (plan_.unmet_seeds != 0 || (plan_.clustered && met_.empty())) peers.insert(kNobodyYet);
  return peers;
}

bool Node::Tick(const Moment& at) {
  if (at.now >= next_second_) OnSecond(at);
  const size_t seen =
      registry_.Tick([&](const Instance& instance) { return MayEnd(instance, at.now); }, at);
  return seen == Registry::kTickEndsMax;
}

bool Node::MayEnd(const Instance& instance, Time now) {
  if (instance.basis != LeaseBasis::kHeard && MayBeHeardElsewhere(instance, now)) return false;
  if (HasStrictLease(*instance.traits)) return true;
  const ServiceEntry& service = ServiceOf(instance);
  const protect::Threshold::Counts counts{service.counts.working, service.counts.unreachable};
  return protection_.MayEnd(ShortNameOf(PathOf(instance)), counts, now).may_end;
}

// By another leader of this site, or where the node lives that spoke of it last, which was not met.
bool Node::MayBeHeardElsewhere(const Instance& instance, Time now) const {
  if (!other_leaders_.empty()) return true;
  if (!plan_.clustered) return false;
  const uint64_t origin = instance.stamp.dot.origin.node;
  const bool stranger = origin != registry_.replica().self().node &&
                        !plan_.members.contains(origin) && !met_.contains(origin);
  return stranger && planned_since_ && now - *planned_since_ < kExpectedMax;
}

void Node::OnSecond(const Moment& at) {
  next_second_ = at.now + kSecond;
  SettleRivals(at.now);
  if (plan_.leading) {
    const Registry::Leases leases = registry_.CountLeases(at.now);
    protection_.freeze().OnSlot({leases.held, leases.overdue, leases.unproven}, at.now);
  }
  // Before the first plan nobody is known to wait for.
  if (!planned_since_) return;
  TellFreeze(at.now);
  registry_.replica().SetPeers(PeersAt(at.now));  // repair may have told of some since the plan
  registry_.replica().Sweep(at);
}

replica::PullReply Node::AnswerPull(const replica::PullRequest& request, Time now) {
  // A follower that led a part of its own has words that nobody else would fetch.
  const uint64_t number = request.life.node;
  const auto member = plan_.members.find(number);
  if (!registry_.replica().seen().Covers(request.seen) && member != plan_.members.end()) {
    sources_.PullBack(member->second, now);
  }
  return registry_.replica().AnswerPull(request);
}

replica::RepairReply Node::AnswerRepair(const replica::RepairRequest& request, const Moment& at) {
  return replica::AnswerRepair(registry_.replica(), request, at);
}

bool Node::DemandRepair(const std::string& name, Time now) {
  const auto member = plan_.members.find(NodeNumber(name));
  if (member == plan_.members.end()) return false;
  sources_.DemandRepair(member->second, now);
  return true;
}

}  // namespace bellrock::naming::node
