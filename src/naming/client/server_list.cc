// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "naming/client/server_list.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <utility>

namespace bellrock::naming::client {
namespace {

constexpr size_t kNameMax = 253;  // RFC 1035

// Letters, digits, '-', '_' and '.', and not an address with a slip of the pen in it.
bool IsHostName(std::string_view text) {
  if (text.empty() || text.size() > kNameMax) return false;
  const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  const auto is_other = [](char c) {
    return (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
  };
  return std::any_of(text.begin(), text.end(), is_letter) &&
         std::all_of(text.begin(), text.end(), [&](char c) { return is_letter(c) || is_other(c); });
}

}  // namespace

ServerEntry::ServerEntry(Address address) : address_(std::move(address)) {}

Result<ServerEntry> ServerEntry::Parse(std::string_view text) {
  Result<Address> address = Address::Parse(text);
  if (address.ok()) return ServerEntry(std::move(*address));
  const size_t colon = text.rfind(':');
  if (colon == std::string_view::npos || !IsHostName(text.substr(0, colon))) {
    return address.status();
  }
  const std::string_view digits = text.substr(colon + 1);
  uint16_t port = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  if (error != std::errc() || end != digits.data() + digits.size() || port == 0) {
    return InvalidArgumentError(
        fmt::format("server '{}': port '{}' must be 1..65535", text, digits));
  }
  return ServerEntry(std::string(text.substr(0, colon)), port);
}

Result<std::vector<ServerEntry>> ServerEntry::ParseList(std::string_view field,
                                                        std::string_view text) {
  std::vector<ServerEntry> entries;
  while (!text.empty()) {
    const size_t comma = std::min(text.find(','), text.size());
    Result<ServerEntry> entry = Parse(text.substr(0, comma));
    if (!entry.ok()) return entry.status().WithContext(field);
    if (entries.size() == kServerEntriesMax) {
      return InvalidArgumentError(fmt::format(
          "{}: over {} servers; give a name that stands for all", field, kServerEntriesMax));
    }
    entries.push_back(std::move(*entry));
    text.remove_prefix(std::min(comma + 1, text.size()));
  }
  if (entries.empty()) {
    return InvalidArgumentError(fmt::format("{}: no server; write ip:port,name:port", field));
  }
  return entries;
}

std::string ServerEntry::ToString() const {
  return is_name() ? fmt::format("{}:{}", name_, port_) : address_.ToString();
}

ServerList::ServerList(std::vector<ServerEntry> entries) {
  for (ServerEntry& entry : entries) {
    if (items_.size() == kServerEntriesMax) break;
    Item item{.entry = std::move(entry), .addresses = {}};
    if (!item.entry.is_name()) {
      item.addresses.push_back(item.entry.address());
      item.due = kNever;
    }
    items_.push_back(std::move(item));
  }
  Rebuild();
}

std::vector<ServerEntry> ServerList::Due(Time now) {
  std::vector<ServerEntry> due;
  for (Item& item : items_) {
    if (item.due > now) continue;
    item.due = kNever;
    item.asked = now;
    due.push_back(item.entry);
  }
  return due;
}

Time ServerList::due() const {
  Time due = kNever;
  for (const Item& item : items_) due = std::min(due, item.due);
  return due;
}

void ServerList::OnResolved(const ServerEntry& entry, const Result<std::vector<Address>>& found,
                            Time now) {
  const auto item = std::find_if(items_.begin(), items_.end(),
                                 [&](const Item& each) { return each.entry == entry; });
  if (item == items_.end()) return;
  // A name that stands for nobody is believed as little as one that does not resolve.
  if (found.ok() && !found->empty()) {
    item->addresses = *found;
    std::sort(item->addresses.begin(), item->addresses.end());
  }
  item->due = now + (item->addresses.empty() ? kResolveAgain : kResolveEvery);
  Rebuild();
}

void ServerList::OnAllFailed(Time now) {
  for (Item& item : items_) {
    if (item.due == kNever) continue;
    item.due = std::min(item.due, std::max(now, item.asked + kResolveAgain));
  }
}

void ServerList::Rebuild() {
  std::vector<Address> all;
  for (const Item& item : items_) {
    for (const Address& address : item.addresses) {
      const bool known = std::find(all.begin(), all.end(), address) != all.end();
      if (!known && all.size() < kServersMax) all.push_back(address);
    }
  }
  if (all == addresses_) return;
  addresses_ = std::move(all);
  ++version_;
}

}  // namespace bellrock::naming::client
