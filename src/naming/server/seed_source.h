// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/address.h"
#include "bellrock/status.h"
#include "fiber/resolver.h"
#include "naming/server/seed_list.h"

namespace bellrock::naming::server {

// The seeds as addresses: those written down, those that DNS gives for names, and the members known
// at the last stop. Owned by GossipHost, on its loop.
class SeedSource {
 public:
  SeedSource(fiber::Resolver& resolver, std::vector<Seed> configured, std::vector<Address> kept);

  bool has_names() const;
  // Somebody else than `self` may be found.
  bool expects_others(const Address& self) const;
  // Blocks while names are looked up. A name that cannot be keeps its last addresses; the first
  // such failure is returned.
  Status Resolve();
  // In order of trust: configured, resolved, kept. Some may be there twice.
  std::vector<Address> Addresses() const;

 private:
  fiber::Resolver& resolver_;
  const std::vector<Seed> configured_;
  const std::vector<Address> kept_;
  std::map<std::string, std::vector<std::string>> resolved_;  // by name, the last answer
};

}  // namespace bellrock::naming::server
