// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "naming/client/naming_watcher.h"

#include <utility>

#include "base/log.h"
#include "bellrock/naming/v1/naming.bellrock.h"
#include "fiber/fiber.h"
#include "fiber/sync.h"
#include "naming/client/backoff.h"
#include "naming/client/watch_state.h"

namespace bellrock::naming::client {

class Watcher::Core {
 public:
  Core(fiber::Environment environment, ChannelInterface& servers, std::string target,
       Callback on_list, v1::Filter filter)
      : env_(environment),
        stub_(servers),
        target_(std::move(target)),
        filter_(std::move(filter)),
        on_list_(std::move(on_list)) {}

  void Start() {
    running_ = true;
    stream_loop_ = fiber::Start([this] { StreamLoop(); });
    grace_loop_ = fiber::Start([this] { GraceLoop(); });
  }

  void Stop() {
    running_ = false;
    stream_loop_ = fiber::JoinHandle();
    grace_loop_ = fiber::JoinHandle();
  }

  bool ready() const { return merged_.ready(); }
  const Status& state() const { return state_; }

 private:
  void StreamLoop() {
    while (running_) {
      Status broken = StreamOnce();
      merged_.OnDisconnected();
      if (!running_ || fiber::CurrentCancelled()) return;
      if (state_.ok() || state_.code() != broken.code()) {
        log::Info("naming/client", "watch {}: {}; trying again", target_, broken.ToString());
      }
      state_ = std::move(broken);
      (void)fiber::SleepFor(backoff_.Next(env_.random.Next()));
    }
  }

  // Never OK: why the stream ended.
  Status StreamOnce() {
    v1::WatchRequest request;
    request.set_target(target_);
    request.set_since_revision(merged_.since_revision());
    request.set_epoch(merged_.epoch());
    *request.mutable_filter() = filter_;
    // A full state of a large service is many times smaller so (VIN-065).
    const CallOptions options{.timeout = kWatchLifetime, .compression = Compression::kZstd};
    BELLROCK_ASSIGN(auto reader, stub_.Watch(request, options));
    while (running_) {
      v1::WatchReply reply;
      BELLROCK_ASSIGN(const bool more, ReadOne(reader, reply));
      if (!more) return UnavailableError("the server ended the watch");
      const WatchState::Outcome outcome = merged_.Apply(reply, env_.clock.Now());
      backoff_.Reset();  // it answers, so that asking for a full state need not wait
      if (outcome.resync) return AbortedError("the server has another history");
      state_ = Status::Ok();
      grace_wake_.WakeAll();
      if (outcome.changed) Show();
    }
    return CancelledError("stopped");
  }

  Result<bool> ReadOne(Reader<v1::WatchReply>& reader, v1::WatchReply& reply) {
    fiber::ScopedDeadline deadline(env_.clock.Now() + kSignOfLifeTimeout);
    return reader.Read(reply);
  }

  void GraceLoop() {
    while (running_ && !fiber::CurrentCancelled()) {
      if (merged_.Tick(env_.clock.Now())) Show();
      (void)grace_wake_.Wait(merged_.due());
    }
  }

  void Show() {
    if (running_) on_list_(merged_.List());
  }

  fiber::Environment env_;
  v1::NamingStub stub_;
  std::string target_;
  v1::Filter filter_;
  Callback on_list_;
  WatchState merged_;
  Status state_ = UnavailableError("no answer yet");
  Backoff backoff_{kReconnectMin, kReconnectMax};
  bool running_ = false;
  fiber::WaitQueue grace_wake_;
  fiber::JoinHandle stream_loop_;
  fiber::JoinHandle grace_loop_;
};

Watcher::Watcher(fiber::Environment environment, ChannelInterface& servers, std::string target,
                 Callback on_list, v1::Filter filter)
    : core_(std::make_unique<Core>(environment, servers, std::move(target), std::move(on_list),
                                   std::move(filter))) {}
Watcher::~Watcher() {
  core_->Stop();
}

void Watcher::Start() {
  core_->Start();
}
void Watcher::Stop() {
  core_->Stop();
}
bool Watcher::ready() const {
  return core_->ready();
}
const Status& Watcher::state() const {
  return core_->state();
}

}  // namespace bellrock::naming::client
