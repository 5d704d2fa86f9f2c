// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "naming/alias_index.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/service_alias.h"
#include "naming/tree.h"

namespace bellrock::naming {
namespace {

constexpr size_t kNamedMax = 5;  // services in one error

// "" if it has none. What is no alias cannot be registered but may come from an older journal.
std::string_view AliasOf(const Instance& instance) {
  if (instance.traits == nullptr) return {};
  const auto label = instance.traits->labels.find(std::string(kAliasLabel));
  if (label == instance.traits->labels.end() || !IsServiceAlias(label->second)) return {};
  return label->second;
}

}  // namespace

void AliasIndex::Put(const Instance& instance, uint64_t revision) {
  const std::string_view says = AliasOf(instance);
  if (says.empty() && carried_.empty()) return;
  const auto carried = carried_.find(&instance);
  if (carried != carried_.end()) {
    if (carried->second->first == says) return;
    Drop(*carried->second, instance, revision);
  }
  if (says.empty()) return;
  Entries::value_type& alias = *entries_.try_emplace(std::string(says)).first;
  carried_[&instance] = &alias;
  ++alias.second.carriers[std::string(ShortNameOf(PathOf(instance)))];
  Settle(alias, revision);
}

void AliasIndex::Remove(const Instance& instance, uint64_t revision) {
  const auto carried = carried_.find(&instance);
  if (carried != carried_.end()) Drop(*carried->second, instance, revision);
}

void AliasIndex::Drop(Entries::value_type& alias, const Instance& instance, uint64_t revision) {
  carried_.erase(&instance);
  auto& carriers = alias.second.carriers;
  const auto service = carriers.find(ShortNameOf(PathOf(instance)));
  if (--service->second == 0) carriers.erase(service);
  Settle(alias, revision);
}

void AliasIndex::Settle(Entries::value_type& alias, uint64_t revision) {
  Entry& entry = alias.second;
  if (entry.carriers.size() == 1 && entry.carriers.begin()->first != entry.service) {
    entry.service = entry.carriers.begin()->first;
    entry.moved_at = revision;
    for (const AliasFollower* follower : entry.followers) follower->wake_();
  }
  KeepOrForget(alias);
}

void AliasIndex::KeepOrForget(Entries::value_type& alias) {
  Entry& entry = alias.second;
  const bool vacant = entry.carriers.empty() && entry.followers.empty();
  if (vacant == (entry.vacant != 0)) return;
  if (!vacant) {
    vacant_.erase(std::exchange(entry.vacant, 0));
    return;
  }
  if (entry.service.empty()) {
    entries_.erase(entries_.find(alias.first));
    return;
  }
  entry.vacant = ++last_vacant_;
  vacant_.emplace(entry.vacant, alias.first);
  if (vacant_.size() <= kVacantMax) return;
  entries_.erase(entries_.find(vacant_.begin()->second));
  vacant_.erase(vacant_.begin());
}

Result<std::string> AliasIndex::Find(std::string_view alias) const {
  const auto known = entries_.find(alias);
  if (known == entries_.end() ||
      (known->second.carriers.empty() && known->second.service.empty())) {
    return NotFoundError(
        fmt::format("alias {}: no service has it: register its instances with the label {}={}",
                    alias, kAliasLabel, alias));
  }
  const auto& carriers = known->second.carriers;
  if (carriers.size() < 2) return known->second.service;
  std::string services;
  size_t named = 0;
  for (const auto& [service, count] : carriers) {
    if (named++ == kNamedMax) break;
    services += fmt::format("{}{} ({} instances)", services.empty() ? "" : " and ", service, count);
  }
  return FailedPreconditionError(fmt::format(
      "alias {}: it is carried by instances of {} services, {}: register those of all but one of "
      "them without the label",
      alias, carriers.size(), services));
}

Result<Target> AliasIndex::Resolve(std::string_view target) const {
  if (!IsServiceAlias(target)) return Target::Parse(target);
  BELLROCK_ASSIGN(std::string service, Find(target));
  return Target{true, std::move(service)};
}

uint64_t AliasIndex::moved_at(std::string_view alias) const {
  const auto known = entries_.find(alias);
  return known == entries_.end() ? 0 : known->second.moved_at;
}

AliasFollower::AliasFollower(AliasIndex& index, std::string_view alias, std::function<void()> wake)
    : index_(index),
      alias_(&*index.entries_.try_emplace(std::string(alias)).first),
      wake_(std::move(wake)) {
  alias_->second.followers.push_back(this);
  index_.KeepOrForget(*alias_);
}

AliasFollower::~AliasFollower() {
  std::erase(alias_->second.followers, this);
  index_.KeepOrForget(*alias_);
}

}  // namespace bellrock::naming
