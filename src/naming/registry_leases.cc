// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
// The registry's part in leases: whose a node that leads holds, and on what grounds.
#include <algorithm>
#include <utility>

#include "naming/registry.h"

namespace bellrock::naming {

void Registry::Lead(Owns owns, Time now) {
  leading_ = true;
  owns_ = std::move(owns);
  now_ = now;
  RestartLeases(now);
  KeepOtherWindows();
}

void Registry::Follow() {
  leading_ = false;
  leases_.CancelAll();
  probes_.Clear();
  calendar_.Clear();
  if (given_again_ + unproven_ == 0) return;
  ForEachInstance([this](Instance& instance) { SetBasis(instance, LeaseBasis::kHeard); });
}

void Registry::OwnershipChanged(Time now) {
  if (!leading_) return;
  now_ = now;
  ForEachInstance([this](Instance& instance) {
    KeepProbe(instance);
    if (HasWindow(instance)) KeepWindow(instance);
    KeepLease(instance, false);
  });
}

void Registry::RestartLeases(Time now) {
  if (!leading_) return;
  ForEachInstance([&](Instance& instance) {
    KeepProbe(instance);
    if (HasWindow(instance)) KeepWindow(instance);
    if (instance.state != State::kWorking || instance.is_static()) return;
    if (instance.lease_list == nullptr && !owns_(instance)) return;
    if (instance.basis == LeaseBasis::kHeard) SetBasis(instance, LeaseBasis::kUnproven);
    leases_.Renew(instance, instance.lease(), now);
  });
}

// The tree hides them from its readers only: they are the registry's own.
void Registry::ForEachInstance(const std::function<void(Instance&)>& visit) {
  tree().ForEach(Target{false, "/"}, "", [&](const Instance& instance) {
    visit(const_cast<Instance&>(instance));
    return true;
  });
}

Registry::Leases Registry::CountLeases(Time now) const {
  uint64_t overdue = given_again_, unproven = unproven_;
  leases_.ForEachOlder(kOverdueShare, now, [&](const LeaseNode& node) {
    const LeaseBasis basis = static_cast<const Instance&>(node).basis;
    if (basis != LeaseBasis::kGivenAgain) ++overdue;
    if (basis == LeaseBasis::kUnproven) --unproven;
    return overdue < kOverdueMax;
  });
  return {leases_.size(), std::min<uint64_t>(overdue, leases_.size()), unproven};
}

void Registry::SetBasis(Instance& instance, LeaseBasis basis) {
  if (instance.basis == basis) return;
  const auto count = [&](LeaseBasis of, int by) {
    if (of == LeaseBasis::kGivenAgain) given_again_ += by;
    if (of == LeaseBasis::kUnproven) unproven_ += by;
  };
  count(instance.basis, -1);
  count(basis, 1);
  instance.basis = basis;
}

std::optional<uint64_t> Registry::LeaseHere(std::string_view path, uint64_t incarnation) const {
  const Instance* instance = tree().Find(path);
  const bool held = instance != nullptr && instance->incarnation == incarnation &&
                    instance->lease_list != nullptr && instance->lease_expires > now_ &&
                    instance->basis == LeaseBasis::kHeard;
  return held ? std::optional(instance->heard) : std::nullopt;
}

// After a word about an instance, said here or come from another node.
void Registry::KeepLease(Instance& instance, bool new_life) {
  if (new_life || instance.state == State::kInitial || instance.is_static()) {
    SetBasis(instance, LeaseBasis::kHeard);
    leases_.Cancel(instance);
  }
  if (instance.state != State::kWorking || instance.is_static()) return;
  if (!owns_(instance)) {
    SetBasis(instance, LeaseBasis::kHeard);
    leases_.Cancel(instance);  // it heartbeats elsewhere now
  } else if (instance.lease_list == nullptr) {
    const bool said_here = instance.stamp.dot.origin == replica_.self();
    SetBasis(instance, said_here ? LeaseBasis::kHeard : LeaseBasis::kUnproven);
    leases_.Renew(instance, instance.lease(), now_);
  }
}

}  // namespace bellrock::naming
