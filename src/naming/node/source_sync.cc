// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "naming/node/source_sync.h"

#include <algorithm>
#include <utility>

namespace bellrock::naming::node {
namespace {

using replica::RepairSession;
using replica::VersionVector;

// Events that `theirs` covers and `mine` does not; of lives only one of them has, all.
uint64_t Ahead(const VersionVector& theirs, const VersionVector& mine) {
  uint64_t ahead = 0;
  for (const auto& [origin, sequence] : theirs.entries()) {
    const uint64_t has = mine.At(origin);
    if (sequence > has) ahead += sequence - has;
  }
  return ahead;
}

}  // namespace

SourceSync::SourceSync(replica::Replica& replica, uint64_t seed, Time now)
    : replica_(replica), random_(seed), session_id_(random_.Next()), share_at_(now) {
  check_at_ = now + Jittered(kCheckEvery);
}

Duration SourceSync::Jittered(Duration around) {
  const auto half = static_cast<uint64_t>(around.count() / 2);
  return Duration(static_cast<int64_t>(half + random_.Next() % (2 * half)));
}

SourceSync::Step SourceSync::Next(Time now) {
  if (now < retry_at_) return {Act::kWait, retry_at_};
  if (session_) {
    // Events go on while much is compared.
    pull_next_ = !pull_next_;
    return {pull_next_ && !finishing_ ? Act::kPull : Act::kRepair, {}};
  }
  if (needed_ || now >= check_at_) {
    const bool go_on = needed_ || lagging_ >= kLaggingMax;
    session_.emplace(replica_, ++session_id_,
                     go_on ? RepairSession::Kind::kNeeded : RepairSession::Kind::kPeriodic);
    needed_ = false;
    pull_next_ = false;
    ++figures_.sessions;
    return {Act::kRepair, {}};
  }
  if (now >= share_at_) return {Act::kShare, {}};
  return {Act::kPull, {}};
}

void SourceSync::OnPull(const replica::PullReply& reply, const Moment& at) {
  OnAnswered(at.now);
  const replica::Replica::Applied applied = replica_.Apply(reply, at);
  figures_.lag = Ahead(reply.from.seen, replica_.seen());
  figures_.applied += applied.events;
  if (applied.repair && !session_) needed_ = true;
  drained_ = !reply.more && !needed_ && !session_ && replica_.seen().Covers(reply.from.seen);
}

void SourceSync::OnAnswered(Time now) {
  figures_.last_reply = now;
  figures_.problem.clear();
  retry_ = kRetryMin;
  failing_since_.reset();
}

void SourceSync::OnRepair(const replica::RepairReply& reply, const Moment& at) {
  OnAnswered(at.now);
  if (!session_) return;
  if (finishing_) return EndSession(at.now);
  session_->OnReply(reply, at);
  if (!session_->done()) return;
  finishing_ = session_->finish_to_send();
  if (!finishing_) EndSession(at.now);
}

void SourceSync::EndSession(Time now) {
  const replica::RepairFigures& figures = session_->figures();
  figures_.repair += figures;
  lagging_ = figures.lagging != 0 ? lagging_ + 1 : 0;
  if (figures.failed != 0) needed_ = true;
  figures_.last_check = now;
  session_.reset();
  finishing_ = false;
  check_at_ = now + Jittered(kCheckEvery);
}

void SourceSync::OnFailed(const std::string& why, Time now) {
  figures_.problem = why;
  if (!failing_since_) failing_since_ = now;
  drained_ = false;
  retry_at_ = now + Jittered(retry_);
  retry_ = std::min(2 * retry_, kRetryMax);
}

SourceSync::Figures SourceSync::figures() const {
  Figures figures = figures_;
  if (session_) figures.repair += session_->figures();
  return figures;
}

}  // namespace bellrock::naming::node
