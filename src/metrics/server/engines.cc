// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/server/engines.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

namespace bellrock::metrics::server {
namespace {

constexpr std::string_view kServer = "server:";
constexpr std::string_view kKafka = "kafka:";
constexpr std::string_view kClickhouse = "clickhouse:";

std::optional<uint16_t> PortOf(std::string_view text) {
  uint16_t port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (error != std::errc() || end != text.data() + text.size() || port == 0) return std::nullopt;
  return port;
}

// "db:9000", "10.0.0.1:9000", "[::1]:9000".
std::optional<HostPort> HostPortOf(std::string_view text) {
  const size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  std::string_view host = text.substr(0, colon);
  if (host.starts_with('[') && host.ends_with(']')) {
    host = host.substr(1, host.size() - 2);
  } else if (host.find(':') != std::string_view::npos) {
    return std::nullopt;
  }
  const std::optional<uint16_t> port = PortOf(text.substr(colon + 1));
  if (host.empty() || !port) return std::nullopt;
  return HostPort{std::string(host), *port};
}

Status NoHostPort(std::string_view field, std::string_view text, std::string_view part) {
  return InvalidArgumentError(fmt::format(
      "{} '{}': '{}' is no host and port; write them as 10.0.0.1:7600, db.example:7600 or "
      "[::1]:7600",
      field, text, part));
}

Result<std::vector<HostPort>> HostList(std::string_view field, std::string_view text,
                                       std::string_view list) {
  std::vector<HostPort> hosts;
  for (size_t begin = 0; begin <= list.size();) {
    const size_t comma = std::min(list.find(',', begin), list.size());
    const std::string_view part = list.substr(begin, comma - begin);
    const auto host = HostPortOf(part);
    if (!host) return NoHostPort(field, text, part);
    hosts.push_back(*host);
    begin = comma + 1;
  }
  if (hosts.size() <= kBrokersMax) return hosts;
  return InvalidArgumentError(fmt::format("{}: {} brokers; {} are enough to find the others", field,
                                          hosts.size(), kBrokersMax));
}

bool IsDatabaseName(std::string_view name) {
  const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  if (name.empty() || !(letter(name[0]) || name[0] == '_')) return false;
  for (const char c : name) {
    if (!letter(c) && !(c >= '0' && c <= '9') && c != '_') return false;
  }
  return true;
}

}  // namespace

std::string HostPort::ToString() const {
  const bool literal6 = host.find(':') != std::string::npos;
  return literal6 ? fmt::format("[{}]:{}", host, port) : fmt::format("{}:{}", host, port);
}

Result<QueueChoice> ParseQueueChoice(std::string_view field, std::string_view text) {
  if (text == "embedded") return QueueChoice{};
  if (text.starts_with(kServer)) {
    const auto host = HostPortOf(text.substr(kServer.size()));
    if (!host) return NoHostPort(field, text, text.substr(kServer.size()));
    return QueueChoice{QueueChoice::Kind::kServer, {*host}};
  }
  if (text.starts_with(kKafka)) {
    BELLROCK_ASSIGN(auto hosts, HostList(field, text, text.substr(kKafka.size())));
    return QueueChoice{QueueChoice::Kind::kKafka, std::move(hosts)};
  }
  return InvalidArgumentError(fmt::format(
      "{} '{}': write embedded, server:HOST:PORT or kafka:HOST:PORT,HOST:PORT", field, text));
}

Result<StoreChoice> ParseStoreChoice(std::string_view field, std::string_view text) {
  if (text == "embedded") return StoreChoice{};
  StoreChoice choice;
  std::string_view rest;
  if (text.starts_with(kServer)) {
    choice.kind = StoreChoice::Kind::kServer;
    rest = text.substr(kServer.size());
  } else if (text.starts_with(kClickhouse)) {
    choice.kind = StoreChoice::Kind::kClickhouse;
    rest = text.substr(kClickhouse.size());
    if (const size_t slash = rest.find('/'); slash != std::string_view::npos) {
      choice.database = std::string(rest.substr(slash + 1));
      rest = rest.substr(0, slash);
    }
    if (!IsDatabaseName(choice.database)) {
      return InvalidArgumentError(
          fmt::format("{} '{}': '{}' is no name of a database; letters, digits and _ make one",
                      field, text, choice.database));
    }
  } else {
    return InvalidArgumentError(fmt::format(
        "{} '{}': write embedded, server:HOST:PORT or clickhouse:HOST:PORT/DATABASE", field, text));
  }
  const auto host = HostPortOf(rest);
  if (!host) return NoHostPort(field, text, rest);
  choice.host = *host;
  return choice;
}

Result<bool> ParseYesNo(std::string_view field, std::string_view text) {
  if (text == "yes") return true;
  if (text == "no") return false;
  return InvalidArgumentError(fmt::format("{} '{}': write yes or no", field, text));
}

}  // namespace bellrock::metrics::server
