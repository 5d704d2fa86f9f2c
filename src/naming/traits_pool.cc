// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "naming/traits_pool.h"

#include <algorithm>

#include "naming/wire_bytes.h"

namespace bellrock::naming {
namespace {

std::string KeyOf(const Traits& traits) {
  ByteWriter key;
  key.Text(traits.version);
  key.Varint(traits.labels.size());
  for (const auto& [name, value] : traits.labels) {
    key.Text(name);
    key.Text(value);
  }
  if (traits.health != HealthCheck{}) {
    key.Byte(static_cast<uint8_t>(traits.health.kind));
    key.Signed(traits.health.interval_ms);
    key.Signed(traits.health.timeout_ms);
    key.Text(traits.health.path);
  }
  return key.Take();
}

}  // namespace

TraitsPtr TraitsPool::Intern(const TraitsPtr& traits) {
  if (traits == nullptr) return empty_;
  std::weak_ptr<const Traits>& kept = kept_[KeyOf(*traits)];
  if (TraitsPtr shared = kept.lock()) return shared;
  kept = traits;
  if (kept_.size() >= sweep_at_) Sweep();
  return traits;
}

void TraitsPool::Sweep() {
  constexpr size_t kSweepAtLeast = 1024;
  std::erase_if(kept_, [](const auto& entry) { return entry.second.expired(); });
  sweep_at_ = std::max(kSweepAtLeast, 2 * kept_.size());
}

}  // namespace bellrock::naming
