// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "naming/server/seed_list.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <utility>

#include "base/address.h"

namespace bellrock::naming::server {
namespace {

constexpr size_t kHostNameBytesMax = 253;

Status BadSeed(std::string_view part, std::string_view why) {
  return InvalidArgumentError(fmt::format(
      "join '{}': {}; write host:port,host:port with addresses or DNS names, for example "
      "10.0.0.1:7600,registry.example:7600",
      part, why));
}

bool IsNameByte(char byte) {
  const bool letter = (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z');
  return letter || (byte >= '0' && byte <= '9') || byte == '-' || byte == '.' || byte == '_';
}

bool IsHostName(std::string_view host) {
  if (host.empty() || host.size() > kHostNameBytesMax) return false;
  // All digits and dots is an address with a slip of the pen, which no DNS knows.
  const bool letters = std::any_of(host.begin(), host.end(), [](char byte) {
    return byte != '.' && (byte < '0' || byte > '9');
  });
  return letters && std::all_of(host.begin(), host.end(), IsNameByte);
}

Result<Seed> ParseSeed(std::string_view part) {
  if (const auto address = Address::Parse(part); address.ok()) {
    if (address->kind() != Address::Kind::kTcp) return BadSeed(part, "a socket file is no server");
    if (address->port() == 0) return BadSeed(part, "port 0 is nobody's");
    return Seed{address->host(), address->port(), false};
  }
  const size_t colon = part.rfind(':');
  if (colon == std::string_view::npos) return BadSeed(part, "no port");
  const std::string_view digits = part.substr(colon + 1);
  uint16_t port = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  if (error != std::errc() || end != digits.data() + digits.size() || port == 0) {
    return BadSeed(part, "the port is not a number from 1 to 65535");
  }
  if (!IsHostName(part.substr(0, colon))) return BadSeed(part, "neither an address nor a name");
  return Seed{std::string(part.substr(0, colon)), port, true};
}

}  // namespace

Result<std::vector<Seed>> ParseSeeds(std::string_view list) {
  std::vector<Seed> seeds;
  while (!list.empty()) {
    const size_t comma = std::min(list.find(','), list.size());
    const std::string_view part = list.substr(0, comma);
    list.remove_prefix(std::min(comma + 1, list.size()));
    if (part.empty()) continue;
    BELLROCK_ASSIGN(Seed seed, ParseSeed(part));
    if (std::find(seeds.begin(), seeds.end(), seed) == seeds.end())
      seeds.push_back(std::move(seed));
  }
  const auto names =
      std::count_if(seeds.begin(), seeds.end(), [](const Seed& s) { return s.is_name; });
  if (static_cast<size_t>(names) <= kSeedNamesMax) return seeds;
  return InvalidArgumentError(
      fmt::format("join: {} DNS names; use at most {}", names, kSeedNamesMax));
}

}  // namespace bellrock::naming::server
