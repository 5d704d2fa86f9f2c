// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "naming/instance.h"

namespace bellrock::naming {

// The label of an instance whose lease means that it owns something: no protection holds its end,
// for others wait for what it owned, and whoever was taken for dead too early is harmless there.
inline constexpr char kLeaseLabel[] = "lease";
inline constexpr char kStrictLease[] = "strict";

inline bool HasStrictLease(const Traits& traits) {
  const auto said = traits.labels.find(kLeaseLabel);
  return said != traits.labels.end() && said->second == kStrictLease;
}

}  // namespace bellrock::naming
