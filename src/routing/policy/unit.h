// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "routing/policy/keyed.h"

namespace bellrock::routing::policy {

// Number segments (ZY-044, QQ-045): some digits of the key's number make its UNIT number, and a
// UNIT belongs to the instances whose label "units" names it. Of several, which are copies, each
// key has its own order of preference (weighted rendezvous). A key that is not a number belongs to
// nobody, as does a UNIT that no label names.
class Unit final : public KeyTable {
 public:
  static constexpr size_t kDigitsMax = 4;     // 10,000 UNITs
  static constexpr uint32_t kPlaceMax = 20;   // of a digit, from the right: of 64-bit numbers
  static constexpr size_t kOwnersMax = 64;    // of one UNIT, by rank
  static constexpr size_t kRangesMax = 4096;  // in one label

  // Digits of the number from the right and from 1, the most significant first: 3, 2, 1.
  using Digits = std::span<const uint32_t>;
  // kInvalidArgument naming unit_digits.
  static Status Check(Digits digits);

  struct Range {
    uint32_t first = 0;
    uint32_t last = 0;
    friend bool operator==(const Range&, const Range&) = default;
  };
  // "000-249,500"; nullopt if a part of it makes no sense or is not below `units`.
  static std::optional<std::vector<Range>> ParseLabel(std::string_view label, uint32_t units);
  // nullopt if `key` is not a decimal number. Digits that it does not have are 0.
  static std::optional<uint32_t> NumberOf(std::string_view key, Digits digits);

  // `members` by rank (ByRank). Those with a bad label get nothing: half of it may be the wrong
  // half.
  Unit(std::span<const KeyedMember> members, Digits digits);

  size_t Choose(std::string_view key, std::span<uint16_t> out) const override;

 private:
  struct Owner {
    uint64_t hash = 0;
    double weight = 0;
    uint16_t slot = 0;
  };

  double ScoreOf(uint64_t key_hash, const Owner& owner) const;

  std::vector<uint32_t> digits_;
  bool equal_ = true;  // all weights: a logarithm less
  std::vector<Owner> members_;
  std::vector<std::vector<uint16_t>> owners_;  // by UNIT: indices of members_
};

}  // namespace bellrock::routing::policy
