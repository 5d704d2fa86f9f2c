// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "naming/client/registry_calls.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "base/log.h"
#include "bellrock/naming/v1/naming.bellrock.h"
#include "fiber/fiber.h"
#include "fiber/sync.h"
#include "naming/client/backoff.h"
#include "rpc/error_catalog.h"

namespace bellrock::naming::client {
namespace {

// Codes that speak of the server and not of the call: another one may serve it.
bool IsServersFault(StatusCode code) {
  return code == StatusCode::kUnavailable || code == StatusCode::kDeadlineExceeded;
}

LeaderFinder::Failure HowItFailed(const Status& status) {
  using Failure = LeaderFinder::Failure;
  if (status.code() == StatusCode::kDeadlineExceeded) return Failure::kSilent;
  return rpc::IsNumbered(status) ? Failure::kUnreachable : Failure::kUnable;
}

Duration TimeoutOf(const LeaderFinder::Way& way) {
  return way.silences() == 0 ? kTryTimeout : kNextTryTimeout;
}

const v1::Leader* RedirectOf(const auto& reply) {
  return reply.has_redirect() ? &reply.redirect() : nullptr;
}
const v1::Leader* RedirectOf(const v1::LookupReply&) {
  return nullptr;
}
bool OnlyLeaderServes(const auto&) {
  return true;
}
bool OnlyLeaderServes(const v1::LookupReply&) {
  return false;
}

}  // namespace

class RegistryCalls::Core {
 public:
  Core(fiber::Environment environment, ServerSet& servers)
      : env_(environment), servers_(servers), finder_(environment.random.Next()) {}

  void Start() {
    running_ = true;
    check_loop_ = fiber::Start([this] { CheckLoop(); });
  }
  void Stop() {
    running_ = false;
    check_loop_ = fiber::JoinHandle();
  }

  // `send` makes the call by a stub: Result<Reply>(NamingStub&, OnFollower, const CallOptions&).
  // Until one server has served it or refused it for its own sake, or all have failed.
  template <typename Send>
  auto Round(LeaderFinder::Way way, Time until, const Send& send)
      -> decltype(send(std::declval<v1::NamingStub&>(), v1::OnFollower(), CallOptions())) {
    RefreshServers();
    Status last = UnavailableError("no server of the registry is known yet");
    while (const std::optional<LeaderFinder::Try> next = finder_.Next(way)) {
      const Duration left = until - env_.clock.Now();
      if (left <= Duration(0)) return DeadlineExceededError(TriedText(way, last));
      const std::shared_ptr<ChannelInterface> channel = servers_.To(next->server);
      v1::NamingStub stub(*channel);
      auto reply = send(stub, next->forward ? v1::ON_FOLLOWER_FORWARD : v1::ON_FOLLOWER_REDIRECT,
                        CallOptions{.timeout = std::min(left, TimeoutOf(way)), .attempts = 1});
      if (fiber::CurrentCancelled()) return CancelledError("stopped");
      const v1::Leader* redirect = reply.ok() ? RedirectOf(*reply) : nullptr;
      if (redirect == nullptr && !IsServersFault(reply.status().code())) {
        if (reply.ok() && OnlyLeaderServes(*reply)) Note(*next, [&] { finder_.OnServed(*next); });
        return reply;
      }
      last = redirect == nullptr ? reply.status() : UnavailableError(Named(*next, *redirect));
      Note(*next, [&] { Failed(way, *next, redirect, reply.status()); });
    }
    return UnavailableError(TriedText(way, last));
  }

  template <typename Send>
  auto Once(Time until, const Send& send) {
    auto reply = Round(LeaderFinder::Way(), until, send);
    if (IsServersFault(reply.status().code())) servers_.OnAllFailed();
    return reply;
  }

  template <typename Send>
  auto Until(Time until, const Send& send) {
    Backoff pause(kRoundPauseMin, kRoundPauseMax);
    for (;;) {
      auto reply = Once(until, send);
      if (!IsServersFault(reply.status().code())) return reply;
      const Time next = env_.clock.Now() + pause.Next(env_.random.Next());
      if (next >= until || !fiber::SleepUntil(next).ok()) return reply;
    }
  }

  Time After(Duration timeout) { return env_.clock.Now() + timeout; }
  const LeaderFinder& finder() const { return finder_; }

 private:
  void RefreshServers() {
    if (known_version_ == servers_.version() && known_version_ != 0) return;
    known_version_ = servers_.version();
    finder_.SetServers(servers_.Addresses());
  }

  void Failed(LeaderFinder::Way& way, const LeaderFinder::Try& tried, const v1::Leader* redirect,
              const Status& status) {
    const Time now = env_.clock.Now();
    if (redirect != nullptr) {
      const Result<Address> leader = Address::Parse(redirect->address());
      if (leader.ok()) return finder_.OnRedirect(way, tried, *leader, now);
    }
    finder_.OnFailed(way, tried, now, HowItFailed(status));
  }

  // Tells in the log what `change` did to the mode.
  template <typename Change>
  void Note(const LeaderFinder::Try& tried, Change change) {
    using Mode = LeaderFinder::Mode;
    const Mode before = finder_.mode();
    change();
    if (finder_.mode() == before) return;
    check_wake_.WakeAll();
    if (finder_.mode() == Mode::kProxy) {
      log::Warning("naming/client", "the leader {} does not answer; asking others to pass calls on",
                   finder_.leader()->ToString());
    } else if (before == Mode::kProxy) {
      log::Info("naming/client", "{} leads and answers: proxy mode ends", tried.server.ToString());
    }
  }

  static std::string Named(const LeaderFinder::Try& tried, const v1::Leader& leader) {
    return fmt::format("{} names {} as the leader", tried.server.ToString(),
                       leader.address().empty() ? "nobody" : leader.address());
  }
  static std::string TriedText(const LeaderFinder::Way& way, const Status& last) {
    std::string failed;
    for (const Address& server : way.failed()) {
      failed += (failed.empty() ? "" : ", ") + server.ToString();
    }
    return fmt::format("no server of the registry serves it (tried: {}); the last said: {}",
                       failed.empty() ? "none" : failed, last.ToString());
  }

  void CheckLoop() {
    while (running_ && !fiber::CurrentCancelled()) {
      if (env_.clock.Now() < finder_.check_due()) {
        (void)check_wake_.Wait(finder_.check_due());
        continue;
      }
      const LeaderFinder::Way way = finder_.BeginCheck(env_.clock.Now(), env_.random.Next());
      // A heartbeat for nobody: served by the leader only, and without an effect.
      (void)Round(way, env_.clock.Now() + LeaderFinder::kLeaderCheck,
                  [](v1::NamingStub& stub, v1::OnFollower, const CallOptions& options) {
                    v1::HeartbeatRequest nobody;
                    nobody.set_on_follower(v1::ON_FOLLOWER_REDIRECT);
                    return stub.Heartbeat(nobody, options);
                  });
    }
  }

  fiber::Environment env_;
  ServerSet& servers_;
  LeaderFinder finder_;
  uint64_t known_version_ = 0;
  bool running_ = false;
  fiber::WaitQueue check_wake_;
  fiber::JoinHandle check_loop_;
};

RegistryCalls::RegistryCalls(fiber::Environment environment, ServerSet& servers)
    : core_(std::make_unique<Core>(environment, servers)) {}
RegistryCalls::~RegistryCalls() {
  core_->Stop();
}

void RegistryCalls::Start() {
  core_->Start();
}
void RegistryCalls::Stop() {
  core_->Stop();
}

Result<v1::RegisterReply> RegistryCalls::Register(v1::RegisterRequest request, Duration timeout) {
  return core_->Once(core_->After(timeout), [&](v1::NamingStub& stub, v1::OnFollower on_follower,
                                                const CallOptions& options) {
    request.set_on_follower(on_follower);
    return stub.Register(request, options);
  });
}

Result<v1::HeartbeatReply> RegistryCalls::Heartbeat(v1::HeartbeatRequest request,
                                                    Duration timeout) {
  return core_->Once(core_->After(timeout), [&](v1::NamingStub& stub, v1::OnFollower on_follower,
                                                const CallOptions& options) {
    request.set_on_follower(on_follower);
    return stub.Heartbeat(request, options);
  });
}

Status RegistryCalls::Deregister(const std::string& path, uint64_t incarnation, Duration timeout) {
  v1::DeregisterRequest request;
  request.set_path(path);
  request.set_incarnation(incarnation);
  return core_
      ->Until(core_->After(timeout),
              [&](v1::NamingStub& stub, v1::OnFollower on_follower, const CallOptions& options) {
                request.set_on_follower(on_follower);
                return stub.Deregister(request, options);
              })
      .status();
}

Result<v1::Instance> RegistryCalls::Find(const std::string& path, Duration timeout) {
  v1::LookupRequest request;
  request.set_target(path);
  request.set_include_unusable(true);
  BELLROCK_ASSIGN(const v1::LookupReply reply,
                  core_->Once(core_->After(timeout), [&](v1::NamingStub& stub, v1::OnFollower,
                                                         const CallOptions& options) {
                    return stub.Lookup(request, options);
                  }));
  for (const v1::Instance& instance : reply.instances()) {
    if (instance.spec().path() == path) return instance;
  }
  return NotFoundError("the registry does not know " + path);
}

LeaderFinder::Mode RegistryCalls::mode() const {
  return core_->finder().mode();
}
const std::optional<Address>& RegistryCalls::leader() const {
  return core_->finder().leader();
}

}  // namespace bellrock::naming::client
