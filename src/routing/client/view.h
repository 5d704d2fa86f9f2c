// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/address.h"
#include "routing/client/cursors.h"
#include "routing/client/loads.h"
#include "routing/client/plan_view.h"
#include "routing/table.h"
#include "shm/counter_file.h"
#include "shm/route_image.h"

// What a pick reads: a table as this process keeps it, immutable and shared between threads.
namespace bellrock::routing::client {

struct RosterEntry {
  Address address;
  std::shared_ptr<const std::string> instance;  // path; null: the slot is free
  uint32_t generation = 0;
};
using Roster = std::vector<RosterEntry>;  // by slot

struct View {
  std::string_view service;  // lives as long as the router
  std::shared_ptr<const Roster> roster;
  std::vector<uint16_t> sequence;  // slots of the roster; empty, or a power of two long
  uint32_t mask = 0;               // sequence.size() - 1
  // Null: a pick is the next element of the sequence, and nothing else.
  std::shared_ptr<const PlanView> plan;
  std::shared_ptr<shm::CounterWriter> counters;  // with room for the whole roster
  std::shared_ptr<Cursors> cursors;
  std::shared_ptr<Loads> loads;  // null: nobody looks at them
  std::string why_empty;         // if the sequence is empty: for the caller's error

  std::string_view NameOf(uint16_t slot) const;
};

// An address that does not parse leaves its slot free.
std::shared_ptr<const Roster> MakeRoster(const RouteTable& table);
std::shared_ptr<const Roster> MakeRoster(const shm::RouteImage& image);
// What a plan needs to know of the slots. Borrows the table or image.
SlotsView SlotsOf(const RouteTable& table, const Roster& roster);
SlotsView SlotsOf(const shm::RouteImage& image, const v1::RoutePlan& plan, const Roster& roster);
// Slots that the roster does not know leave the sequence.
std::shared_ptr<View> MakeView(std::string_view service, std::shared_ptr<const Roster> roster,
                               std::vector<uint16_t> sequence,
                               std::shared_ptr<shm::CounterWriter> counters);
// For an engine that takes over from the agent.
std::vector<InstanceSpec> InstancesOf(const shm::RouteImage& image, const v1::RoutePlan& plan);

}  // namespace bellrock::routing::client
