// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <unordered_map>

#include "bellrock/metrics/v1/metrics.pb.h"
#include "bellrock/status.h"
#include "metrics/bounds.h"
#include "metrics/card.h"
#include "metrics/set_dictionary.h"
#include "metrics/source_log.h"

namespace bellrock::metrics {

struct WindowBounds {
  size_t dimension_sets_max = kDimensionSetsMax;
  // Of metrics that are no calls, each with a card a second: some 120 MB. Further ones are not
  // shown here.
  size_t metric_sets_max = 2'000;
  size_t bytes_max = kWindowBytesMax;
  size_t sources_max = kSourcesMax;
};

// The last 600 seconds of every call, as one card per second and dimension set. Time is the
// server's wall clock in seconds and comes in as an argument; it never goes back here even if the
// clock does.
//
// The newest complete second is `server second - 2`: it ended at least one second ago, so every
// source had a second to deliver it. Cards that come later still are merged in, up to the window's
// far end; a card outside the window (or more than 5 s ahead of the server) is counted, said, and
// not shown. What the callee saw of a call that its caller counts, too, is counted and never shown:
// each call is here once. When the cards outgrow their bound of bytes the oldest seconds go early.
// Not thread-safe; owned by one service on its home loop.
class Window {
 public:
  using Cards = std::unordered_map<uint32_t, Card>;  // by set number
  struct Applied {
    bool duplicate = false;
    uint64_t late_cards = 0;
    uint64_t seconds_shed = 0;  // dropped early for the bound of bytes
  };

  explicit Window(WindowBounds bounds = {});

  // All of the push or nothing. kInvalidArgument names the field, the value and the remedy.
  Result<Applied> Apply(const v1::PushRequest& push, int64_t server_second);
  void Advance(int64_t server_second);

  int64_t now_second() const { return server_second_ - kSettleSeconds; }
  int64_t oldest_second() const { return oldest_; }
  // The cards of a second; empty outside the window.
  const Cards& at(int64_t second) const;
  const SetDictionary& sets() const { return sets_; }
  size_t bytes() const { return bytes_; }
  v1::StatsReply Stats() const;

 private:
  static constexpr int64_t kSlots = kWindowSeconds + kSettleSeconds + kAheadSeconds + 1;
  struct Slot {
    int64_t second = 0;
    Cards cards;
  };

  Slot& slot(int64_t second) { return slots_[static_cast<size_t>(second % kSlots)]; }
  bool Holds(int64_t second) const {
    return second >= oldest_ && second <= server_second_ + kAheadSeconds;
  }
  void Add(int64_t second, const Dimensions& dimensions, Card card);
  // The number of the set; nothing for a metric's that has no room.
  std::optional<uint32_t> Intern(const Dimensions& dimensions);
  void Release(uint32_t set);
  void Empty(Slot& slot);
  uint64_t Shed();

  WindowBounds bounds_;
  SetDictionary sets_;
  SourceLog sources_;
  std::array<Slot, kSlots> slots_;
  int64_t server_second_ = 0;
  int64_t oldest_ = 0;
  size_t bytes_ = 0;
  size_t metric_sets_ = 0;  // of sets_, those that are no service's
  uint64_t calls_counted_ = 0;
  uint64_t cards_ = 0;
  uint64_t duplicates_ = 0;
  uint64_t late_ = 0;
};

}  // namespace bellrock::metrics
