// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "cli/call/arguments.h"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <chrono>
#include <utility>

#include "base/address.h"
#include "base/service_alias.h"

namespace bellrock::cli {
namespace {

constexpr Duration kDurationMax = std::chrono::hours(24);
constexpr std::string_view kBlank = " \t\r\n";

constexpr std::array<std::pair<std::string_view, Duration>, 5> kUnits = {{
    {"us", std::chrono::microseconds(1)},
    {"ms", std::chrono::milliseconds(1)},
    {"s", std::chrono::seconds(1)},
    {"m", std::chrono::minutes(1)},
    {"h", std::chrono::hours(1)},
}};

bool IsMetadataKey(std::string_view key) {
  return !key.empty() &&
         key.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-_.") == std::string_view::npos;
}

}  // namespace

Result<Duration> ParseDuration(std::string_view option, std::string_view text) {
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const std::string_view unit = text.substr(static_cast<size_t>(end - text.data()));
  for (const auto& [name, length] : kUnits) {
    if (error != std::errc() || unit != name) continue;
    const double nanoseconds = number * static_cast<double>(length.count());
    if (!(nanoseconds >= 1) || nanoseconds > static_cast<double>(kDurationMax.count())) break;
    return Duration(static_cast<Duration::rep>(nanoseconds));
  }
  return InvalidArgumentError(fmt::format(
      "{} '{}': write a number above 0 with us, ms, s, m or h, for example 500ms; at most 24h",
      option, text));
}

Result<Metadata> ParseMetadata(const std::vector<std::string>& pairs) {
  Metadata metadata;
  for (const std::string& pair : pairs) {
    const size_t equals = pair.find('=');
    const std::string_view key = std::string_view(pair).substr(0, equals);
    if (equals == std::string::npos || !IsMetadataKey(key)) {
      return InvalidArgumentError(fmt::format(
          "--metadata '{}': write key=value, the key of a-z 0-9 - _ . only, for example user-id=7",
          pair));
    }
    metadata.emplace_back(key, pair.substr(equals + 1));
  }
  return metadata;
}

Result<std::string> ChannelTarget(std::string_view service) {
  const bool scheme = service.find("://") != std::string_view::npos;
  if (scheme || service.starts_with("unix:")) return std::string(service);
  // Before addresses: no host has a number for its name.
  if (IsServiceAlias(service)) return std::string(service);
  if (Address::Parse(service).ok()) return fmt::format("native://{}", service);
  const size_t slash = service.find('/');
  if (slash != std::string_view::npos && slash > 0 && slash + 1 < service.size() &&
      service.find('/', slash + 1) == std::string_view::npos) {
    return std::string(service);
  }
  return InvalidArgumentError(
      fmt::format("service '{}': write line/service, for example music/storage, an alias "
                  "modid:cmdid, or an address: "
                  "ip:port, native://ip:port, grpc://ip:port, unix:/path",
                  service));
}

std::vector<std::string> JsonLines(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    if (line.find_first_not_of(kBlank) != std::string_view::npos) lines.emplace_back(line);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

}  // namespace bellrock::cli
