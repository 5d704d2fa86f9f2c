// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "routing/policy/keyed.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>
#include <map>
#include <tuple>
#include <utility>

#include "routing/policy/bounded_ring.h"
#include "routing/policy/jump.h"
#include "routing/policy/key_hash.h"
#include "routing/policy/maglev.h"
#include "routing/policy/ring.h"
#include "routing/policy/unit.h"

namespace bellrock::routing::policy {
namespace {

constexpr std::array<uint32_t, 3> kUnitDigits = {3, 2, 1};  // QQ-045
constexpr std::string_view kLabelPrefix = "label:";
constexpr size_t kDepthMax = std::max(kBoundedChoicesMax, Unit::kOwnersMax);

Unit::Digits DigitsOf(const v1::KeyedSettings& settings) {
  if (settings.unit_digits().empty()) return kUnitDigits;
  return {settings.unit_digits().data(), static_cast<size_t>(settings.unit_digits_size())};
}

uint32_t MaglevSizeOf(const v1::KeyedSettings& settings) {
  return settings.maglev_size() == 0 ? Maglev::kSizeDefault : settings.maglev_size();
}

Status CheckCopies(std::string_view copies) {
  if (copies.empty() || copies == "cluster") return Status::Ok();
  if (copies.starts_with(kLabelPrefix) && copies.size() > kLabelPrefix.size()) return Status::Ok();
  return InvalidArgumentError(fmt::format(
      "copies: \"{}\" names no copies; say \"cluster\" or a label as \"label:copy\"", copies));
}

Status CheckSlots(std::span<const KeyedMember> members) {
  for (const KeyedMember& member : members) {
    if (member.slot > std::numeric_limits<uint16_t>::max()) {
      return InvalidArgumentError(fmt::format(
          "slot {} of {}: policies by key know slots up to 65535", member.slot, member.path));
    }
  }
  return Status::Ok();
}

std::unique_ptr<const KeyTable> TableOf(Kind policy, const v1::KeyedSettings& settings,
                                        std::span<const KeyedMember> ranked) {
  switch (policy) {
    case Kind::kMaglev:
      return std::make_unique<Maglev>(ranked, MaglevSizeOf(settings));
    case Kind::kJump:
      return std::make_unique<Jump>(ranked);
    case Kind::kUnit:
      return std::make_unique<Unit>(ranked, DigitsOf(settings));
    default:
      return std::make_unique<Ring>(ranked);
  }
}

}  // namespace

Status CheckKeyedSettings(Kind policy, const v1::KeyedSettings& settings) {
  if (!Keyed(policy)) {
    return InvalidArgumentError(
        fmt::format("policy: {} does not go by key; use ring, maglev, bounded_ring, jump or unit",
                    NameOf(policy)));
  }
  if (!Maglev::SizeIsGood(MaglevSizeOf(settings))) {
    return InvalidArgumentError(fmt::format("maglev_size: {} is not a prime up to {}; try {}",
                                            settings.maglev_size(), Maglev::kSizeMax,
                                            Maglev::kSizeDefault));
  }
  if (!v1::KeyedSettings::Shielded_IsValid(settings.when_shielded())) {
    return InvalidArgumentError(
        fmt::format("when_shielded: {} is not known; use 0 (next), 1 (wait) "
                    "or 2 (error)",
                    static_cast<int>(settings.when_shielded())));
  }
  BELLROCK_TRY(CheckBoundedLoad(settings.bounded_load()));
  BELLROCK_TRY(CheckCopies(settings.copies()));
  return Unit::Check(DigitsOf(settings));
}

std::vector<KeyedMember> ByRank(std::span<const KeyedMember> members) {
  std::vector<KeyedMember> ranked;
  for (const KeyedMember& member : members) {
    if (member.weight > 0) ranked.push_back(member);
  }
  std::sort(ranked.begin(), ranked.end(), [](const KeyedMember& a, const KeyedMember& b) {
    return std::tuple(a.path.size(), a.path, a.slot) < std::tuple(b.path.size(), b.path, b.slot);
  });
  const auto same_path = [](const KeyedMember& a, const KeyedMember& b) {
    return a.path == b.path;
  };
  ranked.erase(std::unique(ranked.begin(), ranked.end(), same_path), ranked.end());
  return ranked;
}

Result<std::unique_ptr<const KeyTable>> MakeKeyTable(Kind policy, const v1::KeyedSettings& settings,
                                                     std::span<const KeyedMember> members) {
  BELLROCK_TRY(CheckKeyedSettings(policy, settings));
  BELLROCK_TRY(CheckSlots(members));
  return TableOf(policy, settings, ByRank(members));
}

Result<std::unique_ptr<const KeyedPool>> KeyedPool::Make(Kind policy,
                                                         const v1::KeyedSettings& settings,
                                                         std::span<const KeyedMember> members) {
  BELLROCK_TRY(CheckKeyedSettings(policy, settings));
  BELLROCK_TRY(CheckSlots(members));
  std::unique_ptr<KeyedPool> pool(new KeyedPool);  // NOLINT(new): the constructor is private
  pool->bounded_ = policy == Kind::kBoundedRing;
  pool->shared_ = policy == Kind::kUnit;
  pool->when_shielded_ = settings.when_shielded();
  std::map<std::string_view, std::vector<KeyedMember>> by_copy;
  for (const KeyedMember& member : ByRank(members)) {
    by_copy[settings.copies().empty() ? std::string_view() : member.copy].push_back(member);
    if (pool->levels_.size() <= member.slot) pool->levels_.resize(member.slot + 1);
    pool->levels_[member.slot] = member.level;
  }
  if (by_copy.size() > kCopiesMax) {
    return InvalidArgumentError(
        fmt::format("copies: \"{}\" has {} different values among the instances; at most {} copies "
                    "are possible",
                    settings.copies(), by_copy.size(), kCopiesMax));
  }
  for (const auto& [name, in_copy] : by_copy) {
    Copy& copy = pool->copies_.emplace_back();
    copy.table = TableOf(policy, settings, in_copy);
    copy.hash = KeyHash(name);
    for (const KeyedMember& member : in_copy) copy.weight += member.weight;
  }
  return std::unique_ptr<const KeyedPool>(std::move(pool));
}

// What each copy has for one key.
struct KeyedPool::Ranked {
  std::array<std::array<uint16_t, kDepthMax>, kCopiesMax> slots;
  std::array<size_t, kCopiesMax> counts;
  std::array<double, kCopiesMax> preferences;
  size_t depth = 0;
};

void KeyedPool::Rank(std::string_view key, size_t depth, Ranked& ranked) const {
  ranked.depth = 0;
  const uint64_t key_hash = copies_.size() > 1 ? KeyHash(key) : 0;
  for (size_t k = 0; k < copies_.size(); ++k) {
    const Copy& copy = copies_[k];
    ranked.counts[k] = copy.table->Choose(key, std::span(ranked.slots[k]).first(depth));
    ranked.depth = std::max(ranked.depth, ranked.counts[k]);
    ranked.preferences[k] = copies_.size() > 1 ? Preference(key_hash, copy.hash, copy.weight) : 0;
  }
}

// Rank by rank, of each the nearest: an instance of another copy that has the key's data comes
// before one nearby that does not. All owners of a UNIT have its data.
template <typename Wanted>
std::optional<uint16_t> KeyedPool::First(const Ranked& ranked, Wanted&& wanted) const {
  std::optional<uint16_t> best;
  std::tuple<int, double, size_t> best_place;
  for (size_t rank = 0; rank < ranked.depth && (shared_ || !best); ++rank) {
    for (size_t k = 0; k < copies_.size(); ++k) {
      if (rank >= ranked.counts[k]) continue;
      const uint16_t slot = ranked.slots[k][rank];
      const std::tuple place(int{levels_[slot]}, -ranked.preferences[k], rank);
      if ((best && best_place < place) || !wanted(slot)) continue;
      best = slot;
      best_place = place;
    }
  }
  return best;
}

KeyedPool::Choice KeyedPool::Choose(std::string_view key, SlotTest usable, SlotTest tried,
                                    SlotTest full) const {
  const auto good = [&](uint16_t slot) {
    return usable(slot) && !tried(slot) && !(bounded_ && full(slot));
  };
  if (copies_.size() == 1 && !shared_) {  // what nearly all calls are: nothing to compare
    uint16_t owner = 0;
    if (copies_.front().table->Choose(key, {&owner, 1}) == 0) return {};
    if (good(owner)) return {Outcome::kFound, owner, owner};
  }
  Ranked matches;
  Rank(key, shared_ ? kDepthMax : 1, matches);
  const auto owner = First(matches, [](uint16_t) { return true; });
  if (!owner) return {};
  const auto found = First(matches, good);
  if (found) return {Outcome::kFound, *found, *owner};
  const Choice nothing{Outcome::kFound, *owner, *owner};
  if (when_shielded_ == v1::KeyedSettings::SHIELDED_NEXT) {
    return ChooseBeyond(key, nothing, usable, tried, full);
  }
  const auto any = First(matches, usable);
  if (!any) {
    const bool wait = when_shielded_ == v1::KeyedSettings::SHIELDED_WAIT;
    return {wait ? Outcome::kWait : Outcome::kFail, *owner, *owner};
  }
  if (bounded_) return ChooseBeyond(key, nothing, usable, tried, full);
  return {Outcome::kFound, *any, *owner};
}

KeyedPool::Choice KeyedPool::ChooseBeyond(std::string_view key, Choice choice, SlotTest usable,
                                          SlotTest tried, SlotTest full) const {
  Ranked ranked;
  Rank(key, bounded_ || shared_ ? kDepthMax : kChoicesMax, ranked);
  const auto untried = [&](uint16_t slot) { return usable(slot) && !tried(slot); };
  std::optional<uint16_t> slot;
  if (bounded_) slot = First(ranked, [&](uint16_t each) { return untried(each) && !full(each); });
  if (!slot) slot = First(ranked, untried);
  if (!slot) slot = First(ranked, usable);
  if (slot) choice.slot = *slot;
  return choice;
}

}  // namespace bellrock::routing::policy
