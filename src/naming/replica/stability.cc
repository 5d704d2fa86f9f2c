// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "naming/replica/stability.h"

#include <algorithm>
#include <tuple>
#include <utility>

namespace bellrock::naming::replica {
namespace {

uint64_t FoldOf(uint64_t node, const VersionVector& vector) {
  const auto at = vector.folds().find(node);
  return at == vector.folds().end() ? 0 : at->second;
}

}  // namespace

void Stability::SetPeers(const std::set<uint64_t>& nodes) {
  own_peers_ = nodes;
  TakePeers();
}

// Our own, those that these know, and so on.
void Stability::TakePeers() {
  std::set<uint64_t> all;
  std::vector<uint64_t> next(own_peers_.begin(), own_peers_.end());
  while (!next.empty()) {
    const uint64_t node = next.back();
    next.pop_back();
    if (node == self_ || !all.insert(node).second) continue;
    const auto [at, is_new] = peers_.try_emplace(node);
    if (is_new) round_.reset();  // it did not count with this one
    if (at->second) next.insert(next.end(), at->second->peers.begin(), at->second->peers.end());
  }
  std::erase_if(peers_, [&](const auto& peer) { return !all.contains(peer.first); });
}

void Stability::Heard(const SeenBy& peer) {
  const auto at = peers_.find(peer.life.node);
  if (at == peers_.end()) return;
  if (at->second) {
    const SeenBy& last = *at->second;
    if (std::tie(peer.life, peer.count) <= std::tie(last.life, last.count)) return;
    // It lost the end of its journal: what only it had may never come, so nobody waits for that.
    if (!peer.seen.Covers(last.seen)) round_.reset();
  }
  const bool knows_others = !at->second || at->second->peers != peer.peers;
  at->second = peer;
  if (knows_others) TakePeers();
}

std::vector<SeenBy> Stability::Share() const {
  std::vector<SeenBy> share;
  for (const auto& [node, peer] : peers_) {
    if (peer) share.push_back(*peer);
  }
  return share;
}

bool Stability::all_heard() const {
  return std::all_of(peers_.begin(), peers_.end(),
                     [](const auto& peer) { return peer.second.has_value(); });
}

void Stability::Step(const VersionVector& own) {
  if (!all_heard()) return;
  if (round_ && !own.Covers(round_->barrier)) return;
  if (round_) stable_ = std::move(round_->passed);
  round_ = Round{own, own};
  for (const auto& [node, peer] : peers_) {
    round_->passed = VersionVector::Meet(round_->passed, peer->seen);
    round_->barrier.Join(peer->seen);
  }
}

bool Stability::SameBelow(const Origin& present, const VersionVector& own,
                          const VersionVector& theirs) {
  // What was heard before the life ended may be out of date.
  if (!theirs.Covers(Dot{present, 1})) return false;
  // Nor does a number say anything of lives that only one of both has folded.
  if (FoldOf(present.node, own) != FoldOf(present.node, theirs)) return false;
  const Origin first{present.node, 0};
  for (const VersionVector* one : {&own, &theirs}) {
    const auto& entries = one->entries();
    for (auto at = entries.lower_bound(first); at != entries.lower_bound(present); ++at) {
      // A life that they have folded is whole there, which says nothing of what came here: the fold
      // is taken over by repair, after what it covers.
      if (theirs.At(at->first) != own.At(at->first)) return false;
    }
  }
  return true;
}

std::map<uint64_t, uint64_t> Stability::Foldable(const VersionVector& own) const {
  std::map<uint64_t, uint64_t> foldable;
  if (!all_heard()) return foldable;
  const auto& entries = own.entries();
  for (auto at = entries.begin(); at != entries.end(); ++at) {
    const auto next = std::next(at);
    const bool present = next == entries.end() || next->first.node != at->first.node;
    const bool alone = at == entries.begin() || std::prev(at)->first.node != at->first.node;
    if (!present || alone) continue;
    const bool everybody = std::all_of(peers_.begin(), peers_.end(), [&](const auto& peer) {
      return SameBelow(at->first, own, peer.second->seen);
    });
    if (everybody) foldable[at->first.node] = at->first.epoch;
  }
  return foldable;
}

}  // namespace bellrock::naming::replica
