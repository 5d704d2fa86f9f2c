// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "routing/policy/ring.h"

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <optional>
#include <string>
#include <system_error>
#include <tuple>
#include <utility>

#include "base/address.h"
#include "routing/policy/murmur3.h"

namespace bellrock::routing::policy {
namespace {

constexpr uint32_t kSeed = 16;  // of L5

struct Host {
  std::string ip;
  std::string port;  // ":port"
  uint32_t order = 0;
  uint16_t port_number = 0;
  uint32_t weight = 0;
  uint16_t slot = 0;
  std::string_view path;
};

// L5 compares addresses as they lie in memory, read as little endian: the last byte counts most.
// 0 for what is no IPv4 address.
uint32_t L5OrderOf(std::string_view ip) {
  uint32_t order = 0;
  for (int shift = 0; shift < 32; shift += 8) {
    const size_t dot = std::min(ip.find('.'), ip.size());
    uint8_t byte = 0;
    if (std::from_chars(ip.data(), ip.data() + dot, byte).ptr != ip.data() + dot) return 0;
    order |= uint32_t{byte} << shift;
    ip.remove_prefix(std::min(dot + 1, ip.size()));
  }
  return order;
}

Host HostOf(const KeyedMember& member) {
  Host host;
  host.weight = member.weight;
  host.slot = static_cast<uint16_t>(member.slot);
  host.path = member.path;
  const auto address = Address::Parse(member.address);
  host.ip = address.ok() ? address->host() : std::string(member.address);
  host.port_number = address.ok() ? address->port() : 0;
  host.port = ":" + std::to_string(host.port_number);
  host.order = L5OrderOf(host.ip);
  return host;
}

// Who has a place that several hash to comes first.
std::vector<Host> HostsByRank(std::span<const KeyedMember> members) {
  std::vector<Host> hosts;
  hosts.reserve(members.size());
  for (const KeyedMember& member : members) hosts.push_back(HostOf(member));
  std::sort(hosts.begin(), hosts.end(), [](const Host& a, const Host& b) {
    return std::tie(b.weight, a.order, a.port_number, a.path) <
           std::tie(a.weight, b.order, b.port_number, b.path);
  });
  return hosts;
}

uint32_t NodeCount(uint32_t weight, uint64_t total_weight) {
  if (total_weight <= Ring::kNodesMax) return weight;
  return std::max<uint32_t>(1, static_cast<uint32_t>(weight * Ring::kNodesMax / total_weight));
}

// Each node as hash << 32 | rank of its host.
std::vector<uint64_t> NodesOf(const std::vector<Host>& hosts) {
  uint64_t total_weight = 0;
  for (const Host& host : hosts) total_weight += host.weight;
  std::vector<uint64_t> nodes;
  nodes.reserve(std::min<uint64_t>(total_weight, Ring::kNodesMax) + hosts.size());
  for (size_t rank = 0; rank < hosts.size(); ++rank) {
    const Host& host = hosts[rank];
    std::string name = host.ip + ":";
    const size_t prefix = name.size();
    const uint32_t count = NodeCount(host.weight, total_weight);
    for (uint32_t index = 0; index < count; ++index) {
      std::array<char, 10> digits{};
      const char* end = std::to_chars(digits.data(), digits.data() + digits.size(), index).ptr;
      name.resize(prefix);
      name.append(digits.data(), static_cast<size_t>(end - digits.data())).append(host.port);
      nodes.push_back(uint64_t{Murmur3_32(name, kSeed)} << 32 | rank);
    }
  }
  return nodes;
}

std::optional<uint64_t> NumberOf(std::string_view key) {
  if (key.empty() || (key.front() == '0' && key.size() > 1)) return std::nullopt;
  uint64_t number = 0;
  const char* end = key.data() + key.size();
  const auto [at, error] = std::from_chars(key.data(), end, number);
  if (error != std::errc() || at != end) return std::nullopt;
  return number;
}

// Sorts by hash in linear time: nodes are spread evenly, so that about one falls into each of as
// many parts as there are nodes. Returns where the parts begin.
std::vector<uint32_t> SortInParts(std::vector<uint64_t>& nodes, int shift) {
  std::vector<uint32_t> begins((uint64_t{1} << (32 - shift)) + 1);
  for (const uint64_t node : nodes) ++begins[(node >> 32 >> shift) + 1];
  for (size_t k = 1; k < begins.size(); ++k) begins[k] += begins[k - 1];
  std::vector<uint32_t> next(begins.begin(), begins.end() - 1);
  std::vector<uint64_t> sorted(nodes.size());
  for (const uint64_t node : nodes) sorted[next[node >> 32 >> shift]++] = node;
  for (size_t k = 0; k + 1 < begins.size(); ++k) {
    std::sort(sorted.begin() + begins[k], sorted.begin() + begins[k + 1]);
  }
  nodes.swap(sorted);
  return begins;
}

}  // namespace

Ring::Ring(std::span<const KeyedMember> members) {
  const std::vector<Host> hosts = HostsByRank(members);
  std::vector<uint64_t> nodes = NodesOf(hosts);
  shift_ = 32 - std::clamp(static_cast<int>(std::bit_width(nodes.size())), 1, 31);
  const std::vector<uint32_t> parts = SortInParts(nodes, shift_);
  std::vector<uint16_t> slots;
  slots.reserve(nodes.size());
  hashes_.reserve(nodes.size());
  for (size_t part = 0; part + 1 < parts.size(); ++part) {
    begins_.push_back(static_cast<uint32_t>(hashes_.size()));
    for (size_t k = parts[part]; k < parts[part + 1]; ++k) {
      const auto hash = static_cast<uint32_t>(nodes[k] >> 32);
      if (!hashes_.empty() && hashes_.back() == hash) continue;  // the first by rank has it
      hashes_.push_back(hash);
      slots.push_back(hosts[static_cast<uint32_t>(nodes[k])].slot);
    }
  }
  begins_.push_back(static_cast<uint32_t>(hashes_.size()));
  std::vector<uint16_t> roster;
  for (const Host& host : hosts) roster.push_back(host.slot);
  circle_ = SlotCircle(std::move(slots), std::move(roster));
}

size_t Ring::PlaceOf(uint32_t hash) const {
  const size_t part = hash >> shift_;
  const auto begin = hashes_.begin() + begins_[part];
  const auto end = hashes_.begin() + begins_[part + 1];
  const auto place = static_cast<size_t>(std::lower_bound(begin, end, hash) - hashes_.begin());
  return place == hashes_.size() ? 0 : place;
}

uint32_t Ring::HashOf(std::string_view key) {
  const std::optional<uint64_t> number = NumberOf(key);
  if (!number) return Murmur3_32(key, kSeed);
  std::array<char, 8> bytes{};
  for (size_t k = 0; k < bytes.size(); ++k) bytes[k] = static_cast<char>(*number >> (8 * k));
  return Murmur3_32({bytes.data(), bytes.size()}, kSeed);
}

size_t Ring::Choose(std::string_view key, std::span<uint16_t> out) const {
  if (hashes_.empty()) return 0;
  return circle_.Walk(PlaceOf(HashOf(key)), out);
}

}  // namespace bellrock::routing::policy
