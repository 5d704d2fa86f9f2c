// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "bellrock/time.h"
#include "rpc/protect/reason.h"

namespace bellrock::rpc::protect {

// What was refused, per reason: how often, since when, and the latest refusal in words. An episode
// begins with a refusal after a second without any, and ends by itself. Pure.
class RefusalBook {
 public:
  struct Entry {
    uint64_t refused = 0;
    uint64_t would_refuse = 0;
    Time since{};  // the present or latest episode
    Time latest = Time::min();
    std::string text{};
  };

  // True if an episode begins.
  bool Refused(Time now, Reason reason, std::string_view text) {
    Entry& entry = entries_[static_cast<size_t>(reason)];
    ++entry.refused;
    entry.text = text;
    return Touch(now, entry);
  }
  // In a dry run.
  void WouldRefuse(Time now, Reason reason) {
    Entry& entry = entries_[static_cast<size_t>(reason)];
    ++entry.would_refuse;
    (void)Touch(now, entry);
  }
  const Entry& entry(Reason reason) const { return entries_[static_cast<size_t>(reason)]; }
  // How long this episode has lasted; 0 if there is none now.
  static Duration EpisodeAge(Time now, const Entry& entry) {
    return Ongoing(now, entry) ? now - entry.since : Duration(0);
  }

 private:
  static constexpr Duration kEpisodeGap = std::chrono::seconds(1);

  static bool Ongoing(Time now, const Entry& entry) {
    return entry.latest != Time::min() && now - entry.latest <= kEpisodeGap;
  }
  static bool Touch(Time now, Entry& entry) {
    const bool begins = !Ongoing(now, entry);
    if (begins) entry.since = now;
    entry.latest = now;
    return begins;
  }

  std::array<Entry, kReasonCount> entries_;
};

}  // namespace bellrock::rpc::protect
