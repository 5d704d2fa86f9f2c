// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace bellrock::metrics::tree {

// Small numbers for texts, in the order of their coming. Not thread-safe.
class Lexicon {
 public:
  uint32_t Number(std::string_view text);
  const std::string& text(uint32_t number) const { return *texts_[number]; }
  size_t size() const { return texts_.size(); }
  size_t bytes() const { return bytes_; }
  // [number]: its place among the texts, ascending by their bytes.
  std::vector<uint32_t> Ranks() const;

 private:
  struct Hash {
    using is_transparent = void;
    size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
  };
  std::unordered_map<std::string, uint32_t, Hash, std::equal_to<>> numbers_;
  std::vector<const std::string*> texts_;  // keys of `numbers_`, which stay where they are
  size_t bytes_ = 0;
};

}  // namespace bellrock::metrics::tree
