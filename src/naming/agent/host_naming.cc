// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "naming/agent/host_naming.h"

#include <algorithm>
#include <map>
#include <utility>
#include <vector>

#include "base/log.h"
#include "fiber/fiber.h"
#include "fiber/sync.h"
#include "naming/client/registrar.h"

namespace bellrock::naming::agent {
namespace {

constexpr Duration kStopPatience = std::chrono::seconds(1);

// One Announce call, on its handler's stack.
struct Session {
  std::string path;
  uint64_t token = 0;
  bool superseded = false;
  bool changed = false;  // state was not yet written
  Status state = UnavailableError("registering");
  fiber::WaitQueue wake{};
};

}  // namespace

class HostNaming::Core {
 public:
  Core(fiber::Environment environment, client::RegistryCalls& calls)
      : env_(environment),
        registrar_(environment, calls,
                   [this](const std::string& path, const Status& state) { OnState(path, state); }) {
  }

  void Start() {
    running_ = true;
    registrar_.Start();
    grace_loop_ = fiber::Start([this] { GraceLoop(); });
  }

  void Stop() {
    running_ = false;
    for (auto& [path, session] : sessions_) session->wake.WakeAll();
    if (grace_loop_.joinable()) grace_loop_.Cancel();
    for (fiber::JoinHandle& handle : removals_) handle.Cancel();
    grace_loop_ = fiber::JoinHandle();
    registrar_.Stop();
    // A handler that writes to a stuck peer ends with the server's shutdown, not here.
    if (fiber::InFiber()) (void)handlers_.Wait(env_.clock.Now() + kStopPatience);
  }

  Status Announce(const v1::AnnounceRequest& request, Writer<v1::AnnounceReply>& writer) {
    if (!running_) return UnavailableError("the agent is stopping");
    const v1::InstanceSpec& spec = request.instance();
    Session session{.path = spec.path()};
    BELLROCK_ASSIGN(session.token, table_.Begin(spec.path(), spec.incarnation()));
    Enter(spec.path(), session);
    handlers_.Add();
    Status ended = registrar_.Add(
        spec, client::Life{.may_raise = request.may_raise(), .count = request.count()});
    const bool added = ended.ok();
    if (added) ended = Serve(session, writer);
    Leave(spec.path(), session, added);
    handlers_.Done();
    return ended;
  }

  size_t size() const { return table_.size(); }

 private:
  void Enter(const std::string& path, Session& session) {
    Session*& place = sessions_[path];
    if (place != nullptr) {
      place->superseded = true;
      place->wake.WakeAll();
    }
    place = &session;
  }

  // Writes each change and signs of life until the caller goes, another takes its place or the
  // agent stops.
  Status Serve(Session& session, Writer<v1::AnnounceReply>& writer) {
    Time next_sign = env_.clock.Now() + kAnnounceSignOfLife;
    while (running_ && !session.superseded) {
      if (session.changed || env_.clock.Now() >= next_sign) {
        session.changed = false;
        next_sign = env_.clock.Now() + kAnnounceSignOfLife;
        BELLROCK_TRY(writer.Write(ReplyFor(session)));
        continue;
      }
      (void)session.wake.Wait(next_sign);
      BELLROCK_TRY(fiber::CheckCurrent());
    }
    if (session.superseded) return AbortedError("a later incarnation announced itself");
    return UnavailableError("the agent is stopping; announce to the next one");
  }

  v1::AnnounceReply ReplyFor(const Session& session) const {
    v1::AnnounceReply reply;
    reply.set_registered(session.state.ok());
    if (!session.state.ok()) reply.set_problem(session.state.ToString());
    reply.set_incarnation(registrar_.incarnation(session.path));
    reply.set_count(registrar_.count(session.path));
    return reply;
  }

  void Leave(const std::string& path, Session& session, bool added) {
    if (!session.superseded) sessions_.erase(path);
    if (!running_) return;
    if (!added) {
      table_.Drop(path, session.token);
    } else if (table_.Break(path, session.token, env_.clock.Now())) {
      registrar_.Pause(path);
      grace_wake_.WakeAll();
    }
  }

  void OnState(const std::string& path, const Status& state) {
    const auto it = sessions_.find(path);
    if (it == sessions_.end()) return;
    it->second->state = state;
    it->second->changed = true;
    it->second->wake.WakeAll();
  }

  void GraceLoop() {
    while (running_ && !fiber::CurrentCancelled()) {
      std::vector<std::string> expired = table_.TakeExpired(env_.clock.Now());
      if (expired.empty()) {
        (void)grace_wake_.Wait(table_.due());
        continue;
      }
      RemoveAll(std::move(expired));
    }
  }

  void RemoveAll(std::vector<std::string> paths) {
    for (size_t at = 0; at < paths.size() && running_; at += kRemoveParallelMax) {
      const size_t end = std::min(paths.size(), at + kRemoveParallelMax);
      for (size_t i = at; i < end; ++i) {
        removals_.push_back(fiber::Start([this, path = paths[i]] { Remove(path); }));
      }
      for (fiber::JoinHandle& handle : removals_) handle.Join();
      removals_.clear();
    }
  }

  void Remove(const std::string& path) {
    if (table_.live(path)) return;  // announced again while this waited for its turn
    const Status removed = registrar_.Remove(path);
    log::Info("naming/agent", "{} broke its announcement and did not come back; deregistered: {}",
              path, removed.ToString());
  }

  fiber::Environment env_;
  client::Registrar registrar_;
  AnnounceTable table_;
  std::map<std::string, Session*> sessions_;  // live ones
  bool running_ = false;
  fiber::WaitGroup handlers_;
  fiber::WaitQueue grace_wake_;
  std::vector<fiber::JoinHandle> removals_;  // in flight
  fiber::JoinHandle grace_loop_;
};

HostNaming::HostNaming(fiber::Environment environment, client::RegistryCalls& calls)
    : core_(std::make_unique<Core>(environment, calls)) {}
HostNaming::~HostNaming() {
  core_->Stop();
}

void HostNaming::Start() {
  core_->Start();
}
void HostNaming::Stop() {
  core_->Stop();
}
size_t HostNaming::size() const {
  return core_->size();
}

Status HostNaming::Announce(ServerContext&, const v1::AnnounceRequest& request,
                            Writer<v1::AnnounceReply>& writer) {
  return core_->Announce(request, writer);
}

}  // namespace bellrock::naming::agent
