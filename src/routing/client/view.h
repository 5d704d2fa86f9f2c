// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/address.h"
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
  std::shared_ptr<const Roster> roster;
  std::vector<uint16_t> sequence;  // slots of the roster; empty, or a power of two long
  uint32_t mask = 0;               // sequence.size() - 1
  std::shared_ptr<shm::CounterWriter> counters;  // with room for the whole roster
  std::string why_empty;                         // if the sequence is empty: for the caller's error
};

// An address that does not parse leaves its slot free and out of the sequence.
std::shared_ptr<const Roster> MakeRoster(const RouteTable& table);
std::shared_ptr<const Roster> MakeRoster(const shm::RouteImage& image);
std::shared_ptr<const View> MakeView(std::shared_ptr<const Roster> roster,
                                     std::vector<uint16_t> sequence,
                                     std::shared_ptr<shm::CounterWriter> counters,
                                     const std::string& service);
// For an engine that takes over from the agent.
std::vector<InstanceSpec> InstancesOf(const shm::RouteImage& image);

}  // namespace bellrock::routing::client
