// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "bellrock/time.h"

namespace bellrock::naming::protect {

// Never an empty list to a caller who had one: the last guard, for whatever the others let through.
// The caller keeps the list it has. Two ways lead past it: an operator disabled all that is left
// (his word is stronger), or all have deregistered and none has come back for a while. Pure.
class EmptyGuard {
 public:
  static constexpr Duration kDeregisteredFor = std::chrono::seconds(60);
  static constexpr size_t kServicesMax = 100'000;

  struct Counts {
    int64_t usable = 0;
    int64_t unusable = 0;  // initial or unreachable, not disabled
    int64_t disabled = 0;  // by an operator
  };

  // Whether the state may be told to those who have been told of usable instances.
  bool MayTell(std::string_view service, const Counts& counts, Time now);
  // Services whose callers keep an old list, and since when the first of them.
  struct Held {
    size_t services = 0;
    Time since = kNever;
  };
  Held HeldNow() const;
  // Forgets services that were last asked about more than kForgetAfter ago. Call once a minute.
  static constexpr Duration kForgetAfter = std::chrono::hours(1);
  void Sweep(Time now);

 private:
  struct Entry {
    Time since;
    Time asked;
    bool told = false;
  };
  std::map<std::string, Entry, std::less<>> empty_;
};

}  // namespace bellrock::naming::protect
