// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/address.h"
#include "bellrock/status.h"
#include "bellrock/time.h"

namespace bellrock::naming::client {

inline constexpr size_t kServerEntriesMax = 64;
inline constexpr size_t kServersMax = 128;  // addresses that all entries may stand for

// One entry of a list of servers as people write it: an address, or a name that stands for all
// addresses it resolves to (VIN-050). A value.
class ServerEntry {
 public:
  ServerEntry(Address address);  // NOLINT(explicit): an address is an entry
  // "10.0.0.1:7600", "[::1]:7600", "unix:/path", "registry.example:7600". kInvalidArgument.
  static Result<ServerEntry> Parse(std::string_view text);
  // "a,b,c"; `field` names it in errors.
  static Result<std::vector<ServerEntry>> ParseList(std::string_view field, std::string_view text);

  bool is_name() const { return !name_.empty(); }
  const std::string& name() const { return name_; }
  uint16_t port() const { return port_; }
  const Address& address() const { return address_; }  // if it is not a name
  std::string ToString() const;

  friend bool operator==(const ServerEntry&, const ServerEntry&) = default;

 private:
  ServerEntry(std::string name, uint16_t port) : name_(std::move(name)), port_(port) {}

  Address address_;
  std::string name_;
  uint16_t port_ = 0;
};

// Which servers there are: the addresses of a list, its names resolved, and when to resolve them
// again. Pure: time and what was resolved are arguments.
//
// Always holds: an address leaves only when its name resolved to others; a name that does not
// resolve keeps those it had.
class ServerList {
 public:
  static constexpr Duration kResolveEvery = std::chrono::seconds(30);
  // Of a name that never resolved, and when no server answers.
  static constexpr Duration kResolveAgain = std::chrono::seconds(2);

  explicit ServerList(std::vector<ServerEntry> entries);

  // In the order of the list, those of a name sorted; none twice.
  const std::vector<Address>& addresses() const { return addresses_; }
  // Begins at 1, rises with each change of addresses().
  uint64_t version() const { return version_; }

  // Names to resolve now; each is then told of in OnResolved().
  std::vector<ServerEntry> Due(Time now);
  Time due() const;
  void OnResolved(const ServerEntry& entry, const Result<std::vector<Address>>& found, Time now);
  // No server answers: the names may stand for others by now.
  void OnAllFailed(Time now);

 private:
  struct Item {
    ServerEntry entry;
    std::vector<Address> addresses;
    Time due = Time::min();  // kNever: an address, or being resolved
    Time asked = Time::min();
  };
  void Rebuild();

  std::vector<Item> items_;
  std::vector<Address> addresses_;
  uint64_t version_ = 1;
};

}  // namespace bellrock::naming::client
