// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "routing/policy/maglev.h"

#include <algorithm>
#include <functional>
#include <queue>
#include <utility>
#include <vector>

#include "base/splitmix.h"
#include "routing/policy/key_hash.h"

namespace bellrock::routing::policy {
namespace {

constexpr int32_t kFree = -1;

// One member's own order of all places: from `at` in steps of `skip`, which a prime has no part of.
struct Order {
  uint32_t at;
  uint32_t skip;

  Order(std::string_view path, uint32_t size)
      : at(static_cast<uint32_t>(KeyHash(path) % size)),
        skip(size < 3 ? 1 : static_cast<uint32_t>(MixBits(KeyHash(path)) % (size - 1)) + 1) {}

  uint32_t TakeFree(std::vector<int32_t>& table) {
    const auto size = static_cast<uint32_t>(table.size());
    while (true) {
      const uint32_t place = at;
      at = at >= size - skip ? at - (size - skip) : at + skip;
      if (table[place] == kFree) return place;
    }
  }
};

// Turns by weight: the member whose moment is next, and of several the first.
class Turns {
 public:
  explicit Turns(std::span<const KeyedMember> members) {
    uint64_t heaviest = 1;
    for (const KeyedMember& member : members)
      heaviest = std::max<uint64_t>(heaviest, member.weight);
    for (uint32_t k = 0; k < members.size(); ++k) {
      steps_.push_back((heaviest << 20) / members[k].weight);
      moments_.emplace(steps_[k], k);
    }
  }

  uint32_t Next() {
    const auto [moment, member] = moments_.top();
    moments_.pop();
    moments_.emplace(moment + steps_[member], member);
    return member;
  }

 private:
  using Moment = std::pair<uint64_t, uint32_t>;
  std::vector<uint64_t> steps_;
  std::priority_queue<Moment, std::vector<Moment>, std::greater<>> moments_;
};

std::vector<uint16_t> Fill(std::span<const KeyedMember> members, uint32_t size) {
  std::vector<Order> orders;
  orders.reserve(members.size());
  for (const KeyedMember& member : members) orders.emplace_back(member.path, size);
  std::vector<int32_t> table(size, kFree);
  Turns turns(members);
  for (uint32_t filled = 0; filled < size; ++filled) {
    const uint32_t member = turns.Next();
    const uint32_t place = orders[member].TakeFree(table);
    table[place] = static_cast<int32_t>(members[member].slot);
  }
  return {table.begin(), table.end()};
}

}  // namespace

bool Maglev::SizeIsGood(uint32_t size) {
  if (size < 2 || size > kSizeMax) return false;
  for (uint32_t divisor = 2; divisor * divisor <= size; ++divisor) {
    if (size % divisor == 0) return false;
  }
  return true;
}

Maglev::Maglev(std::span<const KeyedMember> members, uint32_t size) {
  if (members.empty()) return;
  std::vector<uint16_t> roster;
  for (const KeyedMember& member : members) roster.push_back(static_cast<uint16_t>(member.slot));
  table_ = SlotCircle(Fill(members, size), std::move(roster));
}

size_t Maglev::Choose(std::string_view key, std::span<uint16_t> out) const {
  if (table_.size() == 0) return 0;
  return table_.Walk(KeyHash(key) % table_.size(), out);
}

}  // namespace bellrock::routing::policy
