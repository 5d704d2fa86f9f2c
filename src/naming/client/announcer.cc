// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "naming/client/announcer.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <utility>

#include "base/log.h"
#include "bellrock/naming/v1/agent.bellrock.h"
#include "fiber/fiber.h"
#include "fiber/sync.h"
#include "fiber/unix_time.h"
#include "naming/client/announce_mode.h"
#include "naming/client/backoff.h"
#include "naming/client/registrar.h"

namespace bellrock::naming::client {

class Announcer::Core {
 public:
  Core(fiber::Environment environment, ChannelInterface* agent, RegistryCalls* calls,
       v1::InstanceSpec spec, StateCallback on_state)
      : env_(environment),
        agent_(agent),
        calls_(calls),
        spec_(std::move(spec)),
        may_raise_(spec_.incarnation() == 0),
        on_state_(std::move(on_state)),
        mode_(agent != nullptr, environment.clock.Now()) {
    if (may_raise_) spec_.set_incarnation(static_cast<uint64_t>(fiber::UnixMs(env_.clock)));
    if (calls_ == nullptr) return;
    registrar_ = std::make_unique<Registrar>(
        env_, *calls_, [this](const std::string&, const Status& state) { OnDirect(state); });
  }

  void Start() {
    running_ = true;
    mode_ = AnnounceMode(agent_ != nullptr, env_.clock.Now());
    if (registrar_ != nullptr) registrar_->Start();
    if (agent_ != nullptr) stream_loop_ = fiber::Start([this] { StreamLoop(); });
    mode_loop_ = fiber::Start([this] { ModeLoop(); });
  }

  Status WaitRegistered(Time until) {
    while (running_ && !state_.ok()) {
      const Status waited = changed_.Wait(until);
      if (!waited.ok() && !state_.ok()) {
        return Status(waited.code(),
                      fmt::format("{} is not registered: {}", spec_.path(), state_.ToString()));
      }
    }
    return state_;
  }

  Status Stop() {
    if (!running_) return Status::Ok();
    EndFibers();
    const Status told = Deregister();
    if (registrar_ != nullptr) registrar_->Stop();
    return told;
  }

  void Abandon() {
    EndFibers();
    if (registrar_ != nullptr) registrar_->Stop();
  }

  const Status& state() const { return state_; }
  bool direct() const { return mode_.direct(); }

 private:
  void EndFibers() {
    running_ = false;
    stream_loop_ = fiber::JoinHandle();  // ends the stream: the agent renews no more
    mode_loop_ = fiber::JoinHandle();
    state_ = UnavailableError("stopped");
    changed_.WakeAll();
  }

  Status Deregister() {
    if (calls_ == nullptr) return Status::Ok();
    if (in_registrar_) return registrar_->Remove(spec_.path());
    return calls_->Deregister(spec_.path(), spec_.incarnation(), kRemoveTimeout);
  }

  // What the present hand has made of the life, for the next.
  void Learn(uint64_t incarnation, uint64_t count) {
    if (incarnation < spec_.incarnation()) return;
    if (incarnation > spec_.incarnation()) count_ = 0;
    spec_.set_incarnation(incarnation);
    count_ = std::max(count_, count);
  }
  void LearnFromRegistrar() {
    if (!in_registrar_) return;
    // It goes on beating until the other hand has registered.
    Learn(registrar_->incarnation(spec_.path()), registrar_->count(spec_.path()) + kUntoldBeatsMax);
  }

  void StreamLoop() {
    Backoff backoff(kAnnounceRetryMin, kAnnounceRetryMax);
    while (running_) {
      bool answered = false;
      const Status broken = AnnounceOnce(answered);
      if (!running_ || fiber::CurrentCancelled()) return;
      if (answered) {
        backoff.Reset();
        count_ += kUntoldBeatsMax;
        log::Info("naming/client", "announcement of {} broke: {}; announcing again", spec_.path(),
                  broken.ToString());
      } else if (!mode_.direct()) {
        SetState(broken.WithContext("agent"));
      }
      mode_.OnSilence(env_.clock.Now());
      mode_wake_.WakeAll();
      (void)fiber::SleepFor(backoff.Next(env_.random.Next()));
    }
  }

  // Never OK: why the stream ended. Sets `answered` once the agent said something.
  Status AnnounceOnce(bool& answered) {
    LearnFromRegistrar();
    v1::AnnounceRequest request;
    *request.mutable_instance() = spec_;
    request.set_may_raise(may_raise_);
    request.set_count(count_);
    v1::HostNamingStub stub(*agent_);
    BELLROCK_ASSIGN(auto reader, stub.Announce(request, CallOptions{.timeout = kAnnounceLifetime}));
    while (running_) {
      v1::AnnounceReply reply;
      BELLROCK_ASSIGN(const bool more, ReadOne(reader, reply));
      if (!more) return UnavailableError("the agent ended the announcement");
      answered = true;
      OnAnswer(reply);
    }
    return CancelledError("stopped");
  }

  Result<bool> ReadOne(Reader<v1::AnnounceReply>& reader, v1::AnnounceReply& reply) {
    fiber::ScopedDeadline deadline(env_.clock.Now() + kAgentSilenceMax);
    return reader.Read(reply);
  }

  void OnAnswer(const v1::AnnounceReply& reply) {
    Learn(reply.incarnation(), reply.count());
    mode_.OnAnswer(reply.registered());
    mode_wake_.WakeAll();
    if (mode_.direct()) return;
    SetState(reply.registered() ? Status::Ok() : UnavailableError(reply.problem()));
  }

  void OnDirect(const Status& state) {
    if (mode_.direct()) SetState(state);
  }

  void SetState(const Status& state) {
    if (!running_ || state == state_) return;
    state_ = state;
    changed_.WakeAll();
    if (on_state_) on_state_(state_);
  }

  // Moves the instance into and out of our own hands as mode_ says.
  void ModeLoop() {
    while (running_ && !fiber::CurrentCancelled()) {
      mode_.Tick(env_.clock.Now());
      if (registrar_ != nullptr && mode_.direct() != in_registrar_) {
        LearnFromRegistrar();
        in_registrar_ = mode_.direct();
        if (in_registrar_) {
          TakeOver();
        } else {
          log::Info("naming/client", "{} is in the agent's hands again", spec_.path());
          registrar_->Release(spec_.path());
        }
      }
      (void)mode_wake_.Wait(mode_.due());
    }
  }

  void TakeOver() {
    if (agent_ != nullptr) {
      log::Warning("naming/client", "no agent answers; {} heartbeats for itself", spec_.path());
    }
    Status added = registrar_->Add(spec_, Life{.may_raise = may_raise_, .count = count_});
    if (!added.ok()) SetState(added);
  }

  fiber::Environment env_;
  ChannelInterface* agent_;
  RegistryCalls* calls_;
  v1::InstanceSpec spec_;  // with the incarnation that it is registered with
  const bool may_raise_;
  uint64_t count_ = 0;  // heartbeats sent in it, at least
  StateCallback on_state_;
  AnnounceMode mode_;
  bool running_ = false;
  bool in_registrar_ = false;
  Status state_ = UnavailableError("not announced yet");
  std::unique_ptr<Registrar> registrar_;
  fiber::WaitQueue changed_;
  fiber::WaitQueue mode_wake_;
  fiber::JoinHandle stream_loop_;
  fiber::JoinHandle mode_loop_;
};

Announcer::Announcer(fiber::Environment environment, ChannelInterface* agent, RegistryCalls* calls,
                     v1::InstanceSpec spec, StateCallback on_state)
    : core_(std::make_unique<Core>(environment, agent, calls, std::move(spec),
                                   std::move(on_state))) {}
Announcer::~Announcer() {
  core_->Abandon();
}

void Announcer::Start() {
  core_->Start();
}
Status Announcer::WaitRegistered(Time until) {
  return core_->WaitRegistered(until);
}
Status Announcer::Stop() {
  return core_->Stop();
}
const Status& Announcer::state() const {
  return core_->state();
}
bool Announcer::direct() const {
  return core_->direct();
}

}  // namespace bellrock::naming::client
