// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "naming/client/registrar.h"

#include <algorithm>
#include <span>
#include <utility>
#include <vector>

#include "base/log.h"
#include "fiber/fiber.h"
#include "fiber/sync.h"
#include "fiber/unix_time.h"

namespace bellrock::naming::client {

class Registrar::Core {
 public:
  Core(fiber::Environment environment, RegistryCalls& calls, StateCallback on_state)
      : env_(environment), calls_(calls), on_state_(std::move(on_state)) {}

  void Start() {
    running_ = true;
    register_loop_ = fiber::Start([this] { RegisterLoop(); });
    heartbeat_loop_ = fiber::Start([this] { HeartbeatLoop(); });
  }

  void Stop() {
    running_ = false;
    if (register_loop_.joinable()) register_loop_.Cancel();
    if (heartbeat_loop_.joinable()) heartbeat_loop_.Cancel();
    for (fiber::JoinHandle& handle : wave_) handle.Cancel();
    register_loop_ = fiber::JoinHandle();
    heartbeat_loop_ = fiber::JoinHandle();
  }

  Status Add(const v1::InstanceSpec& spec, Life life) {
    life.unix_ms = static_cast<uint64_t>(fiber::UnixMs(env_.clock));
    BELLROCK_TRY(keeper_.Add(spec, env_.clock.Now(), life));
    Settle();
    return Status::Ok();
  }

  void Pause(std::string_view path) { keeper_.Pause(path); }

  void Release(std::string_view path) {
    if (keeper_.Remove(path)) keeper_.Forget(path);
  }

  Status Remove(std::string_view path_view) {
    const std::string path(path_view);
    if (!keeper_.Remove(path)) return Status::Ok();
    const Time until = env_.clock.Now() + kRemoveTimeout;
    // A registration on its way must not arrive behind the deregistration.
    while (keeper_.in_flight(path)) {
      if (!settled_.Wait(until).ok()) break;
    }
    if (keeper_.wanted(path)) return Status::Ok();  // added again meanwhile
    const Status status = Deregister(path, until);
    keeper_.Forget(path);
    Settle();
    return status;
  }

  const LeaseKeeper& keeper() const { return keeper_; }

 private:
  Status Deregister(const std::string& path, Time until) {
    keeper_.SetInFlight(path, true);
    const Duration left =
        std::max<Duration>(until - env_.clock.Now(), std::chrono::milliseconds(1));
    Status status = calls_.Deregister(path, keeper_.incarnation(path), left);
    keeper_.SetInFlight(path, false);
    return status;
  }

  // After anything that may have made something due or changed a state.
  void Settle() {
    for (const LeaseKeeper::Change& change : keeper_.TakeChanges()) {
      if (on_state_) on_state_(change.path, change.status);
    }
    register_wake_.WakeAll();
    heartbeat_wake_.WakeAll();
    settled_.WakeAll();
  }

  void RegisterLoop() {
    while (running_) {
      const auto due = keeper_.DueRegistrations(env_.clock.Now(), kRegisterParallelMax);
      if (due.empty()) {
        if (!WaitFor(register_wake_, keeper_.next_registration())) return;
        continue;
      }
      for (const v1::RegisterRequest& request : due) {
        wave_.push_back(fiber::Start([this, &request] { Register(request); }));
      }
      for (fiber::JoinHandle& handle : wave_) handle.Join();
      wave_.clear();
    }
  }

  void Register(const v1::RegisterRequest& request) {
    const std::string& path = request.instance().path();
    const auto reply = calls_.Register(request, kRegisterTimeout);
    if (!running_) return;
    if (reply.status().code() == StatusCode::kAborted && keeper_.may_raise(path)) {
      return Outdated(path, reply.status());
    }
    keeper_.OnRegister(path, reply.status(), reply.ok() ? reply->lease_ms() : 0, env_.clock.Now(),
                       env_.random.Next());
    Settle();
  }

  void Outdated(const std::string& path, const Status& refusal) {
    const auto known = calls_.Find(path, kRegisterTimeout);
    if (!running_) return;
    const Time now = env_.clock.Now();
    if (known.ok() || known.status().code() == StatusCode::kNotFound) {
      const v1::Instance* instance = known.ok() ? &*known : nullptr;
      keeper_.OnOutdated(path, instance, refusal, static_cast<uint64_t>(fiber::UnixMs(env_.clock)),
                         now);
    } else {
      keeper_.OnRegister(path, known.status(), 0, now, env_.random.Next());
    }
    Settle();
  }

  void HeartbeatLoop() {
    while (running_) {
      const std::vector<std::string> paths = keeper_.DueHeartbeats(env_.clock.Now());
      if (paths.empty()) {
        if (!WaitFor(heartbeat_wake_, keeper_.next_heartbeat())) return;
        continue;
      }
      const std::span<const std::string> all(paths);
      for (size_t at = 0; at < all.size() && running_; at += kHeartbeatPathsMax) {
        Heartbeat(all.subspan(at, std::min(kHeartbeatPathsMax, all.size() - at)));
      }
    }
  }

  void Heartbeat(std::span<const std::string> paths) {
    const auto reply = calls_.Heartbeat(keeper_.HeartbeatOf(paths), kHeartbeatTimeout);
    if (!running_) return;
    const Time now = env_.clock.Now();
    if (reply.ok()) {
      keeper_.OnHeartbeat(paths, reply->unknown(), now);
      if (reply->unknown_size() > 0) {
        log::Info("naming/client", "the registry does not know {} of {} instances; registering",
                  reply->unknown_size(), paths.size());
      }
    } else {
      keeper_.OnHeartbeatFailed(paths, reply.status(), now, env_.random.Next());
    }
    Settle();
  }

  // Until woken or `when`. False if this fiber is to end.
  bool WaitFor(fiber::WaitQueue& queue, Time when) {
    if (running_ && when > env_.clock.Now()) (void)queue.Wait(when);
    return running_ && !fiber::CurrentCancelled();
  }

  fiber::Environment env_;
  RegistryCalls& calls_;
  StateCallback on_state_;
  LeaseKeeper keeper_;
  bool running_ = false;
  fiber::WaitQueue register_wake_;
  fiber::WaitQueue heartbeat_wake_;
  fiber::WaitQueue settled_;
  std::vector<fiber::JoinHandle> wave_;  // registrations in flight
  fiber::JoinHandle register_loop_;
  fiber::JoinHandle heartbeat_loop_;
};

Registrar::Registrar(fiber::Environment environment, RegistryCalls& calls, StateCallback on_state)
    : core_(std::make_unique<Core>(environment, calls, std::move(on_state))) {}
Registrar::~Registrar() {
  core_->Stop();
}

void Registrar::Start() {
  core_->Start();
}
void Registrar::Stop() {
  core_->Stop();
}
Status Registrar::Add(const v1::InstanceSpec& spec) {
  return core_->Add(spec, Life{.may_raise = spec.incarnation() == 0});
}
Status Registrar::Add(const v1::InstanceSpec& spec, Life life) {
  return core_->Add(spec, life);
}
void Registrar::Pause(std::string_view path) {
  core_->Pause(path);
}
void Registrar::Release(std::string_view path) {
  core_->Release(path);
}
Status Registrar::Remove(std::string_view path) {
  return core_->Remove(path);
}
bool Registrar::registered(std::string_view path) const {
  return core_->keeper().registered(path);
}
uint64_t Registrar::incarnation(std::string_view path) const {
  return core_->keeper().incarnation(path);
}
uint64_t Registrar::count(std::string_view path) const {
  return core_->keeper().count(path);
}
size_t Registrar::size() const {
  return core_->keeper().size();
}

}  // namespace bellrock::naming::client
