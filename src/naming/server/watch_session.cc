// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "naming/server/watch_session.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "naming/server/conversion.h"
#include "naming/server/followed_alias.h"

namespace bellrock::naming::server {
namespace {

constexpr Duration kSignOfLife = std::chrono::seconds(10);
constexpr size_t kReplyEventsMax = 1024;

// One watcher and what it has been told. What changes waits in its queue until it may be told:
// after the window, not while pushes pause, and not if it would leave a caller who has usable
// instances with none before the empty guard agrees. `told_` never runs ahead of what was told, for
// it is what the watcher comes back with.
class WatchSession {
 public:
  WatchSession(WatchDesk& desk, const std::string& alias, Target target, WatchFilter filter,
               Writer<v1::WatchReply>& writer)
      : desk_(desk),
        guarded_(IsServiceTarget(target)),
        wakeup_(desk),
        alias_(desk.registry().aliases(), alias, [this] { wakeup_.Set(); }),
        watcher_(
            desk.registry().hub(), std::move(target), [this] { OnNews(); }, std::move(filter)),
        writer_(writer) {}

  // OK: the target was an alias that stands for another service now. Its full state is to be told
  // in a session of its own, to a watcher who has what GoOn() fills in.
  Status Run(const v1::WatchRequest& request) {
    Begin(request);
    while (!alias_.moved()) {
      const Time now = desk_.Now();
      if (HasNews() && !Held()) {
        BELLROCK_TRY(SendNews(now));
      } else if (first_ || now >= last_sent_ + kSignOfLife) {
        BELLROCK_TRY(SendLife(now));
      }
      // What came while that was sent has woken nobody.
      if (HasNews() && !Held()) continue;
      wakeup_.Reset();
      BELLROCK_TRY(wakeup_.Wait(last_sent_ + kSignOfLife));
    }
    return Status::Ok();
  }
  void GoOn(v1::WatchRequest& request) const {
    request.set_since_revision(told_);
    request.set_epoch(told_epoch_);
  }

 private:
  const Target& target() const { return watcher_.target(); }
  const WatchFilter& filter() const { return watcher_.filter(); }
  Registry& registry() { return desk_.registry(); }

  void OnNews() {
    news_at_ = desk_.turn_time();
    wakeup_.Set();
  }

  void Begin(const v1::WatchRequest& request) {
    const uint64_t since = request.since_revision();
    has_list_ = had_usable_ = since != 0;
    told_ = since;
    told_epoch_ = request.epoch() == 0 ? desk_.epoch() : request.epoch();
    // Nobody can tell which service's list it is that somebody comes back with for an alias.
    const bool resumes = has_list_ && told_epoch_ == desk_.epoch() && !alias_.follows();
    if (resumes) CatchUp(since);
    need_full_ |= !resumes;
    news_at_ = desk_.Now();
  }

  // What the queue holds is in the ring, too.
  void CatchUp(uint64_t since) {
    (void)watcher_.Take();
    auto missed = registry().events().Since(target(), filter(), since);
    need_full_ = !missed.has_value();
    if (!missed) return;
    missed_ = std::move(*missed);
    if (missed_.empty()) told_ = registry().revision();
  }

  bool HasNews() const { return need_full_ || !missed_.empty() || watcher_.ready(); }

  bool Loses() const { return need_full_ || !missed_.empty() || watcher_.loses(); }

  // Whether changes must wait, and why.
  bool Held() {
    held_.clear();
    wakeup_.each_second = false;
    // Who has nothing is not made to wait for it.
    if (!has_list_) return false;
    if (const std::string* why = desk_.paused()) {
      held_ = *why;
      return true;
    }
    if (!guarded_ || !had_usable_ || !Loses() || desk_.MayTell(target(), filter())) return false;
    held_ = "no usable instance is left of " + target().key + ": keep those you have";
    wakeup_.each_second = true;
    return true;
  }

  Status SendNews(Time now) {
    const Time due = std::max(news_at_, last_sent_ + desk_.window().At(now));
    if (now < due) {
      BELLROCK_TRY(fiber::SleepUntil(due));
      if (desk_.stopping()) return StoppingError();
      if (Held()) return Status::Ok();  // it may have become so in the meantime
      now = desk_.Now();
    }
    if (need_full_) return SendFull();
    const bool loses = Loses();
    Watcher::Batch batch = watcher_.Take();
    if (batch.overflowed) {
      need_full_ = true;
      missed_.clear();
      return Status::Ok();
    }
    const uint64_t revision = registry().revision();
    if (missed_.empty()) {
      missed_ = std::move(batch.notices);
    } else {
      missed_.insert(missed_.end(), batch.notices.begin(), batch.notices.end());
      Coalesce(missed_);
    }
    desk_.window().OnPush(due, missed_.size(), now);
    last_sent_ = now;
    BELLROCK_TRY(SendBatches(std::exchange(missed_, {})));
    told_ = revision;
    had_usable_ = !loses || !guarded_ || desk_.HasUsable(target(), filter());
    return Status::Ok();
  }

  Status SendBatches(const std::vector<Notice>& notices) {
    if (notices.size() <= kReplyEventsMax) return Send(*desk_.encoder().Batch(notices));
    for (size_t at = 0; at < notices.size(); at += kReplyEventsMax) {
      const auto first = notices.begin() + static_cast<std::ptrdiff_t>(at);
      const size_t count = std::min(kReplyEventsMax, notices.size() - at);
      BELLROCK_TRY(
          Send(*desk_.encoder().Batch({first, first + static_cast<std::ptrdiff_t>(count)})));
      told_ = notices[at + count - 1].event->revision;
    }
    return Status::Ok();
  }

  Status SendFull() {
    BELLROCK_ASSIGN(const uint64_t place, desk_.EnterTransfer());
    const Result<uint64_t> revision = SendState();
    desk_.LeaveTransfer(place);
    BELLROCK_TRY(revision.status());
    told_ = *revision;
    told_epoch_ = desk_.epoch();
    has_list_ = true;
    had_usable_ = !guarded_ || desk_.HasUsable(target(), filter());
    CatchUp(told_);
    news_at_ = last_sent_ = desk_.Now();
    return Status::Ok();
  }

  // All of it; what revision it is of.
  Result<uint64_t> SendState() {
    const uint64_t at_least = told_epoch_ == desk_.epoch() ? told_ : 0;
    FullStates::Reading reading =
        desk_.full_states().Join(target(), filter(), at_least, desk_.Now());
    while (true) {
      BELLROCK_TRY(Send(*reading.chunk->reply));
      if (desk_.stopping()) return StoppingError();
      if (reading.chunk->last) return reading.state->revision();
      reading.chunk = reading.state->After(*reading.chunk);
    }
  }

  Status SendLife(Time now) {
    if (!HasNews()) told_ = registry().revision();
    v1::WatchReply life;
    life.set_revision(told_);
    life.set_epoch(told_epoch_);
    life.set_held(held_);
    first_ = false;
    last_sent_ = now;
    return writer_.Write(life);
  }

  Status Send(const SharedMessage& reply) {
    BELLROCK_ASSIGN(const size_t bytes, writer_.WriteShared(reply));
    desk_.CountSent(bytes);
    first_ = false;
    return Status::Ok();
  }

  WatchDesk& desk_;
  const bool guarded_;
  WatchDesk::Wakeup wakeup_;
  FollowedAlias alias_;
  Watcher watcher_;
  Writer<v1::WatchReply>& writer_;
  bool first_ = true;
  bool need_full_ = false;
  bool has_list_ = false;       // the watcher has a state to lose
  bool had_usable_ = false;     // and there is a usable instance in it
  std::vector<Notice> missed_;  // to be told before what is in the queue
  uint64_t told_ = 0;           // the watcher has all up to here,
  uint64_t told_epoch_ = 0;     // of this history
  std::string held_;            // why news wait
  Time news_at_{};
  Time last_sent_{};
};

}  // namespace

Status ServeWatch(std::shared_ptr<WatchDesk> desk, const v1::WatchRequest& request,
                  Writer<v1::WatchReply>& writer) {
  if (desk->stopping()) return StoppingError();
  BELLROCK_ASSIGN(const WatchFilter filter, ParseFilter(request.filter()));
  v1::WatchRequest asked = request;
  while (true) {
    BELLROCK_ASSIGN(Target target, ResolveTarget(desk->registry(), asked.target()));
    WatchSession session(*desk, asked.target(), std::move(target), filter, writer);
    BELLROCK_TRY(session.Run(asked));
    session.GoOn(asked);
  }
}

}  // namespace bellrock::naming::server
