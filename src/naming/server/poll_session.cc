// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "naming/server/poll_session.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <utility>

#include "naming/server/conversion.h"
#include "naming/server/followed_alias.h"
#include "rpc/http/http_caller.h"

namespace bellrock::naming::server {
namespace {

constexpr int32_t kWaitMsMax = 60'000;
constexpr int32_t kWaitMsDefault = 30'000;

// One long poll: waits until something is newer than what the caller has and may be told. While
// pushes pause (VIN-069), or the empty guard holds, the caller is told of nothing new and keeps the
// revision it came with.
class PollSession {
 public:
  PollSession(WatchDesk& desk, Target target, WatchFilter filter, const v1::PollRequest& request)
      : desk_(desk),
        request_(request),
        guarded_(IsServiceTarget(target)),
        has_list_(request.since_revision() != 0),
        known_(IsKnown(desk, request)),
        wakeup_(desk),
        alias_(desk.registry().aliases(), request.target(), [this] { wakeup_.Set(); }),
        watcher_(
            desk.registry().hub(), std::move(target), [this] { wakeup_.Set(); },
            std::move(filter)) {}

  // Nothing of a session whose alias has moved: begin another one.
  Result<v1::PollReply> Run(Time until) {
    while (!alias_.moved()) {
      const bool changed = Changed();
      const std::string held = changed ? WhyHeld() : "";
      if (changed && held.empty()) return Answer();
      if (desk_.Now() >= until) return NothingNew(held);
      (void)watcher_.Take();
      wakeup_.Reset();
      BELLROCK_TRY(wakeup_.Wait(until));
    }
    return v1::PollReply();
  }
  bool moved() const { return alias_.moved(); }

 private:
  // Whether the revision it comes with is of this history, and of what the target stands for now.
  static bool IsKnown(WatchDesk& desk, const v1::PollRequest& request) {
    if (request.since_revision() == 0) return false;
    if (request.epoch() != 0 && request.epoch() != desk.epoch()) return false;
    return desk.registry().aliases().moved_at(request.target()) <= request.since_revision();
  }
  const Target& target() const { return watcher_.target(); }
  const WatchFilter& filter() const { return watcher_.filter(); }
  Registry& registry() { return desk_.registry(); }

  bool Changed() {
    if (!known_) return true;
    if (!registry().ChangedSince(target(), request_.since_revision())) return false;
    return filter().empty() ||
           registry().events().ChangedSince(target(), request_.since_revision(), filter());
  }

  std::string WhyHeld() {
    wakeup_.each_second = false;
    if (!has_list_) return "";
    if (const std::string* why = desk_.paused()) return *why;
    if (!guarded_ || desk_.MayTell(target(), filter())) return "";
    wakeup_.each_second = true;
    return "no usable instance is left of " + target().key + ": keep those you have";
  }

  Result<v1::PollReply> Answer() {
    BELLROCK_TRY(CheckReplySize(registry(), target()));
    v1::PollReply reply;
    reply.set_changed(true);
    reply.set_revision(registry().revision());
    reply.set_epoch(desk_.epoch());
    registry().tree().ForEach(target(), "", [&](const Instance& instance) {
      const InstanceView view = registry().View(instance);
      if (filter().empty() || filter().Wants(view.spec.path, *view.spec.traits)) {
        ToWire(view, *reply.add_instances());
      }
      return true;
    });
    desk_.CountSent(reply.ByteSizeLong());
    return reply;
  }

  v1::PollReply NothingNew(const std::string& held) {
    v1::PollReply reply;
    reply.set_held(held);
    const bool keeps = !held.empty();
    reply.set_revision(keeps ? request_.since_revision() : registry().revision());
    reply.set_epoch(keeps && request_.epoch() != 0 ? request_.epoch() : desk_.epoch());
    return reply;
  }

  WatchDesk& desk_;
  const v1::PollRequest& request_;
  const bool guarded_;
  const bool has_list_;
  const bool known_;
  WatchDesk::Wakeup wakeup_;
  FollowedAlias alias_;
  Watcher watcher_;
};

void SayNotModified(const v1::PollReply& reply, ServerContext& context) {
  rpc::HttpCaller* caller = rpc::HttpCaller::Of(context);
  if (caller == nullptr) return;
  caller->SetAnswer(
      304, {{"Bellrock-Reason", reply.held().empty() ? "nothing has changed" : reply.held()},
            {"Bellrock-Revision", std::to_string(reply.revision())},
            {"Bellrock-Epoch", std::to_string(reply.epoch())}});
}

}  // namespace

Result<v1::PollReply> ServePoll(std::shared_ptr<WatchDesk> desk, ServerContext& context,
                                const v1::PollRequest& request) {
  if (desk->stopping()) return StoppingError();
  BELLROCK_ASSIGN(const WatchFilter filter, ParseFilter(request.filter()));
  if (request.wait_ms() < 0 || request.wait_ms() > kWaitMsMax) {
    return InvalidArgumentError(fmt::format("wait_ms {}: use 1..{}, or 0 for {}", request.wait_ms(),
                                            kWaitMsMax, kWaitMsDefault));
  }
  const int32_t wait_ms = request.wait_ms() == 0 ? kWaitMsDefault : request.wait_ms();
  const Time until = desk->Now() + std::chrono::milliseconds(wait_ms);
  while (true) {
    BELLROCK_ASSIGN(Target target, ResolveTarget(desk->registry(), request.target()));
    PollSession session(*desk, std::move(target), filter, request);
    Result<v1::PollReply> reply = session.Run(until);
    if (session.moved()) continue;
    if (reply.ok() && !reply->changed()) SayNotModified(*reply, context);
    return reply;
  }
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
