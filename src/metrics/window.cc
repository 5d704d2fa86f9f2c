// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/window.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "metrics/series_kind.h"

namespace bellrock::metrics {
namespace {

// What a card costs beyond its buckets: hash node, vector, allocator.
constexpr size_t kCardOverheadBytes = 64;

struct Decoded {
  int64_t second;
  Dimensions dimensions;
  Card card;
};

Status CheckHead(const v1::PushRequest& push) {
  if (push.source().empty() || push.source().size() > kSourceBytesMax) {
    return InvalidArgumentError(fmt::format("source: {} bytes; send \"host:pid\", 1..{} bytes",
                                            push.source().size(), kSourceBytesMax));
  }
  if (push.sequence() == 0) return InvalidArgumentError("sequence: 0; begin at 1, +1 per push");
  if (static_cast<size_t>(push.cards_size()) > kCardsPerPushMax) {
    return InvalidArgumentError(
        fmt::format("cards: {}, at most {}; split the push", push.cards_size(), kCardsPerPushMax));
  }
  return Status::Ok();
}

Result<std::vector<Decoded>> DecodeCards(const v1::PushRequest& push) {
  std::vector<Decoded> decoded;
  decoded.reserve(static_cast<size_t>(push.cards_size()));
  for (int i = 0; i < push.cards_size(); ++i) {
    const v1::Card& from = push.cards(i);
    const std::string place = fmt::format("cards[{}]", i);
    auto dimensions = DecodeDimensions(from.dimensions());
    if (!dimensions.ok()) return dimensions.status().WithContext(place);
    auto card = Card::Decode(from);
    if (!card.ok()) return card.status().WithContext(place);
    if (from.second() <= 0) {
      return InvalidArgumentError(
          fmt::format("{}.second: {}; send unix seconds", place, from.second()));
    }
    decoded.push_back({from.second(), std::move(*dimensions), std::move(*card)});
  }
  return decoded;
}

}  // namespace

Window::Window(WindowBounds bounds)
    : bounds_(bounds), sets_(bounds.dimension_sets_max), sources_(bounds.sources_max) {}

Result<Window::Applied> Window::Apply(const v1::PushRequest& push, int64_t server_second) {
  Advance(server_second);
  BELLROCK_TRY(CheckHead(push));
  BELLROCK_ASSIGN(std::vector<Decoded> cards, DecodeCards(push));
  uint64_t calls = 0;
  for (const Decoded& decoded : cards) {
    if (IsService(decoded.dimensions.callee)) calls += decoded.card.calls();
  }
  if (push.calls_total() < calls) {
    return InvalidArgumentError(
        fmt::format("calls_total: {} is less than the {} calls in this push; send the sum of all "
                    "calls ever counted",
                    push.calls_total(), calls));
  }
  Applied applied;
  if (!sources_.Note(push.source(), push.epoch(), push.sequence(), calls, push.calls_total(),
                     server_second_)) {
    ++duplicates_;
    applied.duplicate = true;
    return applied;
  }
  calls_counted_ += calls;
  cards_ += cards.size();
  for (Decoded& decoded : cards) {
    if (!Holds(decoded.second)) {
      ++applied.late_cards;
    } else if (!decoded.dimensions.served) {
      Add(decoded.second, decoded.dimensions, std::move(decoded.card));
    }
  }
  late_ += applied.late_cards;
  applied.seconds_shed = Shed();
  return applied;
}

void Window::Advance(int64_t server_second) {
  server_second_ = std::max(server_second_, server_second);
  const int64_t oldest = now_second() - kWindowSeconds + 1;
  if (oldest <= oldest_) return;
  oldest_ = oldest;
  for (Slot& slot : slots_) {
    if (slot.second < oldest_) Empty(slot);
  }
}

const Window::Cards& Window::at(int64_t second) const {
  static const Cards kNone;
  if (second <= 0 || !Holds(second)) return kNone;
  const Slot& slot = slots_[static_cast<size_t>(second % kSlots)];
  return slot.second == second ? slot.cards : kNone;
}

void Window::Add(int64_t second, const Dimensions& dimensions, Card card) {
  if (card.calls() == 0) return;
  const auto set = Intern(dimensions);
  if (!set) return;
  Slot& place = slot(second);
  place.second =
      second;  // the slots outnumber the seconds held, so an older second was emptied before
  auto [entry, fresh] = place.cards.try_emplace(*set);
  if (fresh) {
    sets_.Refer(*set);
    bytes_ += kCardOverheadBytes;
    entry->second = std::move(card);
  } else {
    bytes_ -= entry->second.bytes();
    entry->second.Merge(card);
  }
  bytes_ += entry->second.bytes();
}

// When the dictionary is full sets count under "(more)", which is a service: what is none keeps
// away from that.
std::optional<uint32_t> Window::Intern(const Dimensions& dimensions) {
  if (IsService(dimensions.callee) || sets_.Knows(dimensions)) return sets_.Intern(dimensions);
  const bool full = sets_.live() >= bounds_.dimension_sets_max;
  if (full || metric_sets_ >= bounds_.metric_sets_max) return std::nullopt;
  ++metric_sets_;
  return sets_.Intern(dimensions);
}

void Window::Release(uint32_t set) {
  const bool metric = !IsService(sets_.at(set)->callee);
  sets_.Release(set);
  if (metric && sets_.at(set) == nullptr) --metric_sets_;
}

void Window::Empty(Slot& slot) {
  for (const auto& [set, card] : slot.cards) {
    bytes_ -= card.bytes() + kCardOverheadBytes;
    Release(set);
  }
  slot.cards = Cards();
}

uint64_t Window::Shed() {
  uint64_t shed = 0;
  while (bytes_ > bounds_.bytes_max && oldest_ <= server_second_ + kAheadSeconds) {
    Slot& oldest = slot(oldest_);
    if (oldest.second == oldest_ && !oldest.cards.empty()) {
      Empty(oldest);
      ++shed;
    }
    ++oldest_;
  }
  return shed;
}

v1::StatsReply Window::Stats() const {
  v1::StatsReply stats;
  stats.set_calls_counted(calls_counted_);
  stats.set_calls_expected(sources_.calls_expected());
  stats.set_cards(cards_);
  stats.set_sources(sources_.HeardSince(server_second_ - kWindowSeconds));
  stats.set_duplicates(duplicates_);
  stats.set_late(late_);
  return stats;
}

}  // namespace bellrock::metrics
