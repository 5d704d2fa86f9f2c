// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "bellrock/status.h"

// The ring with bounded loads (Mirrokni, Thorup, Zadimoghaddam, arXiv 1608.01350): a key goes to
// the first instance from its place on that is not full, so that no instance has much more than the
// mean however popular a key is. The ring itself is policy/ring.h.
namespace bellrock::routing::policy {

inline constexpr double kBoundedLoadDefault = 1.25;
inline constexpr double kBoundedLoadMax = 10;
// How many of a key's instances are asked whether they are full. At 1.25 at most 4 of 5 are: that
// all of these are happens to one call in a million.
inline constexpr size_t kBoundedChoicesMax = 64;

// kInvalidArgument naming bounded_load. 0 stands for the default.
Status CheckBoundedLoad(double bounded_load);

struct PoolLoad {
  uint64_t in_flight = 0;  // of all instances of the pool
  uint64_t weight = 0;     // of all
};

// How many calls an instance may have in flight, the new one counted: bounded_load times its part
// of all calls by weight, rounded up. At least 1.
uint64_t BoundOf(double bounded_load, const PoolLoad& pool, uint32_t weight);

// Whether another call would be above the bound.
bool IsFull(double bounded_load, const PoolLoad& pool, uint32_t weight, uint64_t in_flight);

}  // namespace bellrock::routing::policy
