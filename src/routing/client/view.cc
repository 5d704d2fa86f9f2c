// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "routing/client/view.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <string_view>

#include "base/log.h"

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

std::shared_ptr<const View> MakeView(std::shared_ptr<const Roster> roster,
                                     std::vector<uint16_t> sequence,
                                     std::shared_ptr<shm::CounterWriter> counters,
                                     const std::string& service) {
  auto view = std::make_shared<View>();
  auto known = [&](uint16_t slot) { return slot < roster->size() && (*roster)[slot].instance; };
  if (!std::all_of(sequence.begin(), sequence.end(), known)) {
    std::erase_if(sequence, [&](uint16_t slot) { return !known(slot); });
    // Filled up again to a power of two, so that a pick stays a mask and a load.
    const size_t valid = sequence.size();
    sequence.resize(std::bit_ceil(valid) * (valid > 0 ? 1 : 0));
    for (size_t at = valid; at < sequence.size(); ++at) sequence[at] = sequence[at - valid];
  }
  if (sequence.empty()) {
    view->why_empty = fmt::format("service '{}' has no usable instance", service);
  }
  view->roster = std::move(roster);
  view->mask = sequence.empty() ? 0 : static_cast<uint32_t>(sequence.size() - 1);
  view->sequence = std::move(sequence);
  view->counters = std::move(counters);
  return view;
}

std::vector<InstanceSpec> InstancesOf(const shm::RouteImage& image) {
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
  return instances;
}

}  // namespace bellrock::routing::client
