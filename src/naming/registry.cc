// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "naming/registry.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/check.h"
#include "naming/spec_check.h"

namespace bellrock::naming {
namespace {

// Revisions told since the last durable record are lost in a crash. The next life begins this much
// higher, so that none is ever used twice for different things.
constexpr uint64_t kRevisionGap = uint64_t{1} << 32;

std::string TraitsKey(const Traits& traits) {
  std::string key = traits.version;
  for (const auto& [name, value] : traits.labels) {
    key.append(1, '\0').append(name).append(1, '\0').append(value);
  }
  return key;
}

Duration LeaseOf(const Instance& instance) {
  return std::chrono::milliseconds(instance.lease_ms);
}

Status Outdated(const Spec& spec, uint64_t last) {
  return AbortedError(fmt::format(
      "instance.incarnation {} of {}: a later one ({}) has registered; use a higher one, or 0 to "
      "let the server count",
      spec.incarnation, spec.path, last));
}

}  // namespace

Registry::Registry(RegistryOptions options) : options_(options), events_(options.events_kept) {}

Status Registry::Check(Command& command) const {
  if (auto* reg = std::get_if<RegisterCommand>(&command)) {
    BELLROCK_TRY(CheckSpec(reg->spec));
    const auto granted = leases_.Grant(std::chrono::milliseconds(reg->spec.lease_ms));
    reg->spec.lease_ms = static_cast<int32_t>(
        std::chrono::duration_cast<std::chrono::milliseconds>(granted).count());
    const Instance* known = tree_.Find(reg->spec.path);
    if (known == nullptr && tree_.size() >= options_.instances_max) {
      return ResourceExhaustedError(
          fmt::format("the registry holds {} instances, its limit: deregister some or raise "
                      "instances_max",
                      tree_.size()));
    }
    if (known != nullptr && reg->spec.incarnation != 0 &&
        reg->spec.incarnation < known->incarnation) {
      return Outdated(reg->spec, known->incarnation);
    }
    return Status::Ok();
  }
  if (auto* gone = std::get_if<DeregisterCommand>(&command)) {
    BELLROCK_ASSIGN(Path path, Path::ParseInstance(gone->path));
    gone->path = path.text();
    return Status::Ok();
  }
  if (auto* op = std::get_if<OperatorCommand>(&command)) {
    BELLROCK_ASSIGN(Path path, Path::ParseInstance(op->path));
    op->path = path.text();
    BELLROCK_TRY(CheckOperatorState(op->state));
    const bool remembered = operator_states_.contains(op->path);
    if (!remembered && tree_.Find(op->path) == nullptr) {
      return NotFoundError(
          fmt::format("no instance {}: list its cluster to see who is there", op->path));
    }
    if (!remembered && operator_states_.size() >= options_.operator_states_max) {
      return ResourceExhaustedError(
          fmt::format("operator states are kept for {} instances, the limit: clear some",
                      operator_states_.size()));
    }
  }
  return Status::Ok();
}

Result<Applied> Registry::Apply(const Command& command, uint64_t sequence) {
  return std::visit([&](const auto& c) { return Do(c, sequence); }, command);
}

Result<Applied> Registry::Do(const RegisterCommand& command, uint64_t sequence) {
  const Spec& spec = command.spec;
  Instance* instance = tree_.Find(spec.path);
  const auto result = [&] {
    return Applied{instance->revision, instance->lease_ms, instance->incarnation};
  };
  if (instance == nullptr) {
    Result<Path> path = Path::ParseInstance(spec.path);
    if (!path.ok()) return path.status();
    instance = &tree_.Insert(*path, ++revision_);
    auto kept = operator_states_.find(spec.path);
    tree_.Update(*instance, revision_, [&](Instance& i) {
      if (kept != operator_states_.end()) i.operator_state = kept->second;
    });
    instance->registered_unix_ms = command.unix_ms;
  } else {
    if (sequence <= instance->applied) return result();
    if (spec.incarnation != 0 && spec.incarnation < instance->incarnation) {
      return Outdated(spec, instance->incarnation);
    }
    ++revision_;
  }
  instance->applied = sequence;
  ++totals_.registers;
  // The same registration again, because its reply was lost: the instance is as alive as before.
  const bool repeated = spec.incarnation != 0 && spec.incarnation == instance->incarnation;
  const uint64_t incarnation = spec.incarnation != 0 ? spec.incarnation : instance->incarnation + 1;
  Fill(*instance, spec);
  instance->incarnation = incarnation;
  instance->changed_unix_ms = command.unix_ms;
  tree_.Update(*instance, revision_, [&](Instance& i) {
    if (!repeated) i.state = NextState(i.state, Signal::kRegister);
  });
  if (!repeated) leases_.Cancel(*instance);
  PublishPut(*instance);
  return result();
}

void Registry::Fill(Instance& instance, const Spec& spec) {
  instance.address = spec.address;
  instance.weight = spec.weight;
  instance.lease_ms = spec.lease_ms;
  instance.traits = Intern(spec.traits);
}

Result<Applied> Registry::Do(const DeregisterCommand& command, uint64_t sequence) {
  Instance* instance = tree_.Find(command.path);
  if (instance == nullptr || sequence <= instance->applied) return Applied{revision_};
  leases_.Cancel(*instance);
  tree_.Remove(*instance, ++revision_);
  PublishRemove(command.path);
  return Applied{revision_};
}

Result<Applied> Registry::Do(const OperatorCommand& command, uint64_t sequence) {
  OperatorStatePtr state;
  if (command.state == OperatorState{}) {
    operator_states_.erase(command.path);
  } else {
    state = std::make_shared<const OperatorState>(command.state);
    operator_states_[command.path] = state;
  }
  Instance* instance = tree_.Find(command.path);
  if (instance == nullptr) return Applied{revision_};
  instance->applied = std::max(instance->applied, sequence);
  instance->changed_unix_ms = command.unix_ms;
  tree_.Update(*instance, ++revision_, [&](Instance& i) { i.operator_state = std::move(state); });
  PublishPut(*instance);
  return Applied{revision_};
}

Result<Applied> Registry::Do(const WorkingCommand& command, uint64_t sequence) {
  // Only replayed: alive, the heartbeat itself has done it.
  Instance* instance = tree_.Find(command.path);
  if (!recovering_ || instance == nullptr || sequence <= instance->applied)
    return Applied{revision_};
  if (instance->state == State::kInitial) SetState(*instance, State::kWorking, command.unix_ms);
  return Applied{revision_};
}

Beat Registry::Heartbeat(std::string_view path, Time now, int64_t unix_ms) {
  Instance* instance = tree_.Find(path);
  if (instance == nullptr) return Beat::kUnknown;
  ++totals_.heartbeats;
  leases_.Renew(*instance, LeaseOf(*instance), now);
  const State before = instance->state;
  if (before == State::kWorking) return Beat::kRenewed;
  SetState(*instance, NextState(before, Signal::kHeartbeat), unix_ms);
  return before == State::kInitial ? Beat::kFirst : Beat::kRevived;
}

size_t Registry::Tick(Time now, int64_t unix_ms) {
  if (frozen_) return 0;
  size_t ended = 0;
  while (ended < kTickEndsMax) {
    LeaseNode* node = leases_.PopExpired(now);
    if (node == nullptr) break;
    auto& instance = static_cast<Instance&>(*node);
    SetState(instance, NextState(instance.state, Signal::kLeaseEnd), unix_ms);
    ++ended;
  }
  totals_.expirations += ended;
  return ended;
}

void Registry::SetState(Instance& instance, State state, int64_t unix_ms) {
  instance.changed_unix_ms = unix_ms;
  tree_.Update(instance, ++revision_, [&](Instance& i) { i.state = state; });
  PublishPut(instance);
}

void Registry::Thaw(Time now) {
  frozen_ = false;
  RestartLeases(now);
}

void Registry::RestartLeases(Time now) {
  tree_.ForEach(Target{false, "/"}, "", [&](const Instance& instance) {
    if (instance.state != State::kWorking) return true;
    auto& mine = const_cast<Instance&>(instance);  // ours: the tree hides it from readers only
    leases_.Renew(mine, LeaseOf(mine), now);
    return true;
  });
}

void Registry::Restore(SnapshotEntry entry) {
  if (const auto* header = std::get_if<HeaderEntry>(&entry)) {
    revision_ = std::max(revision_, header->revision);
  } else if (auto* op = std::get_if<OperatorEntry>(&entry)) {
    operator_states_[op->path] = std::make_shared<const OperatorState>(std::move(op->state));
  } else {
    InstanceView& kept = std::get<InstanceEntry>(entry).instance;
    Result<Path> path = Path::ParseInstance(kept.spec.path);
    if (!path.ok() || tree_.Find(kept.spec.path) != nullptr) return;
    Instance& instance = tree_.Insert(*path, kept.revision);
    Fill(instance, kept.spec);
    instance.incarnation = kept.spec.incarnation;
    instance.applied = std::get<InstanceEntry>(entry).applied;
    instance.registered_unix_ms = kept.registered_unix_ms;
    instance.changed_unix_ms = kept.changed_unix_ms;
    auto op_state = operator_states_.find(kept.spec.path);
    tree_.Update(instance, kept.revision, [&](Instance& i) {
      i.state = kept.state;
      if (op_state != operator_states_.end()) i.operator_state = op_state->second;
    });
    revision_ = std::max(revision_, kept.revision);
  }
}

void Registry::FinishRecovery(Time now) {
  recovering_ = false;
  if (revision_ != 0) revision_ += kRevisionGap;
  events_.Restart(revision_);
  totals_ = {};
  RestartLeases(now);
}

void Registry::SnapshotHead(std::vector<std::string>& out) const {
  out.push_back(EncodeSnapshotEntry(HeaderEntry{revision_}));
  for (const auto& [path, state] : operator_states_) {
    out.push_back(EncodeSnapshotEntry(OperatorEntry{path, *state}));
  }
}

bool Registry::SnapshotInstances(std::string& after, size_t entries_max,
                                 std::vector<std::string>& out) const {
  const Instance* last = nullptr;
  const bool ended = tree_.ForEach(Target{false, "/"}, after, [&](const Instance& instance) {
    if (out.size() >= entries_max) return false;
    out.push_back(EncodeSnapshotEntry(InstanceEntry{View(instance), instance.applied}));
    last = &instance;
    return true;
  });
  if (last != nullptr) after = PathOf(*last);
  return ended;
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
  view.operator_state = instance.operator_state;
  view.revision = instance.revision;
  view.registered_unix_ms = instance.registered_unix_ms;
  view.changed_unix_ms = instance.changed_unix_ms;
  return view;
}

bool Registry::ChangedSince(const Target& target, uint64_t since) const {
  if (since < events_.floor() || since > revision_) return true;
  // Directories and services remember their last change; the ring is only asked about what is gone
  // altogether.
  if (target.is_service) {
    auto service = tree_.services().find(target.key);
    if (service != tree_.services().end()) return service->second.revision > since;
  } else if (const Result<Path> path = Path::Parse(target.key); path->depth() < kPathDepth) {
    const Directory* directory = tree_.FindDirectory(*path);
    if (directory != nullptr) return directory->revision > since;
  } else if (const Instance* instance = tree_.Find(target.key)) {
    return instance->revision > since;
  }
  return events_.ChangedSince(target, since);
}

void Registry::PublishPut(const Instance& instance) {
  if (recovering_) return;
  auto event = std::make_shared<Event>();
  event->revision = revision_;
  event->instance = View(instance);
  hub_.Publish(event);
  events_.Push(std::move(event));
}

void Registry::PublishRemove(std::string path) {
  if (recovering_) return;
  auto event = std::make_shared<Event>();
  event->kind = Event::Kind::kRemove;
  event->revision = revision_;
  event->instance.revision = revision_;
  event->instance.spec.path = std::move(path);
  hub_.Publish(event);
  events_.Push(std::move(event));
}

TraitsPtr Registry::Intern(const TraitsPtr& traits) {
  std::weak_ptr<const Traits>& kept = traits_[TraitsKey(*traits)];
  if (TraitsPtr shared = kept.lock()) return shared;
  kept = traits;
  if (traits_.size() >= traits_swept_at_) SweepTraits();
  return traits;
}

void Registry::SweepTraits() {
  std::erase_if(traits_, [](const auto& entry) { return entry.second.expired(); });
  traits_swept_at_ = std::max<size_t>(1024, 2 * traits_.size());
}

}  // namespace bellrock::naming
