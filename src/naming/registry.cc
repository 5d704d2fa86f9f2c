// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "naming/registry.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/splitmix.h"
#include "naming/spec_check.h"

namespace bellrock::naming {
namespace {

// Revisions count from the epoch, which is about the Unix milliseconds of the start: a node would
// have to make more than a thousand changes in each of them to reach a revision of its next life.
// Still exact in a JavaScript number.
constexpr uint64_t kRevisionsPerMs = 1024;

}  // namespace

Registry::Registry(const replica::Origin& self, RegistryOptions options)
    : options_(options),
      replica_(
          self, options.replica,
          [this](std::string_view path, uint64_t incarnation) {
            return LeaseHere(path, incarnation);
          },
          this),
      events_(options.events_kept),
      owns_([node = self.node](const Instance& instance) {
        return instance.stamp.dot.origin.node == node;
      }) {
  replica_.table().RaiseRevision(self.epoch * kRevisionsPerMs);
  events_.Restart(revision());
}

uint64_t Registry::history() const {
  const replica::Origin& self = replica_.self();
  return std::max<uint64_t>(1, MixBits(self.node + MixBits(self.epoch)));
}

void Registry::FinishRecovery() {
  recovering_ = false;
  events_.Restart(revision());
}

Status Registry::CheckRoom(std::string_view path) const {
  if (tree().size() < options_.instances_max || tree().Find(path) != nullptr) return Status::Ok();
  return ResourceExhaustedError(fmt::format(
      "the registry holds {} instances, its limit: deregister some or raise instances_max",
      tree().size()));
}

Result<Registered> Registry::Register(Spec spec, uint64_t sequence, const Moment& at) {
  now_ = at.now;
  BELLROCK_TRY(CheckSpec(spec));
  BELLROCK_TRY(CheckRoom(spec.path));
  const auto granted = leases_.Grant(std::chrono::milliseconds(spec.lease_ms));
  spec.lease_ms =
      static_cast<int32_t>(std::chrono::duration_cast<std::chrono::milliseconds>(granted).count());
  const bool is_static = spec.traits->health.kind == HealthCheck::Kind::kStatic;
  // As one whose heartbeats are known: it works from the start, not a moment later.
  const auto accepted =
      replica_.Register(spec, is_static ? std::max<uint64_t>(sequence, 2) : sequence, at);
  if (!accepted.ok()) return accepted.status();
  if (is_static) replica_.SetState(spec.path, State::kWorking, 0, at);
  ++totals_.registers;
  const Instance* instance = tree().Find(spec.path);
  return Registered{instance->revision, instance->lease_ms, instance->incarnation};
}

Status Registry::Deregister(std::string_view path, uint64_t incarnation, const Moment& at) {
  now_ = at.now;
  BELLROCK_ASSIGN(const Path parsed, Path::ParseInstance(path));
  BELLROCK_TRY(CheckIncarnation(incarnation));
  replica_.Deregister(parsed.text(), incarnation, at);
  return Status::Ok();
}

Instance* Registry::FindForHeartbeat(std::string_view path) const {
  Instance* instance = tree().Find(path);
  if (instance != nullptr) {
    __builtin_prefetch(instance->lease_previous, 1);
    __builtin_prefetch(instance->lease_next, 1);
  }
  return instance;
}

Beat Registry::Heartbeat(std::string_view path, uint64_t incarnation, uint64_t count,
                         const Moment& at) {
  Instance* instance = tree().Find(path);
  return instance == nullptr ? Beat::kUnknown : Heartbeat(*instance, incarnation, count, at);
}

Beat Registry::Heartbeat(Instance& instance, uint64_t incarnation, uint64_t count,
                         const Moment& at) {
  if (incarnation != 0 && incarnation != instance.incarnation) return Beat::kUnknown;
  now_ = at.now;
  ++totals_.heartbeats;
  if (count > instance.heard) instance.heard = count;
  const bool elsewhere = instance.lease_list == nullptr && !owns_(instance);
  const bool claimed = contested_ && instance.basis != LeaseBasis::kHeard &&
                       instance.stamp.dot.origin.node != replica_.self().node;
  SetBasis(instance, LeaseBasis::kHeard);
  if (!instance.is_static()) leases_.Renew(instance, instance.lease(), at.now);
  const State before = instance.state;
  if (before == State::kWorking) {
    // Another leader, of another site or of this, lets go of it when it hears (VIN-056).
    if (leading_ && (elsewhere || claimed)) {
      replica_.TakeOver(PathOf(instance), count, at);
    }
    return Beat::kRenewed;
  }
  replica_.SetState(PathOf(instance), NextState(before, Signal::kHeartbeat), count, at);
  return before == State::kInitial ? Beat::kFirst : Beat::kRevived;
}

size_t Registry::Tick(const MayEnd& may_end, const Moment& at) {
  now_ = at.now;
  TurnWindows(at);
  size_t seen = 0;
  for (; seen < kTickEndsMax; ++seen) {
    LeaseNode* node = leases_.PopExpired(at.now);
    if (node == nullptr) break;
    auto& instance = static_cast<Instance&>(*node);
    if (instance.state == State::kWorking && !may_end(instance)) {
      ++totals_.held;
      SetBasis(instance, LeaseBasis::kGivenAgain);
      leases_.Renew(instance, instance.lease(), at.now);
      continue;
    }
    ++totals_.expirations;
    SetBasis(instance, LeaseBasis::kHeard);
    replica_.SetState(PathOf(instance), NextState(instance.state, Signal::kLeaseEnd), 0, at);
  }
  return seen;
}

void Registry::OnPut(Instance& instance, replica::RecordChange change) {
  const bool new_life =
      change == replica::RecordChange::kNew || change == replica::RecordChange::kNewLife;
  if (leading_ && !recovering_) {
    KeepLease(instance, new_life);
    KeepProbe(instance);
    KeepWindow(instance);
  }
  aliases_.Put(instance, instance.revision);
  if (recovering_) return;
  auto event = std::make_shared<Event>();
  event->revision = instance.revision;
  event->change = change;
  event->instance = View(instance);
  if (change == replica::RecordChange::kOperator && instance.operator_word != nullptr) {
    event->why = instance.operator_word->why;
  }
  Publish(std::move(event));
}

void Registry::OnRemove(Instance& instance, uint64_t revision, const replica::Stamp& by) {
  SetBasis(instance, LeaseBasis::kHeard);
  leases_.Cancel(instance);
  probes_.Remove(instance);
  aliases_.Remove(instance, revision);
  if (recovering_) return;
  auto event = std::make_shared<Event>();
  event->kind = Event::Kind::kRemove;
  event->revision = revision;
  event->instance.revision = revision;
  event->instance.stamp = by;
  event->instance.spec.path = PathOf(instance);
  Publish(std::move(event));
}

void Registry::Publish(std::shared_ptr<Event> event) {
  hub_.Publish(event);
  events_.Push(std::move(event));
}

InstanceView Registry::View(const Instance& instance) const {
  InstanceView view;
  view.spec.path = PathOf(instance);
  view.spec.address = instance.address;
  view.spec.weight = instance.weight;
  view.spec.lease_ms = instance.lease_ms;
  view.spec.traits = instance.traits;
  view.spec.incarnation = instance.incarnation;
  view.state = instance.state;
  view.operator_state = instance.operator_state();
  view.revision = instance.revision;
  view.registered_unix_ms = instance.registered_unix_ms;
  view.changed_unix_ms = instance.changed_unix_ms();
  const bool operator_last =
      instance.operator_word != nullptr && instance.operator_word->stamp.time > instance.stamp.time;
  view.stamp = operator_last ? instance.operator_word->stamp : instance.stamp;
  return view;
}

bool Registry::ChangedSince(const Target& target, uint64_t since) const {
  if (since < events_.floor() || since > revision()) return true;
  // Directories and services remember their last change; the ring is only asked about what is gone
  // altogether.
  const uint64_t last = tree().RevisionOf(target);
  if (last != 0) return last > since;
  return events_.ChangedSince(target, since);
}

}  // namespace bellrock::naming
