// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "routing/method_shields.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace bellrock::routing {

MethodShields::Pair& MethodShields::Place(const Key& key, uint32_t generation, Time now) {
  if (pairs_.size() >= kMethodPairsMax) {
    Drop(pairs_.find(ages_.front()));
    ++evicted_;
  }
  Pair& pair = pairs_[key];
  pair.generation = generation;
  pair.since = now;
  pair.age = ages_.insert(ages_.end(), key);
  return pair;
}

std::map<MethodShields::Key, MethodShields::Pair>::iterator MethodShields::Drop(
    std::map<Key, Pair>::iterator pair) {
  if (pair->second.phase == Phase::kShielded) shield_dropped_ = true;
  ages_.erase(pair->second.age);
  return pairs_.erase(pair);
}

void MethodShields::AddResults(uint32_t method_hash, uint32_t slot, uint32_t generation,
                               uint64_t ok, uint64_t failed, Time now) {
  if (options_->off) return;
  const Key key{method_hash, slot};
  auto found = pairs_.find(key);
  if (found != pairs_.end() && found->second.generation != generation) {
    Drop(found);
    found = pairs_.end();
  }
  if (found == pairs_.end() && failed == 0) return;
  Pair& pair = found != pairs_.end() ? found->second : Place(key, generation, now);
  if (failed > 0) {
    pair.failed_at = now;
    ages_.splice(ages_.end(), ages_, pair.age);
  }
  // Calls that were under way when it was shielded say nothing new.
  if (pair.phase == Phase::kShielded) return;
  pair.evidence.Add(ok, failed, options_->run_age_max, now);
  if (pair.phase == Phase::kTrial) {
    pair.trial_ok += ok;
    pair.trial_failed += failed;
  }
}

bool MethodShields::WantsShield(Pair& pair, Time now) const {
  const uint32_t run = pair.evidence.run();
  const FailureEvidence::Sums lately = pair.evidence.Lately(now);
  if (run >= options_->failure_run) {
    pair.cause = fmt::format("{} failures of this method in a row", run);
  } else if (WilsonLowerBound(lately.failed, lately.calls()) > options_->failure_rate) {
    pair.cause = fmt::format("{} of {} calls of this method failed within a second", lately.failed,
                             lately.calls());
  } else {
    return false;
  }
  return true;
}

void MethodShields::Shut(Pair& pair, Time now) {
  pair.phase = Phase::kShielded;
  pair.since = now;
  pair.backoff = std::clamp(pair.backoff * 2, options_->backoff_min, options_->backoff_max);
  pair.evidence.Forget();
}

// True if it failed.
bool MethodShields::StepTrial(Pair& pair, Time now) {
  if (pair.trial_failed >= options_->trial_failures && pair.trial_failed > pair.trial_ok) {
    pair.cause = fmt::format("{} of {} trial calls of this method failed", pair.trial_failed,
                             pair.trial_failed + pair.trial_ok);
    return true;
  }
  if (pair.trial_ok >= options_->trial_passes) {
    pair.phase = Phase::kWatched;
    pair.since = now;
  }
  return false;
}

bool MethodShields::Step(std::span<const Instance> instances, size_t usable, Time now) {
  const bool ended = EndOld(instances, now);
  const bool begun = ShieldNew(instances, usable, now);
  return std::exchange(shield_dropped_, false) || ended || begun;
}

// Those whose instance is gone, that have been well for long, and whose backoff is over.
bool MethodShields::EndOld(std::span<const Instance> instances, Time now) {
  bool changed = false;
  for (auto at = pairs_.begin(); at != pairs_.end();) {
    Pair& pair = at->second;
    const uint32_t slot = at->first.second;
    const bool shielded = pair.phase == Phase::kShielded;
    const bool gone = slot >= instances.size() || instances[slot].generation != pair.generation;
    const bool quiet = !shielded && now - pair.failed_at >= options_->forget_after;
    if (gone || quiet || options_->off) {
      at = Drop(at);
      continue;
    }
    if (shielded && now - pair.since >= pair.backoff) {
      pair.phase = Phase::kTrial;
      pair.since = now;
      pair.trial_ok = 0;
      pair.trial_failed = 0;
      changed = true;
    }
    ++at;
  }
  return changed;
}

bool MethodShields::ShieldNew(std::span<const Instance> instances, size_t usable, Time now) {
  const auto cap = static_cast<size_t>(static_cast<double>(usable) * options_->shielded_share_max);
  std::map<uint32_t, size_t> shielded;  // instances, by method
  for (const auto& [key, pair] : pairs_) {
    if (pair.phase == Phase::kShielded) ++shielded[key.first];
  }
  bool changed = false;
  for (auto& [key, pair] : pairs_) {
    if (pair.phase == Phase::kShielded) continue;
    const bool failed = pair.phase == Phase::kTrial ? StepTrial(pair, now) : WantsShield(pair, now);
    // If the whole instance is unwell its own shield decides.
    if (!failed || !instances[key.second].well || shielded[key.first] >= cap) continue;
    ++shielded[key.first];
    Shut(pair, now);
    changed = true;
  }
  return changed;
}

std::vector<MethodShields::Shielded> MethodShields::shielded() const {
  std::vector<Shielded> shielded;
  for (const auto& [key, pair] : pairs_) {
    if (pair.phase != Phase::kShielded) continue;
    const auto seconds = std::chrono::duration<double>(pair.backoff).count();
    shielded.push_back({key.first, key.second, pair.since,
                        fmt::format("{}; next try after {:.0f} s", pair.cause, seconds)});
  }
  return shielded;
}

}  // namespace bellrock::routing
