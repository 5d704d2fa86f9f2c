// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "naming/server/encoded_lookups.h"

#include <utility>

#include "naming/server/conversion.h"
#include "naming/server/poll_session.h"

namespace bellrock::naming::server {

Result<Bytes> EncodedLookups::InstancesOf(const Target& target, const WatchFilter& filter,
                                          bool include_unusable) {
  const uint64_t revision = registry_.tree().RevisionOf(target);
  if (revision == 0) return Bytes();
  // No target holds a separator.
  std::string key = target.key;
  key.append(include_unusable ? "|all|" : "|usable|").append(filter.key());
  const auto known = kept_.find(key);
  if (known != kept_.end() && known->second.revision == revision) return known->second.instances;
  BELLROCK_TRY(CheckReplySize(registry_, target));
  Bytes instances = Encode(target, filter, include_unusable);
  ++encoded_;
  if (instances.size() <= kBytesMax) Keep(std::move(key), {revision, instances});
  return instances;
}

Bytes EncodedLookups::Encode(const Target& target, const WatchFilter& filter,
                             bool include_unusable) const {
  std::string bytes;
  v1::LookupReply one;
  registry_.tree().ForEach(target, "", [&](const Instance& instance) {
    if (!include_unusable && !instance.usable()) return true;
    const InstanceView view = registry_.View(instance);
    if (!filter.empty() && !filter.Wants(view.spec.path, *view.spec.traits)) return true;
    one.Clear();
    ToWire(view, *one.add_instances());
    one.AppendToString(&bytes);
    return true;
  });
  return Bytes::Copy(bytes);  // of its own size: it is kept
}

void EncodedLookups::Keep(std::string key, Kept kept) {
  const size_t bytes = key.size() + kept.instances.size();
  const auto known = kept_.find(key);
  if (known != kept_.end()) {
    kept_bytes_ -= known->first.size() + known->second.instances.size();
    kept_.erase(known);
  }
  if (kept_.size() >= kKeptMax || kept_bytes_ + bytes > kKeptBytesMax) {
    kept_.clear();
    kept_bytes_ = 0;
  }
  kept_bytes_ += bytes;
  kept_.emplace(std::move(key), std::move(kept));
}

}  // namespace bellrock::naming::server
