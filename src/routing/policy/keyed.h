// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "bellrock/routing/v1/settings.pb.h"
#include "bellrock/status.h"
#include "routing/policy/kind.h"

namespace bellrock::routing::policy {

// One instance that may own keys. Borrowed while a table is made.
struct KeyedMember {
  uint32_t slot = 0;
  uint32_t weight = 0;       // static; 0 owns nothing
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
inline constexpr size_t kCopiesMax = 16;  // a label with more values does not name copies

// kInvalidArgument naming the setting if these do not make sense, whoever the members are.
Status CheckKeyedSettings(Kind policy, const v1::KeyedSettings& settings);

// The members that may own keys, each path once, in the order that every host has them in: shorter
// paths first and then by bytes, so that ".../10" comes after ".../9".
std::vector<KeyedMember> ByRank(std::span<const KeyedMember> members);

// As CheckKeyedSettings(). `members` in any order.
Result<std::unique_ptr<const KeyTable>> MakeKeyTable(Kind policy, const v1::KeyedSettings& settings,
                                                     std::span<const KeyedMember> members);

// A question about a slot, for the time of one call: borrows what it is made from.
class SlotTest {
 public:
  template <typename Ask>
  SlotTest(const Ask& ask)
      : object_(&ask), ask_([](const void* object, uint16_t slot) -> bool {
          return (*static_cast<const Ask*>(object))(slot);
        }) {}
  bool operator()(uint16_t slot) const { return ask_(object_, slot); }

 private:
  const void* object_;
  bool (*ask_)(const void*, uint16_t);
};

// Copies of the data (QQ-042): step 1, the key's match in every copy; step 2, the nearest of them,
// and among equally near ones the one that is preferred by the key. By unit, all owners of the UNIT
// are matches. Immutable, shared between threads. Choose() neither allocates nor blocks.
class KeyedPool {
 public:
  // Also kInvalidArgument if there are more than kCopiesMax copies.
  static Result<std::unique_ptr<const KeyedPool>> Make(Kind policy,
                                                       const v1::KeyedSettings& settings,
                                                       std::span<const KeyedMember> members);

  enum class Outcome : uint8_t { kFound, kNobody, kWait, kFail };
  struct Choice {
    Outcome outcome = Outcome::kNobody;
    uint16_t slot = 0;
    uint16_t owner = 0;  // who would have it if all were well
  };
  // `usable(slot)`: neither shielded nor out of service. `tried(slot)`: this call has been there.
  // `full(slot)`: has its bound (bounded_ring; else never asked). The first that is usable, untried
  // and not full: of the matches, and then of those that come next in each copy. Then full or tried
  // ones. Nobody usable: the owner itself, unless the settings say to wait for the matches or to
  // fail with them.
  Choice Choose(std::string_view key, SlotTest usable, SlotTest tried, SlotTest full) const;

 private:
  struct Copy {
    std::unique_ptr<const KeyTable> table;
    uint64_t hash = 0;  // of its name
    double weight = 0;  // of its members
  };
  struct Ranked;

  KeyedPool() = default;
  void Rank(std::string_view key, size_t depth, Ranked& ranked) const;
  template <typename Wanted>
  std::optional<uint16_t> First(const Ranked& ranked, Wanted&& wanted) const;
  Choice ChooseBeyond(std::string_view key, Choice choice, SlotTest usable, SlotTest tried,
                      SlotTest full) const;

  std::vector<Copy> copies_;
  std::vector<uint8_t> levels_;  // by slot
  bool bounded_ = false;
  bool shared_ = false;  // all that a table names for a key have its data (unit)
  v1::KeyedSettings::Shielded when_shielded_ = v1::KeyedSettings::SHIELDED_NEXT;
};

}  // namespace bellrock::routing::policy
