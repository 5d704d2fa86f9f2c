// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "bellrock/routing/v1/settings.pb.h"
#include "bellrock/status.h"
#include "routing/policy/kind.h"

namespace bellrock::routing::policy {

// One instance that may own keys.
struct KeyedMember {
  uint32_t slot = 0;
  uint32_t weight = 0;       // static; not 0
  std::string_view address;  // "ip:port"
  std::string_view path;
  std::string_view copy;   // which copy of the data it belongs to; "" = there is one
  std::string_view units;  // label "units"
  uint8_t level = 0;       // distance from the caller (locality::Level)
};

// Who owns a key, and who comes after. Immutable, shared between threads; made when members or
// settings change, for it may cost milliseconds. One implementation per policy: ring, maglev, jump,
// unit (bounded_ring: the ring, with the caller skipping who is full).
class KeyTable {
 public:
  virtual ~KeyTable() = default;
  // Fills `out` with different slots in the order in which the key prefers them; how many. The
  // first is its owner. 0: nobody owns it.
  virtual size_t Choose(std::string_view key, std::span<uint16_t> out) const = 0;
};

inline constexpr size_t kChoicesMax = 8;  // looked at for one key and copy

// kInvalidArgument naming the setting if these do not make sense.
Result<std::unique_ptr<const KeyTable>> MakeKeyTable(Kind policy, const v1::KeyedSettings& settings,
                                                     std::span<const KeyedMember> members);

// Copies of the data (QQ-042): step 1, the key's match in every copy; step 2, the nearest of them,
// and among equally near ones the one that is preferred by the key.
class KeyedPool {
 public:
  static Result<std::unique_ptr<const KeyedPool>> Make(Kind policy,
                                                       const v1::KeyedSettings& settings,
                                                       std::span<const KeyedMember> members);
  ~KeyedPool();

  enum class Outcome : uint8_t { kFound, kNobody, kWait, kFail };
  struct Choice {
    Outcome outcome = Outcome::kNobody;
    uint16_t slot = 0;
    uint16_t owner = 0;  // who would have it if all were well
  };
  // `usable(slot)`: neither shielded nor out of service. `tried(slot)`: this call has been there.
  // `full(slot)`: has more than its bound (bounded_ring; else never asked). Nobody usable: the
  // owner itself is tried, unless the settings say to wait or to fail.
  template <typename Usable, typename Tried, typename Full>
  Choice Choose(std::string_view key, Usable&& usable, Tried&& tried, Full&& full) const;

 private:
  KeyedPool() = default;
};

}  // namespace bellrock::routing::policy
