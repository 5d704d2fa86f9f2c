// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "naming/server/full_states.h"

#include <utility>

#include "naming/server/conversion.h"

namespace bellrock::naming::server {

FullState::FullState(Registry& registry, Target target, WatchFilter filter, uint64_t epoch)
    : registry_(registry),
      target_(std::move(target)),
      filter_(std::move(filter)),
      epoch_(epoch),
      revision_(registry.revision()) {}

std::shared_ptr<FullState::Chunk> FullState::After(Chunk& chunk) {
  if (chunk.next == nullptr) chunk.next = Make(chunk.after, false);
  return chunk.next;
}

std::shared_ptr<FullState::Chunk> FullState::Make(const std::string& after, bool first) {
  auto chunk = std::make_shared<Chunk>();
  chunk->after = after;
  std::string events;
  v1::Event event;
  size_t count = 0;
  chunk->last = registry_.tree().ForEach(target_, after, [&](const Instance& instance) {
    if (count >= kChunk) return false;
    InstanceView view = registry_.View(instance);
    if (filter_.empty() || filter_.Wants(view.spec.path, *view.spec.traits)) {
      event.Clear();
      event.set_kind(v1::Event::KIND_PUT);
      event.set_revision(instance.revision);
      ToWire(view, *event.mutable_instance());
      AppendEventField(event, events);
    }
    ++count;
    chunk->after = std::move(view.spec.path);
    return true;
  });
  v1::WatchReply head;
  head.set_full(first);
  head.set_epoch(epoch_);
  // The watcher has no revision to come back with before it has all.
  if (chunk->last) head.set_revision(revision_);
  head.set_more(!chunk->last);
  chunk->reply = SharedMessage::Of<v1::WatchReply>(head.SerializeAsString() + events);
  bytes_ += chunk->reply->bytes().size();
  return chunk;
}

FullStates::Reading FullStates::Join(const Target& target, const WatchFilter& filter,
                                     uint64_t at_least, Time now) {
  // No target holds a separator.
  const std::string key = target.key + "|" + filter.key();
  const auto at = kept_.find(key);
  if (at != kept_.end() && Joinable(at->second, now) &&
      at->second.reading.state->revision() >= at_least &&
      (Crowded(at->second, now) ||
       !registry_.ChangedSince(target, at->second.reading.state->revision()))) {
    return at->second.reading;
  }
  ++made_;
  Reading reading;
  reading.state = std::make_shared<FullState>(registry_, target, filter, epoch_);
  reading.chunk = reading.state->First();
  if (at != kept_.end()) {
    Kept& kept = at->second;
    if (now - kept.crowd_since > kJoinFor) kept = {{}, {}, now, 0};
    kept = {reading, now, kept.crowd_since, kept.fresh + 1};
  } else {
    if (kept_.size() >= kKept) Sweep(now);
    if (kept_.size() < kKept) kept_.emplace(key, Kept{reading, now, now, 1});
  }
  return reading;
}

bool FullStates::Joinable(const Kept& kept, Time now) const {
  const FullState& state = *kept.reading.state;
  return now - kept.begun <= kJoinFor && state.bytes() <= kKeptBytesMax &&
         registry_.revision() - state.revision() <= kJoinBehindMax &&
         registry_.events().Reaches(state.revision());
}

void FullStates::Sweep(Time now) {
  std::erase_if(kept_, [&](const auto& entry) { return !Joinable(entry.second, now); });
}

}  // namespace bellrock::naming::server
