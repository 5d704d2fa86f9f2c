// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "bellrock/time.h"
#include "naming/protect/override.h"

namespace bellrock::naming::protect {

// Keeps a share of each service working whatever becomes of its heartbeats (VIN-067, VIN-068), so
// that a storm cannot empty it. Asked once per lease that ran out; an instance that is held stays
// working, gets another lease, and is asked about again when that ends: so a hold ends by itself as
// soon as enough others work, or after kHoldMax, when what is left is taken for the truth. The
// first instance of a service to be lost is never held: one death is no storm. Pure.
class Threshold {
 public:
  static constexpr int kPercentDefault = 60;  // VIN-067
  static constexpr Duration kHoldMax = std::chrono::minutes(30);
  // A service that asked for no hold for so long is no longer shown as held.
  static constexpr Duration kQuiet = std::chrono::minutes(2);
  static constexpr size_t kServicesMax = 100'000;

  // Of one service, without those that an operator disabled. Deregistered ones are not in it: a
  // deliberate scale-in lowers the base at once.
  struct Counts {
    int64_t working = 0;
    int64_t unreachable = 0;
  };
  struct Held {
    std::string service;
    Time since;
    int64_t held = 0;  // refused so far
    int64_t working = 0;
    int64_t needed = 0;
  };

  // Whether one more working instance of the service may become unreachable.
  bool MayEnd(std::string_view service, const Counts& counts, Time now);
  // Services that are held, for people; drops those that have become quiet.
  std::vector<Held> HeldServices(Time now);
  // For one service and a time: 1..100, or 0 for no threshold. False: kServicesMax are set.
  bool SetPercent(std::string_view service, int percent, std::string who_and_why, Duration lasts,
                  Time now);
  // As OverrideSlot::Restore().
  void Restore(const std::string& service, int percent, Override said);
  // What operators said that still holds, per service: a percentage, or 0 for no threshold.
  using SaidVisitor =
      std::function<void(const std::string& service, int percent, const Override& said)>;
  void ForEachSaid(Time now, const SaidVisitor& visit) const;

 private:
  struct Entry {
    Time since;
    Time last;
    Time accepted_until = Time::min();  // kHoldMax was over: ends are let through
    int64_t held = 0;
    int64_t working = 0;
    int64_t needed = 0;
  };
  struct Said {
    int percent = 0;
    OverrideSlot slot;
  };
  const int* SaidOf(std::string_view service, Time now) const;  // nullptr: nothing

  std::map<std::string, Entry, std::less<>> held_;
  std::map<std::string, Said, std::less<>> said_;
};

}  // namespace bellrock::naming::protect
