// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "rpc/tls/peer_identity.h"

#include <algorithm>
#include <optional>
#include <string_view>

namespace bellrock::rpc {
namespace {
constexpr std::string_view kSpiffeScheme = "spiffe://";

bool Presentable(std::string_view name) {
  return !name.empty() && name.size() <= kIdentityBytesMax &&
         std::all_of(name.begin(), name.end(), [](char c) { return c >= 0x20 && c < 0x7f; });
}

bool IsSegmentCharacter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
         c == '-' || c == '_';
}

bool IsSegment(std::string_view segment) {
  return !segment.empty() && segment != "." && segment != ".." &&
         std::all_of(segment.begin(), segment.end(), IsSegmentCharacter);
}

// The segments of a SPIFFE ID's path; nothing if it is no SPIFFE ID.
std::optional<std::vector<std::string_view>> SpiffePath(std::string_view uri) {
  if (!uri.starts_with(kSpiffeScheme) || uri.size() > kIdentityBytesMax) return std::nullopt;
  uri.remove_prefix(kSpiffeScheme.size());
  std::vector<std::string_view> segments;
  for (;;) {
    const size_t slash = uri.find('/');
    const std::string_view segment = uri.substr(0, slash);
    if (!IsSegment(segment)) return std::nullopt;
    segments.push_back(segment);
    if (slash == std::string_view::npos) break;
    uri.remove_prefix(slash + 1);
  }
  segments.erase(segments.begin());  // the trust domain
  if (segments.empty()) return std::nullopt;
  return segments;
}

std::string NameOfPath(const std::vector<std::string_view>& path) {
  const size_t size = path.size();
  if (size == 1) return std::string(path[0]);
  const bool mesh = size >= 4 && path[size - 4] == "ns" && path[size - 2] == "sa";
  return std::string(path[size - (mesh ? 3 : 2)]) + "/" + std::string(path[size - 1]);
}
}  // namespace

PeerIdentity IdentityOf(const CertificateNames& names) {
  for (const std::string& uri : names.uris) {
    if (const auto path = SpiffePath(uri)) return {.name = NameOfPath(*path), .uri = uri};
  }
  for (const std::string& name : names.dns) {
    if (Presentable(name) && name.find('*') == std::string::npos) return {.name = name, .uri = {}};
  }
  if (Presentable(names.common_name)) return {.name = names.common_name, .uri = {}};
  return {};
}

}  // namespace bellrock::rpc
