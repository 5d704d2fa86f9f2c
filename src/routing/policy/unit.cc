// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "routing/policy/unit.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <string>
#include <system_error>

#include "routing/policy/key_hash.h"

namespace bellrock::routing::policy {
namespace {

bool IsDigit(char c) {
  return c >= '0' && c <= '9';
}

std::optional<uint32_t> ParseUnit(std::string_view text, uint32_t units) {
  if (text.empty() || !std::all_of(text.begin(), text.end(), IsDigit)) return std::nullopt;
  uint32_t value = 0;
  const auto [at, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || value >= units) return std::nullopt;
  return value;
}

std::optional<Unit::Range> ParseRange(std::string_view text, uint32_t units) {
  const size_t dash = text.find('-');
  const auto first = ParseUnit(text.substr(0, dash), units);
  const auto last =
      dash == std::string_view::npos ? first : ParseUnit(text.substr(dash + 1), units);
  if (!first || !last || *first > *last) return std::nullopt;
  return Unit::Range{*first, *last};
}

uint32_t UnitCount(size_t digits) {
  uint32_t units = 1;
  for (size_t k = 0; k < digits; ++k) units *= 10;
  return units;
}

}  // namespace

Status Unit::Check(Digits digits) {
  if (digits.empty() || digits.size() > kDigitsMax) {
    return InvalidArgumentError("unit_digits: " + std::to_string(digits.size()) +
                                " digits; name 1 to " + std::to_string(kDigitsMax));
  }
  for (const uint32_t digit : digits) {
    if (digit == 0 || digit > kPlaceMax) {
      return InvalidArgumentError("unit_digits: " + std::to_string(digit) +
                                  " is not a digit's place; count from the right, 1 to " +
                                  std::to_string(kPlaceMax));
    }
    if (std::count(digits.begin(), digits.end(), digit) > 1) {
      return InvalidArgumentError("unit_digits: " + std::to_string(digit) +
                                  " is there twice; name each digit once");
    }
  }
  return Status::Ok();
}

std::optional<std::vector<Unit::Range>> Unit::ParseLabel(std::string_view label, uint32_t units) {
  std::vector<Range> ranges;
  while (true) {
    const size_t comma = label.find(',');
    const std::optional<Range> range = ParseRange(label.substr(0, comma), units);
    if (!range || ranges.size() == kRangesMax) return std::nullopt;
    ranges.push_back(*range);
    if (comma == std::string_view::npos) return ranges;
    label.remove_prefix(comma + 1);
  }
}

std::optional<uint32_t> Unit::NumberOf(std::string_view key, Digits digits) {
  if (key.empty() || !std::all_of(key.begin(), key.end(), IsDigit)) return std::nullopt;
  uint32_t number = 0;
  for (const uint32_t place : digits) {
    const char digit = place <= key.size() ? key[key.size() - place] : '0';
    number = number * 10 + static_cast<uint32_t>(digit - '0');
  }
  return number;
}

Unit::Unit(std::span<const KeyedMember> members, Digits digits)
    : digits_(digits.begin(), digits.end()), owners_(UnitCount(digits.size())) {
  for (const KeyedMember& member : members) {
    const auto ranges = ParseLabel(member.units, static_cast<uint32_t>(owners_.size()));
    if (!ranges) continue;
    const auto index = static_cast<uint16_t>(members_.size());
    members_.push_back({KeyHash(member.path), static_cast<double>(member.weight),
                        static_cast<uint16_t>(member.slot)});
    equal_ = equal_ && members_.back().weight == members_.front().weight;
    for (const Range& range : *ranges) {
      for (uint32_t unit = range.first; unit <= range.last; ++unit) {
        std::vector<uint16_t>& owners = owners_[unit];
        const bool known = !owners.empty() && owners.back() == index;
        if (!known && owners.size() < kOwnersMax) owners.push_back(index);
      }
    }
  }
}

double Unit::ScoreOf(uint64_t key_hash, const Owner& owner) const {
  if (equal_) return static_cast<double>(Preference(key_hash, owner.hash) >> 11);
  return Preference(key_hash, owner.hash, owner.weight);
}

size_t Unit::Choose(std::string_view key, std::span<uint16_t> out) const {
  const std::optional<uint32_t> unit = NumberOf(key, digits_);
  if (!unit) return 0;
  const std::vector<uint16_t>& owners = owners_[*unit];
  const size_t found = std::min(out.size(), owners.size());
  if (owners.size() == 1 && found == 1) {
    out[0] = members_[owners[0]].slot;
    return 1;
  }
  const uint64_t key_hash = KeyHash(key);
  std::array<double, kOwnersMax> scores;
  std::array<uint8_t, kOwnersMax> order;
  for (size_t k = 0; k < owners.size(); ++k) {
    scores[k] = ScoreOf(key_hash, members_[owners[k]]);
    order[k] = static_cast<uint8_t>(k);
  }
  std::partial_sort(order.begin(), order.begin() + found, order.begin() + owners.size(),
                    [&](uint8_t a, uint8_t b) { return scores[a] > scores[b]; });
  for (size_t k = 0; k < found; ++k) out[k] = members_[owners[order[k]]].slot;
  return found;
}

}  // namespace bellrock::routing::policy
