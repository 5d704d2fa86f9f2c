// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "routing/client/view.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <string_view>

#include "base/log.h"
#include "routing/plan.h"

namespace bellrock::routing::client {
namespace {

void Fill(RosterEntry& entry, std::string_view address, const std::string& path,
          uint32_t generation) {
  auto parsed = Address::Parse(address);
  if (!parsed.ok()) {
    log::Warning("routing/client", "instance {} is left out: {}", path, parsed.status().ToString());
    return;
  }
  entry.address = std::move(*parsed);
  entry.instance = std::make_shared<const std::string>(path);
  entry.generation = generation;
}

SlotsView Sized(const Roster& roster) {
  SlotsView slots;
  slots.known.resize(roster.size());
  slots.usable.resize(roster.size());
  slots.level.resize(roster.size());
  slots.weights.resize(roster.size());
  for (size_t slot = 0; slot < roster.size(); ++slot) {
    slots.known[slot] = roster[slot].instance != nullptr;
  }
  return slots;
}

}  // namespace

std::shared_ptr<const Roster> MakeRoster(const RouteTable& table) {
  auto roster = std::make_shared<Roster>(table.entries.size());
  for (size_t slot = 0; slot < table.entries.size(); ++slot) {
    const TableEntry& entry = table.entries[slot];
    if (entry.spec) Fill((*roster)[slot], entry.spec->address, entry.spec->path, entry.generation);
  }
  return roster;
}

std::shared_ptr<const Roster> MakeRoster(const shm::RouteImage& image) {
  auto roster = std::make_shared<Roster>();
  for (const shm::RouteSlot& slot : image.slots) {
    if (roster->size() <= slot.slot) roster->resize(slot.slot + 1);
    Fill((*roster)[slot.slot], slot.address, slot.path, slot.generation);
  }
  return roster;
}

SlotsView SlotsOf(const RouteTable& table, const Roster& roster) {
  SlotsView slots = Sized(roster);
  slots.roster_generation = table.roster_generation;
  for (size_t slot = 0; slot < roster.size() && slot < table.entries.size(); ++slot) {
    const TableEntry& entry = table.entries[slot];
    if (!entry.spec) continue;
    slots.usable[slot] = slots.known[slot] && entry.phase != ShieldPhase::kShielded &&
                         entry.spec->availability == Availability::kUsable;
    slots.level[slot] = entry.level;
    slots.weights[slot] = entry.spec->static_weight;
  }
  slots.specs = [&table] {
    std::vector<std::shared_ptr<const InstanceSpec>> specs;
    for (const TableEntry& entry : table.entries) specs.push_back(entry.spec);
    return specs;
  };
  return slots;
}

SlotsView SlotsOf(const shm::RouteImage& image, const v1::RoutePlan& plan, const Roster& roster) {
  SlotsView slots = Sized(roster);
  slots.roster_generation = image.roster_generation;
  for (const shm::RouteSlot& slot : image.slots) {
    slots.usable[slot.slot] = slots.known[slot.slot] &&
                              slot.phase != static_cast<uint8_t>(ShieldPhase::kShielded) &&
                              slot.availability == static_cast<uint8_t>(Availability::kUsable);
    slots.level[slot.slot] = slot.level;
    slots.weights[slot.slot] = slot.static_weight;
  }
  slots.specs = [&image, &plan, size = roster.size()] {
    std::vector<std::shared_ptr<const InstanceSpec>> specs(size);
    std::vector<InstanceSpec> instances = InstancesOf(image, plan);
    for (size_t k = 0; k < instances.size(); ++k) {
      specs[image.slots[k].slot] = std::make_shared<const InstanceSpec>(std::move(instances[k]));
    }
    return specs;
  };
  return slots;
}

std::string_view View::NameOf(uint16_t slot) const {
  if (slot >= roster->size() || !(*roster)[slot].instance) return "an instance that is gone";
  return *(*roster)[slot].instance;
}

std::shared_ptr<View> MakeView(std::string_view service, std::shared_ptr<const Roster> roster,
                               std::vector<uint16_t> sequence,
                               std::shared_ptr<shm::CounterWriter> counters) {
  auto view = std::make_shared<View>();
  view->service = service;
  sequence = OnlyKnown(std::move(sequence), [&](uint16_t slot) {
    return slot < roster->size() && (*roster)[slot].instance != nullptr;
  });
  if (sequence.empty()) {
    view->why_empty = fmt::format("service '{}' has no usable instance", service);
  }
  view->roster = std::move(roster);
  view->mask = sequence.empty() ? 0 : static_cast<uint32_t>(sequence.size() - 1);
  view->sequence = std::move(sequence);
  view->counters = std::move(counters);
  return view;
}

std::vector<InstanceSpec> InstancesOf(const shm::RouteImage& image, const v1::RoutePlan& plan) {
  std::vector<InstanceSpec> instances;
  instances.reserve(image.slots.size());
  for (const shm::RouteSlot& slot : image.slots) {
    InstanceSpec instance;
    instance.path = slot.path;
    instance.address = slot.address;
    instance.site = slot.site;
    instance.static_weight = slot.static_weight;
    instance.availability = static_cast<Availability>(std::clamp<uint8_t>(slot.availability, 1, 3));
    instance.naming_state = "as the agent left it";
    instances.push_back(std::move(instance));
  }
  std::vector<InstanceSpec*> by_slot;
  for (size_t k = 0; k < instances.size(); ++k) {
    by_slot.resize(image.slots[k].slot + 1, nullptr);
    by_slot.back() = &instances[k];
  }
  UnpackTraits(plan.traits(), by_slot);
  return instances;
}

}  // namespace bellrock::routing::client
