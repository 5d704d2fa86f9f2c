// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "naming/client/leader_finder.h"

#include <algorithm>
#include <utility>

namespace bellrock::naming::client {

std::string_view ToText(LeaderFinder::Mode mode) {
  switch (mode) {
    case LeaderFinder::Mode::kSeeking:
      return "seeking";
    case LeaderFinder::Mode::kDirect:
      return "direct";
    case LeaderFinder::Mode::kProxy:
      return "proxy";
  }
  return "unknown";
}

bool LeaderFinder::Way::Failed(const Address& server) const {
  return std::find(failed_.begin(), failed_.end(), server) != failed_.end();
}

void LeaderFinder::SetServers(std::vector<Address> servers) {
  std::optional<Address> asked;
  if (!servers_.empty()) asked = servers_[at_];
  servers_ = std::move(servers);
  at_ = servers_.empty() ? 0 : random_ % servers_.size();
  if (!asked) return;
  const auto same = std::find(servers_.begin(), servers_.end(), *asked);
  if (same != servers_.end()) at_ = static_cast<size_t>(same - servers_.begin());
}

LeaderFinder::Mode LeaderFinder::mode() const {
  if (!leader_) return Mode::kSeeking;
  return leader_down_ ? Mode::kProxy : Mode::kDirect;
}

// Whoever speaks, in turn from the one that served last; then the silent ones, each of which costs
// a whole try, beginning with the one whose silence is longest ago. The leader comes last when it
// is thought to be down.
std::optional<Address> LeaderFinder::NextServer(const Way& way) const {
  const Address* best = nullptr;
  Time best_silent = kNever;
  for (size_t i = 0; i < servers_.size(); ++i) {
    const Address& server = servers_[(at_ + i) % servers_.size()];
    if (server == leader_ || way.Failed(server)) continue;
    const auto found = silent_.find(server);
    const Time silent = found == silent_.end() ? Time::min() : found->second;
    if (best != nullptr && silent >= best_silent) continue;
    best = &server;
    best_silent = silent;
  }
  if (best != nullptr && Worthwhile(*best, way)) return *best;
  const bool last = leader_ && !way.Failed(*leader_) && Worthwhile(*leader_, way);
  return last ? leader_ : std::nullopt;
}

bool LeaderFinder::Worthwhile(const Address& server, const Way& way) const {
  if (way.spoken_at_ == Time::min() || !silent_.contains(server)) return true;
  return way.silences_ < kSilentTriesMax && !SilentLately(server, way.spoken_at_);
}

bool LeaderFinder::SilentLately(const Address& server, Time now) const {
  const auto found = silent_.find(server);
  return found != silent_.end() && now - found->second < kLeaderCheck;
}

LeaderFinder::Try LeaderFinder::Towards(const Address& server, const Way& way) const {
  // Somebody who could only be asked for a leader that does not answer is asked to pass it on.
  const bool forward = mode() == Mode::kProxy && server != leader_ && !way.check_;
  return Try{server, forward};
}

std::optional<LeaderFinder::Try> LeaderFinder::Next(Way& way) const {
  if (way.tries_++ >= (way.check_ ? kCheckTriesMax : kTriesMax)) return std::nullopt;
  // They send us round in circles: one of them is to settle it.
  const bool circles = way.redirects_ >= kRedirectsMax;
  if (circles && way.check_) return std::nullopt;
  if (circles && !way.Failed(way.last_redirecting_)) return Try{way.last_redirecting_, true};
  const bool leader_first = way.check_ || !leader_down_;
  if (leader_ && leader_first && !way.Failed(*leader_)) return Towards(*leader_, way);
  const std::optional<Address> server = NextServer(way);
  if (!server) return std::nullopt;
  return Towards(*server, way);
}

void LeaderFinder::OnServed(const Try& tried) {
  silent_.erase(tried.server);
  const auto listed = std::find(servers_.begin(), servers_.end(), tried.server);
  if (tried.forward) {
    if (listed != servers_.end()) at_ = static_cast<size_t>(listed - servers_.begin());
    return;
  }
  leader_ = tried.server;
  leader_down_ = false;
}

void LeaderFinder::OnRedirect(Way& way, const Try& tried, const Address& leader, Time now) {
  if (leader == tried.server) {  // and does not serve
    return OnFailed(way, tried, now, Failure::kUnable);
  }
  silent_.erase(tried.server);
  way.spoken_at_ = now;
  // Who leads is known better there than here; whether it can be reached is not.
  const bool down = way.check_ || way.Failed(leader) || SilentLately(leader, now) ||
                    (leader_down_ && leader == leader_);
  if (down && !leader_down_) check_due_ = now + kLeaderCheck;
  leader_ = leader;
  leader_down_ = down;
  way.last_redirecting_ = tried.server;
  ++way.redirects_;
}

void LeaderFinder::OnFailed(Way& way, const Try& tried, Time now, Failure failure) {
  way.failed_.push_back(tried.server);
  if (failure == Failure::kUnable) way.spoken_at_ = now;
  way.silences_ += failure == Failure::kSilent;
  if (failure != Failure::kSilent) {
    silent_.erase(tried.server);
  } else if (silent_.size() < kServersMax || silent_.contains(tried.server)) {
    silent_[tried.server] = now;
  }
  if (!servers_.empty() && servers_[at_] == tried.server) at_ = (at_ + 1) % servers_.size();
  if (tried.server != leader_ || tried.forward || leader_down_) return;
  leader_down_ = true;
  check_due_ = now + kLeaderCheck;
}

LeaderFinder::Way LeaderFinder::BeginCheck(Time now, uint64_t random) {
  const auto quarter = static_cast<uint64_t>(kLeaderCheck.count() / 4);
  check_due_ = now + kLeaderCheck - Duration(static_cast<int64_t>(random % (quarter + 1)));
  Way way;
  way.check_ = true;
  return way;
}

}  // namespace bellrock::naming::client
