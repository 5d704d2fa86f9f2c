// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "naming/server/watch_session.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "fiber/fiber.h"
#include "naming/server/conversion.h"

namespace bellrock::naming::server {
namespace {

constexpr Duration kSignOfLife = std::chrono::seconds(10);
// Least time between two replies to one watcher: a lone change goes out at once, a burst is
// gathered.
constexpr Duration kGather = std::chrono::milliseconds(1);
constexpr size_t kFullChunk = 5'000;  // instances in one reply of a full state
constexpr int32_t kWaitMsMax = 60'000;
constexpr int32_t kWaitMsDefault = 30'000;

Status Stopping() {
  return UnavailableError("the naming server is stopping: try another");
}

// An event that also the server's stop sets.
class Wakeup {
 public:
  explicit Wakeup(WatchDesk& desk) : desk_(desk) { desk_.waiting.insert(&event); }
  ~Wakeup() { desk_.waiting.erase(&event); }
  Wakeup(const Wakeup&) = delete;
  Wakeup& operator=(const Wakeup&) = delete;

  // OK also when `until` came; an error when the call must end.
  Status Wait(Time until) {
    const Status waited = event.Wait(until);
    if (desk_.host->stopping()) return Stopping();
    return waited.ok() ? waited : fiber::CheckCurrent();
  }

  fiber::Event event;

 private:
  WatchDesk& desk_;
};

class WatchSession {
 public:
  WatchSession(WatchDesk& desk, Target target, Writer<v1::WatchReply>& writer)
      : desk_(desk),
        wakeup_(desk),
        watcher_(desk.host->registry().hub(), std::move(target), [this] { wakeup_.event.Set(); }),
        writer_(writer) {}

  Status Run(uint64_t since, bool since_is_ours) {
    BELLROCK_TRY(Begin(since, since_is_ours));
    while (true) {
      BELLROCK_TRY(wakeup_.Wait(last_sent_ + kSignOfLife));
      if (watcher_.ready() && desk_.host->Now().now < last_sent_ + kGather) {
        BELLROCK_TRY(fiber::SleepUntil(last_sent_ + kGather));
      }
      wakeup_.event.Reset();
      Watcher::Batch batch = watcher_.Take();
      BELLROCK_TRY(batch.overflowed ? SendFull() : SendEvents(batch.events));
    }
  }

 private:
  Registry& registry() { return desk_.host->registry(); }

  Status Begin(uint64_t since, bool since_is_ours) {
    if (since != 0 && since_is_ours) {
      const auto missed = registry().events().Since(watcher_.target(), since);
      if (missed) return SendEvents(*missed);
    }
    return SendFull();
  }

  Status SendEvents(const std::vector<EventPtr>& events) {
    if (!events.empty()) return Send(*desk_.cache.For(events, desk_.host->epoch()));
    v1::WatchReply life;
    life.set_revision(registry().revision());
    life.set_epoch(desk_.host->epoch());
    return Send(life);
  }

  // Several replies if it is much: the first says `full`, the last carries the revision; before it
  // the watcher has no revision to come back with. What changes meanwhile comes as events
  // afterwards.
  Status SendFull() {
    const uint64_t revision = registry().revision();
    std::string after;
    bool first = true;
    for (bool ended = false; !ended;) {
      v1::WatchReply reply;
      ended = FillChunk(after, reply);
      reply.set_full(std::exchange(first, false));
      reply.set_epoch(desk_.host->epoch());
      if (ended) reply.set_revision(revision);
      reply.set_more(!ended);
      BELLROCK_TRY(Send(reply));
      if (desk_.host->stopping()) return Stopping();
    }
    return Status::Ok();
  }

  bool FillChunk(std::string& after, v1::WatchReply& reply) {
    std::string last = after;
    const bool ended =
        registry().tree().ForEach(watcher_.target(), after, [&](const Instance& instance) {
          if (reply.events_size() >= static_cast<int>(kFullChunk)) return false;
          v1::Event& event = *reply.add_events();
          event.set_kind(v1::Event::KIND_PUT);
          event.set_revision(instance.revision);
          InstanceView view = registry().View(instance);
          ToWire(view, *event.mutable_instance());
          last = std::move(view.spec.path);
          return true;
        });
    after = std::move(last);
    return ended;
  }

  Status Send(const v1::WatchReply& reply) {
    BELLROCK_TRY(writer_.Write(reply));
    last_sent_ = desk_.host->Now().now;
    return Status::Ok();
  }

  WatchDesk& desk_;
  Wakeup wakeup_;
  Watcher watcher_;
  Writer<v1::WatchReply>& writer_;
  Time last_sent_{};
};

void FillPoll(WatchDesk& desk, const Target& target, v1::PollReply& reply) {
  Registry& registry = desk.host->registry();
  reply.set_changed(true);
  registry.tree().ForEach(target, "", [&](const Instance& instance) {
    ToWire(registry.View(instance), *reply.add_instances());
    return true;
  });
}

}  // namespace

std::shared_ptr<const v1::WatchReply> ReplyCache::For(const std::vector<EventPtr>& events,
                                                      uint64_t epoch) {
  if (reply_ != nullptr && events == events_) return reply_;
  auto reply = std::make_shared<v1::WatchReply>();
  reply->set_epoch(epoch);
  reply->set_revision(events.back()->revision);
  for (const EventPtr& event : events) ToWire(*event, *reply->add_events());
  events_ = events;
  reply_ = std::move(reply);
  return reply_;
}

void WatchDesk::WakeAll() {
  for (fiber::Event* event : waiting) event->Set();
}

Status ServeWatch(std::shared_ptr<WatchDesk> desk, const v1::WatchRequest& request,
                  Writer<v1::WatchReply>& writer) {
  if (desk->host->stopping()) return Stopping();
  BELLROCK_ASSIGN(Target target, ParseTarget(request.target()));
  const bool since_is_ours = request.epoch() == 0 || request.epoch() == desk->host->epoch();
  WatchSession session(*desk, std::move(target), writer);
  return session.Run(request.since_revision(), since_is_ours);
}

Result<v1::PollReply> ServePoll(std::shared_ptr<WatchDesk> desk, const v1::PollRequest& request) {
  if (desk->host->stopping()) return Stopping();
  BELLROCK_ASSIGN(const Target target, ParseTarget(request.target()));
  if (request.wait_ms() < 0 || request.wait_ms() > kWaitMsMax) {
    return InvalidArgumentError(fmt::format("wait_ms {}: use 1..{}, or 0 for {}", request.wait_ms(),
                                            kWaitMsMax, kWaitMsDefault));
  }
  Registry& registry = desk->host->registry();
  const bool known = request.since_revision() != 0 &&
                     (request.epoch() == 0 || request.epoch() == desk->host->epoch());
  bool changed = !known || registry.ChangedSince(target, request.since_revision());
  if (!changed) {
    Wakeup wakeup(*desk);
    Watcher watcher(registry.hub(), target, [&] { wakeup.event.Set(); });
    const int32_t wait_ms = request.wait_ms() == 0 ? kWaitMsDefault : request.wait_ms();
    BELLROCK_TRY(wakeup.Wait(desk->host->Now().now + std::chrono::milliseconds(wait_ms)));
    changed = watcher.ready();
  }
  v1::PollReply reply;
  reply.set_revision(registry.revision());
  reply.set_epoch(desk->host->epoch());
  BELLROCK_TRY(CheckReplySize(registry, target));
  if (changed) FillPoll(*desk, target, reply);
  return reply;
}

Status CheckReplySize(const Registry& registry, const Target& target) {
  int64_t count = 0;
  if (target.is_service) {
    auto service = registry.tree().services().find(target.key);
    if (service != registry.tree().services().end()) count = service->second.counts.total();
  } else if (const Result<Path> path = Path::Parse(target.key); path->depth() < kPathDepth) {
    const Directory* directory = registry.tree().FindDirectory(*path);
    if (directory != nullptr) count = directory->counts.total();
  }
  if (count <= kReplyInstancesMax) return Status::Ok();
  return ResourceExhaustedError(
      fmt::format("target \"{}\" covers {} instances, and one reply holds {}: ask for a narrower "
                  "one, or watch it, which comes in parts",
                  target.key, count, kReplyInstancesMax));
}

}  // namespace bellrock::naming::server
