// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "routing/proxy/upstream_pool.h"

#include <algorithm>

namespace bellrock::routing::proxy {

std::unique_ptr<Upstream> UpstreamPool::Take(const Address& address) {
  const auto found = idle_.find(address);
  if (found == idle_.end()) return nullptr;
  Stack& stack = found->second;
  while (!stack.empty()) {
    std::unique_ptr<Upstream> upstream = std::move(stack.back());
    stack.pop_back();
    --size_;
    if (upstream->stream->quiet()) return upstream;
  }
  return nullptr;
}

void UpstreamPool::Keep(std::unique_ptr<Upstream> upstream, Time now) {
  if (size_ >= total_max_ || !upstream->stream->quiet()) return;
  Stack& stack = idle_[upstream->address];
  if (stack.size() >= per_address_max_) return;
  upstream->used_before = true;
  upstream->idle_since = now;
  stack.push_back(std::move(upstream));
  ++size_;
}

void UpstreamPool::DropIdleSince(Time before) {
  for (auto entry = idle_.begin(); entry != idle_.end();) {
    Stack& stack = entry->second;
    size_ -= std::erase_if(stack, [before](const std::unique_ptr<Upstream>& upstream) {
      return upstream->idle_since < before || !upstream->stream->quiet();
    });
    entry = stack.empty() ? idle_.erase(entry) : std::next(entry);
  }
}

}  // namespace bellrock::routing::proxy
