// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "naming/server/seed_source.h"

#include <algorithm>
#include <utility>

namespace bellrock::naming::server {

SeedSource::SeedSource(fiber::Resolver& resolver, std::vector<Seed> configured,
                       std::vector<Address> kept)
    : resolver_(resolver), configured_(std::move(configured)), kept_(std::move(kept)) {}

bool SeedSource::has_names() const {
  return std::any_of(configured_.begin(), configured_.end(),
                     [](const Seed& seed) { return seed.is_name; });
}

bool SeedSource::expects_others(const Address& self) const {
  if (has_names()) return true;
  const std::vector<Address> addresses = Addresses();
  return std::any_of(addresses.begin(), addresses.end(),
                     [&](const Address& address) { return address != self; });
}

Status SeedSource::Resolve() {
  Status first;
  for (const Seed& seed : configured_) {
    if (!seed.is_name) continue;
    auto addresses = resolver_.Resolve(seed.host);
    if (addresses.ok()) {
      resolved_[seed.host] = std::move(*addresses);
    } else if (first.ok()) {
      first = addresses.status();
    }
  }
  return first;
}

std::vector<Address> SeedSource::Addresses() const {
  std::vector<Address> addresses;
  for (const Seed& seed : configured_) {
    if (!seed.is_name) addresses.push_back(Address::Tcp(seed.host, seed.port));
  }
  for (const Seed& seed : configured_) {
    const auto found = resolved_.find(seed.host);
    if (!seed.is_name || found == resolved_.end()) continue;
    for (const std::string& host : found->second) {
      addresses.push_back(Address::Tcp(host, seed.port));
    }
  }
  addresses.insert(addresses.end(), kept_.begin(), kept_.end());
  return addresses;
}

}  // namespace bellrock::naming::server
