// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "bellrock/service.h"
#include "bellrock/status.h"
#include "routing/client/thread_views.h"
#include "routing/client/view.h"
#include "routing/request.h"

namespace bellrock::routing::client {

// What one pick asks for.
struct PickQuery {
  Request request;
  std::span<const uint32_t> tried;
  uint32_t method_hash = 0;
  Qos qos = Qos::kNormal;
};

// Another slot than those tried if the sequence holds one, else `slot`. `shunned(slot)`: better
// not.
template <typename Shunned>
uint16_t Another(std::span<const uint16_t> sequence, uint32_t cursor, uint16_t slot,
                 const Shunned& shunned) {
  if (!shunned(slot)) return slot;
  // From the next on: so that a dead instance's calls are spread by weight.
  const size_t mask = sequence.size() - 1;
  for (size_t step = 0; step < sequence.size(); ++step) {
    const uint16_t next = sequence[(cursor + step) & mask];
    if (!shunned(next)) return next;
  }
  return slot;
}

// Picks by a view that has a plan: refusal, rules, then the pool's policy. kResourceExhausted when
// the call is refused (ZY-040; its message begins with "-10000"); kUnavailable with the reason;
// kAborted: the key's owner is away and is to be waited for. Neither blocks nor locks.
Result<uint16_t> PickByPlan(const View& view, ThreadView& mine, const PickQuery& query);

}  // namespace bellrock::routing::client
