// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <unordered_set>

#include "routing/engine.h"
#include "routing/quota.h"

// Which instances there are, and the slots that they keep.
namespace bellrock::routing {
namespace {

constexpr uint32_t kStaticWeightMax = 10000;

Status CheckInstance(const InstanceSpec& instance) {
  if (instance.path.empty()) {
    return InvalidArgumentError(
        fmt::format("instance at '{}' has no path; give its full naming path", instance.address));
  }
  if (instance.address.empty()) {
    return InvalidArgumentError(
        fmt::format("instance '{}' has no address; give 'ip:port'", instance.path));
  }
  if (instance.static_weight > kStaticWeightMax) {
    return InvalidArgumentError(fmt::format("weight {} of instance '{}' is not within 0..{}",
                                            instance.static_weight, instance.path,
                                            kStaticWeightMax));
  }
  return Status::Ok();
}

}  // namespace

Status RouteEngine::SetInstances(std::vector<InstanceSpec> instances, Time now) {
  if (period_began_ == Time{}) period_began_ = now;
  if (instances.empty() && !slot_of_.empty()) {
    list_protection_ = fmt::format(
        "the registry's list became empty; the last {} instances are kept", slot_of_.size());
    return Status::Ok();
  }
  Status problem;
  std::unordered_set<std::string_view> listed;
  std::vector<InstanceSpec*> good;
  for (InstanceSpec& instance : instances) {
    Status status = CheckInstance(instance);
    if (status.ok() && good.size() >= kInstancesMax) {
      status = ResourceExhaustedError(
          fmt::format("more than {} instances; '{}' and those after it are left out", kInstancesMax,
                      instance.path));
    }
    if (!status.ok()) {
      if (problem.ok()) problem = status;
      continue;
    }
    if (listed.insert(instance.path).second) good.push_back(&instance);
  }
  // A list of nothing but bad instances is no better than an empty one.
  if (good.empty() && !slot_of_.empty()) {
    list_protection_ = fmt::format(
        "the registry's list holds no valid instance; the last {} are kept", slot_of_.size());
    return problem;
  }
  list_protection_.clear();
  for (uint32_t slot = 0; slot < entries_.size(); ++slot) {
    if (!entries_[slot] || listed.contains(entries_[slot]->spec->path)) continue;
    slot_of_.erase(entries_[slot]->spec->path);
    entries_[slot] = nullptr;
    first_free_ = std::min(first_free_, slot);
    roster_changed_ = true;
  }
  for (InstanceSpec* instance : good) Place(std::move(*instance));
  return problem;
}

void RouteEngine::Place(InstanceSpec instance) {
  const auto found = slot_of_.find(instance.path);
  if (found != slot_of_.end()) {
    EntryPointer& entry = entries_[found->second];
    if (*entry->spec == instance) return;
    roster_changed_ = true;
    auto spec = std::make_shared<const InstanceSpec>(std::move(instance));
    if (entry->spec->address == spec->address) {
      entry->spec = std::move(spec);
    } else {
      // Somebody else under the same name: what was learned of the old address does not hold.
      entry = std::make_unique<Entry>(std::move(spec), NextGeneration(), options_.shield);
    }
    return;
  }
  const uint32_t slot = FreeSlot();
  slot_of_[instance.path] = slot;
  entries_[slot] = std::make_unique<Entry>(
      std::make_shared<const InstanceSpec>(std::move(instance)), NextGeneration(), options_.shield);
  roster_changed_ = true;
}

uint32_t RouteEngine::NextGeneration() {
  if (next_generation_ == 0) next_generation_ = 1;  // 0 means a free slot
  return next_generation_++;
}

uint32_t RouteEngine::FreeSlot() {
  while (first_free_ < entries_.size() && entries_[first_free_]) ++first_free_;
  if (first_free_ == entries_.size()) entries_.emplace_back();
  return first_free_;
}

std::vector<InstanceSpec> RouteEngine::Instances() const {
  std::vector<InstanceSpec> instances;
  for (const EntryPointer& entry : entries_) {
    if (entry) instances.push_back(*entry->spec);
  }
  return instances;
}

}  // namespace bellrock::routing
