// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "naming/cluster/broadcast_queue.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "naming/cluster/codec.h"

namespace bellrock::naming::cluster {

uint32_t BroadcastQueue::Retransmits(size_t members) {
  const double digits = std::ceil(std::log10(static_cast<double>(members) + 1));
  return kRetransmitFactor * static_cast<uint32_t>(std::max(1.0, digits));
}

void BroadcastQueue::Push(MemberUpdate update) {
  News& news = waiting_[update.name];
  news.wire_bytes = WireBytesMax(update);
  news.update = std::move(update);
  news.told = 0;
}

std::vector<MemberUpdate> BroadcastQueue::Take(size_t bytes, size_t members) {
  std::vector<News*> order;
  for (auto& [name, news] : waiting_) order.push_back(&news);
  std::stable_sort(order.begin(), order.end(),
                   [](const News* a, const News* b) { return a->told < b->told; });
  const uint32_t limit = Retransmits(members);
  std::vector<MemberUpdate> taken;
  for (News* news : order) {
    if (news->wire_bytes > bytes || taken.size() >= kUpdatesMax) continue;
    bytes -= news->wire_bytes;
    taken.push_back(news->update);
    ++news->told;
  }
  std::erase_if(waiting_, [&](const auto& entry) { return entry.second.told >= limit; });
  return taken;
}

}  // namespace bellrock::naming::cluster
