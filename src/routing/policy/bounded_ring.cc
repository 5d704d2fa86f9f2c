// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "routing/policy/bounded_ring.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace bellrock::routing::policy {

Status CheckBoundedLoad(double bounded_load) {
  if (bounded_load == 0) return Status::Ok();
  if (bounded_load > 1 && bounded_load <= kBoundedLoadMax) return Status::Ok();
  return InvalidArgumentError(fmt::format(
      "bounded_load: {} is not more than 1 and at most {}; 1.25 lets an instance have a "
      "quarter more than the mean",
      bounded_load, kBoundedLoadMax));
}

uint64_t BoundOf(double bounded_load, const PoolLoad& pool, uint32_t weight) {
  if (pool.weight == 0) return 1;
  const double share = static_cast<double>(weight) / static_cast<double>(pool.weight);
  const double calls = static_cast<double>(pool.in_flight) + 1;
  const double factor = bounded_load == 0 ? kBoundedLoadDefault : bounded_load;
  return std::max<uint64_t>(1, static_cast<uint64_t>(std::ceil(factor * calls * share)));
}

bool IsFull(double bounded_load, const PoolLoad& pool, uint32_t weight, uint64_t in_flight) {
  return in_flight + 1 > BoundOf(bounded_load, pool, weight);
}

}  // namespace bellrock::routing::policy
