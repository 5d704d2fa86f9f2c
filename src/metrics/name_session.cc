// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/name_session.h"

namespace bellrock::metrics {

std::optional<uint32_t> NameSession::Find(std::string_view name) const {
  const auto found = numbers_.find(name);
  if (found == numbers_.end()) return std::nullopt;
  return found->second;
}

bool NameSession::Add(std::string_view name) {
  if (full()) return false;
  const auto [at, added] =
      numbers_.emplace(std::string(name), static_cast<uint32_t>(names_.size()));
  if (added) names_.push_back(&at->first);
  return added;
}

}  // namespace bellrock::metrics
