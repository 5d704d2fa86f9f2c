// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "storm_audience.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "figures.h"

namespace bellrock::bench {
namespace {

constexpr Duration kPatience = std::chrono::seconds(90);
constexpr size_t kOpeningMax = 500;  // at once: a burst of thousands is another test
constexpr Duration kWatchFor = std::chrono::hours(1);

fiber::Environment With(fiber::Network& network) {
  const fiber::Environment real = fiber::RealEnvironment();
  return {real.clock, network, real.disk, real.random};
}

}  // namespace

StormAudience::StormAudience(const LoadOptions& options, int64_t dying)
    : fleet_(options.fleet()),
      dying_(dying),
      network_(fiber::RealEnvironment().network),
      stubs_(With(network_), options.server(), options.connections),
      watchers_(static_cast<size_t>(options.watchers)),
      last_told_(Now()) {
  for (size_t w = 0; w < watchers_.size(); ++w) {
    while (w - opened_ >= kOpeningMax)
      Check(came_.Wait(fiber::RealEnvironment().clock.Now() + kPatience));
    watchers_[w].working.resize(static_cast<size_t>(fleet_.per_service));
    fibers_.push_back(fiber::Start([this, w] { Watch(w); }));
  }
}

void StormAudience::Watch(size_t watcher) {
  naming::v1::WatchRequest request;
  request.set_target(ServiceName(static_cast<int64_t>(watcher) % fleet_.services()));
  CallOptions call;
  call.timeout = kWatchFor;
  auto reader = stubs_[watcher].Watch(request, call);
  Check(reader.status());
  naming::v1::WatchReply reply;
  bool more = false;
  bool opened = false;
  while (true) {
    const Result<bool> read = reader->Read(reply);
    if (read.status().code() == StatusCode::kCancelled) return;
    Check(read.status());
    if (!*read) Fail("a watch ended");
    if (reply.full() && !more) Forget(watchers_[watcher]);
    more = reply.more();
    for (const naming::v1::Event& event : reply.events()) Take(watchers_[watcher], event);
    if (more || std::exchange(opened, true)) continue;
    ++opened_;
    came_.WakeAll();
  }
}

void StormAudience::Forget(Watcher& watcher) {
  for (size_t i = 0; i < watcher.working.size(); ++i) Set(watcher, i, false);
}

void StormAudience::Take(Watcher& watcher, const naming::v1::Event& event) {
  ++events_;
  const int64_t n = NumberOf(event.instance().spec().path());
  const size_t index = static_cast<size_t>(fleet_.IndexOf(n));
  if (n < 0 || index >= watcher.working.size()) Fail("an event of an instance that is not ours");
  const bool working = event.kind() == naming::v1::Event::KIND_PUT &&
                       event.instance().state() == naming::v1::INSTANCE_STATE_WORKING;
  if (watcher.working[index] && !working && n >= dying_) ++falsely_told_;
  Set(watcher, index, working);
}

void StormAudience::Set(Watcher& watcher, size_t index, bool working) {
  if (watcher.working[index] == working) return;
  if (watcher.count == awaited_) --knowing_;
  watcher.working[index] = working;
  watcher.count += working ? 1 : -1;
  last_told_ = Now();
  if (watcher.count != awaited_) return;
  if (++knowing_ == static_cast<int64_t>(watchers_.size())) came_.WakeAll();
}

void StormAudience::Await(int64_t working) {
  awaited_ = working;
  knowing_ = std::count_if(watchers_.begin(), watchers_.end(),
                           [&](const Watcher& watcher) { return watcher.count == working; });
  const Time until = fiber::RealEnvironment().clock.Now() + kPatience;
  while (knowing_ < static_cast<int64_t>(watchers_.size())) {
    if (came_.Wait(until).ok()) continue;
    Fail(fmt::format("only {} of {} watchers know of {} working instances after {} s", knowing_,
                     watchers_.size(), working, kPatience / std::chrono::seconds(1)));
  }
}

}  // namespace bellrock::bench
