// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "naming/agent/announce_table.h"

#include <fmt/format.h>

#include <algorithm>

namespace bellrock::naming::agent {

Result<uint64_t> AnnounceTable::Begin(std::string_view path, uint64_t incarnation) {
  auto it = entries_.find(path);
  if (it == entries_.end()) it = entries_.try_emplace(std::string(path)).first;
  Entry& entry = it->second;
  const bool live = entry.token != 0 && entry.expires == kNever;
  if (live && incarnation <= entry.incarnation) {
    return AlreadyExistsError(fmt::format(
        "{} is announced already, by incarnation {}; give this instance another name, or a higher "
        "incarnation than {} to take its place",
        path, entry.incarnation, incarnation));
  }
  entry = Entry{.token = ++last_token_, .incarnation = incarnation};
  return entry.token;
}

bool AnnounceTable::Break(std::string_view path, uint64_t token, Time now) {
  const auto it = entries_.find(path);
  if (it == entries_.end() || it->second.token != token) return false;
  it->second.expires = now + kAnnounceGrace;
  return true;
}

void AnnounceTable::Drop(std::string_view path, uint64_t token) {
  const auto it = entries_.find(path);
  if (it != entries_.end() && it->second.token == token) entries_.erase(it);
}

std::vector<std::string> AnnounceTable::TakeExpired(Time now) {
  std::vector<std::string> expired;
  for (auto it = entries_.begin(); it != entries_.end();) {
    if (it->second.expires > now) {
      ++it;
      continue;
    }
    expired.push_back(it->first);
    it = entries_.erase(it);
  }
  return expired;
}

Time AnnounceTable::due() const {
  Time due = kNever;
  for (const auto& [path, entry] : entries_) due = std::min(due, entry.expires);
  return due;
}

bool AnnounceTable::live(std::string_view path) const {
  const auto it = entries_.find(path);
  return it != entries_.end() && it->second.expires == kNever;
}

}  // namespace bellrock::naming::agent
