// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "metrics/bounds.h"

namespace bellrock::metrics {

// The names that a sender and its receiver both have from tables that went before, numbered from 0,
// so that a table need not carry them again (docs/spec/card.md, "Sessions"). Each side keeps one of
// these for a connection or source; it only grows, up to kSessionNamesMax. Whoever encodes begins a
// new one when it is full. Not thread-safe.
class NameSession {
 public:
  NameSession() = default;
  NameSession(NameSession&&) = default;
  NameSession& operator=(NameSession&&) = default;

  size_t size() const { return names_.size(); }
  bool full() const { return names_.size() >= kSessionNamesMax; }
  const std::string& at(size_t number) const { return *names_[number]; }
  std::optional<uint32_t> Find(std::string_view name) const;
  // Gives it the next number; false if it is there already or the session is full.
  bool Add(std::string_view name);

 private:
  struct Hash {
    using is_transparent = void;
    size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
  };
  std::unordered_map<std::string, uint32_t, Hash, std::equal_to<>> numbers_;
  std::vector<const std::string*> names_;  // keys of `numbers_`, which stay where they are
};

}  // namespace bellrock::metrics
