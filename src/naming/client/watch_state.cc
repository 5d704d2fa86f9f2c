// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "naming/client/watch_state.h"

#include <set>
#include <utility>

namespace bellrock::naming::client {

WatchState::Outcome WatchState::Apply(const v1::WatchReply& reply, Time now) {
  if (Gather(reply)) return Outcome();
  return ApplyWhole(std::exchange(gathering_, false) ? parts_ : reply, now);
}

// A list that is only half there must not be shown: whoever is in the other half would be dropped.
bool WatchState::Gather(const v1::WatchReply& reply) {
  if (reply.full()) {
    gathering_ = reply.more();
    parts_ = gathering_ ? reply : v1::WatchReply();
    return gathering_;
  }
  if (!gathering_) return false;
  parts_.mutable_events()->MergeFrom(reply.events());
  parts_.set_revision(reply.revision());
  return reply.more();
}

WatchState::Outcome WatchState::ApplyWhole(const v1::WatchReply& reply, Time now) {
  Outcome outcome;
  if (!reply.full() && (!resume_ || reply.epoch() != epoch_)) {
    // The server took our revision for one of its own history, or began without a full state.
    resume_ = false;
    outcome.resync = true;
    return outcome;
  }
  if (reply.full()) {
    outcome.changed = ApplyFull(reply, now);
  } else {
    for (const v1::Event& event : reply.events()) outcome.changed |= ApplyEvent(event);
  }
  revision_ = reply.revision();
  epoch_ = reply.epoch();
  resume_ = true;
  RearmGrace(now);
  if (hold_.active()) {
    hold_.OnReply(now);
    outcome.changed = hold_.Release(Known());
  }
  return outcome;
}

bool WatchState::ApplyFull(const v1::WatchReply& reply, Time now) {
  bool changed = !ready_;
  const bool other_history = ready_ && reply.epoch() != epoch_;
  std::vector<v1::Instance> before;
  if (other_history) before = Known();
  ready_ = true;
  if (other_history) {
    for (auto& [path, entry] : entries_) {
      entry.confirmed = false;
      entry.earlier.reset();
    }
    unconfirmed_ = entries_.size();
    due_ = kNever;
  }
  std::set<std::string_view> present;
  for (const v1::Event& event : reply.events()) {
    if (event.kind() != v1::Event::KIND_PUT) continue;
    present.insert(event.instance().spec().path());
    changed |= Put(event.instance());
  }
  for (auto it = entries_.begin(); it != entries_.end();) {
    if (!it->second.confirmed || present.contains(it->first)) {
      ++it;
      continue;
    }
    it = entries_.erase(it);
    changed = true;
  }
  if (other_history) hold_.Consider(std::move(before), Known(), now);
  return changed;
}

bool WatchState::ApplyEvent(const v1::Event& event) {
  if (event.kind() == v1::Event::KIND_PUT) return Put(event.instance());
  if (event.kind() != v1::Event::KIND_REMOVE) return false;  // a later server's kind
  const auto it = entries_.find(event.instance().spec().path());
  if (it == entries_.end()) return false;
  const bool confirmed = it->second.confirmed;
  if (confirmed && event.revision() != 0 && event.revision() < it->second.instance.revision()) {
    return false;  // of an earlier life than the one we know
  }
  if (std::exchange(it->second.earlier, nullptr) != nullptr) return false;  // only that life ended
  if (!confirmed) --unconfirmed_;
  entries_.erase(it);
  return true;
}

bool WatchState::Put(const v1::Instance& instance) {
  const auto [it, added] = entries_.try_emplace(instance.spec().path());
  Entry& entry = it->second;
  const bool stamped = instance.revision() != 0;
  if (!added && entry.confirmed && stamped && instance.revision() <= entry.instance.revision()) {
    return false;  // seen before
  }
  if (!entry.confirmed) {
    if (instance.spec().incarnation() < entry.instance.spec().incarnation()) {
      entry.earlier = std::make_unique<v1::Instance>(instance);
      return false;
    }
    --unconfirmed_;
  }
  entry.confirmed = true;
  entry.earlier.reset();
  entry.instance = instance;
  return true;
}

void WatchState::RearmGrace(Time now) {
  if (unconfirmed_ == 0) {
    due_ = kNever;
  } else if (due_ == kNever) {
    due_ = now + kAbsenceGrace;
  }
}

void WatchState::OnDisconnected() {
  gathering_ = false;
  parts_.Clear();
  due_ = kNever;
  hold_.OnDisconnected();
}

bool WatchState::Tick(Time now) {
  bool changed = hold_.Tick(now);
  if (now < due_) return changed;
  due_ = kNever;
  std::vector<v1::Instance> before = Known();
  changed |= BelieveServer();
  hold_.Consider(std::move(before), Known(), now);
  return changed && !hold_.active();
}

bool WatchState::BelieveServer() {
  const bool changed = unconfirmed_ != 0;
  unconfirmed_ = 0;
  std::erase_if(entries_, [](const auto& at) {
    return !at.second.confirmed && at.second.earlier == nullptr;
  });
  for (auto& [path, entry] : entries_) {
    if (entry.earlier == nullptr) continue;
    entry.instance = std::move(*entry.earlier);
    entry.earlier.reset();
    entry.confirmed = true;
  }
  return changed;
}

const v1::Instance* WatchState::Find(const std::string& path) const {
  const auto at = entries_.find(path);
  return at == entries_.end() ? nullptr : &at->second.instance;
}

std::vector<v1::Instance> WatchState::List() const {
  return hold_.active() ? hold_.list() : Known();
}

std::vector<v1::Instance> WatchState::Known() const {
  std::vector<v1::Instance> list;
  list.reserve(entries_.size());
  for (const auto& [path, entry] : entries_) list.push_back(entry.instance);
  return list;
}

}  // namespace bellrock::naming::client
