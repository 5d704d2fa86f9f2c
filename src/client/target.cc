// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "client/target.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>

namespace bellrock::client {
namespace {

constexpr std::string_view kSchemeEnd = "://";
constexpr std::string_view kUnixPrefix = "unix:";

Status BadTarget(std::string_view text, std::string_view why) {
  return InvalidArgumentError(
      fmt::format("channel \"{}\": {}; write a service's name such as music/catalog, or "
                  "grpc://ip:port[,ip:port...], native://ip:port, unix:/path",
                  text, why));
}

Result<Protocol> ProtocolOf(std::string_view text, std::string_view scheme) {
  if (scheme == "grpc") return Protocol::kGrpc;
  if (scheme == "native") return Protocol::kNative;
  return BadTarget(text, fmt::format("protocol \"{}\" is unknown", scheme));
}

}  // namespace

bool IsFixedTarget(std::string_view text) {
  return text.starts_with(kUnixPrefix) || text.find(kSchemeEnd) != std::string_view::npos;
}

Result<FixedTarget> ParseFixedTarget(std::string_view text) {
  FixedTarget target;
  std::string_view list = text;
  if (const size_t end = text.find(kSchemeEnd); end != std::string_view::npos) {
    BELLROCK_ASSIGN(target.protocol, ProtocolOf(text, text.substr(0, end)));
    list = text.substr(end + kSchemeEnd.size());
  }
  while (true) {
    const size_t comma = std::min(list.find(','), list.size());
    Result<Address> address = Address::Parse(list.substr(0, comma));
    if (!address.ok()) return BadTarget(text, address.status().message());
    if (address->kind() == Address::Kind::kTcp && address->port() == 0) {
      return BadTarget(text, fmt::format("address '{}' has port 0", list.substr(0, comma)));
    }
    if (target.addresses.size() == kTargetAddressesMax) {
      return BadTarget(text, fmt::format("over {} addresses", kTargetAddressesMax));
    }
    target.addresses.push_back(std::move(*address));
    if (comma == list.size()) return target;
    list.remove_prefix(comma + 1);
  }
}

}  // namespace bellrock::client
