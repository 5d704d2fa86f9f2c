// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "routing/policy/keyed.h"
#include "routing/policy/slot_circle.h"

namespace bellrock::routing::policy {

// Maglev (Eisenbud et al., NSDI 2016, section 3.4): each instance has its own order of the places
// of a table, and they take turns with their next free place, as often as their weights say.
// Balance is nearly perfect and a lookup is one access; when an instance leaves, a few keys of
// others move too.
class Maglev final : public KeyTable {
 public:
  static constexpr uint32_t kSizeDefault = 65537;
  static constexpr uint32_t kSizeMax = 5'000'011;  // 10 MB

  static bool SizeIsGood(uint32_t size);  // a prime up to kSizeMax

  // `members` by rank (ByRank), `size` as SizeIsGood() has it. With more than a hundredth as many
  // members as places balance suffers, with more members than places some get none.
  Maglev(std::span<const KeyedMember> members, uint32_t size);

  size_t Choose(std::string_view key, std::span<uint16_t> out) const override;

 private:
  SlotCircle table_;
};

}  // namespace bellrock::routing::policy
