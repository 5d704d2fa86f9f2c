// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <vector>

#include "bellrock/naming/v1/naming.bellrock.h"
#include "fiber/fiber.h"
#include "fiber/sync.h"

namespace bellrock::naming::client {

// For tests: a registry of a few lines without leases; counts what it is asked. Wipe() makes it
// another server with an empty history.
class FakeRegistry final : public v1::NamingService {
 public:
  Result<v1::RegisterReply> Register(ServerContext&, const v1::RegisterRequest& request) override {
    ++registers;
    Put(request.instance(), v1::INSTANCE_STATE_INITIAL);
    v1::RegisterReply reply;
    reply.set_revision(revision_);
    reply.set_lease_ms(request.instance().lease_ms());
    return reply;
  }

  Result<v1::HeartbeatReply> Heartbeat(ServerContext&,
                                       const v1::HeartbeatRequest& request) override {
    ++heartbeats;
    v1::HeartbeatReply reply;
    for (const std::string& path : request.paths()) {
      const auto it = instances_.find(path);
      if (it == instances_.end()) {
        reply.add_unknown(path);
      } else if (it->second.state() != v1::INSTANCE_STATE_WORKING) {
        Put(v1::InstanceSpec(it->second.spec()), v1::INSTANCE_STATE_WORKING);
      }
    }
    return reply;
  }

  Result<v1::DeregisterReply> Deregister(ServerContext&,
                                         const v1::DeregisterRequest& request) override {
    ++deregisters;
    if (instances_.erase(request.path()) > 0) {
      v1::Event& event = NewEvent(v1::Event::KIND_REMOVE);
      event.mutable_instance()->mutable_spec()->set_path(request.path());
    }
    return v1::DeregisterReply();
  }

  Status Watch(ServerContext&, const v1::WatchRequest& request,
               Writer<v1::WatchReply>& writer) override {
    ++watches;
    last_since = request.since_revision();
    size_t sent = events_.size();
    if (last_since > 0 && last_since <= events_.size()) {
      sent = last_since;  // revision n is event n-1
    } else {
      BELLROCK_TRY(writer.Write(Full()));
    }
    while (true) {
      if (!mute) {
        v1::WatchReply reply = Head(false);
        for (; sent < events_.size(); ++sent) *reply.add_events() = events_[sent];
        BELLROCK_TRY(writer.Write(reply));
      }
      (void)changed_.Wait(fiber::Loop::Current()->Now() + std::chrono::seconds(10));
      BELLROCK_TRY(fiber::CheckCurrent());
    }
  }

  void Put(const v1::InstanceSpec& spec, v1::InstanceState state = v1::INSTANCE_STATE_WORKING) {
    v1::Event& event = NewEvent(v1::Event::KIND_PUT);
    v1::Instance& instance = *event.mutable_instance();
    *instance.mutable_spec() = spec;
    instance.set_state(state);
    instance.set_revision(revision_);
    instances_[spec.path()] = instance;
  }
  void Put(const std::string& path) {
    v1::InstanceSpec spec;
    spec.set_path(path);
    Put(spec);
  }

  void Wipe() {
    ++epoch_;
    revision_ = 0;
    instances_.clear();
    events_.clear();
  }

  bool has(const std::string& path) const { return instances_.contains(path); }
  bool working(const std::string& path) const {
    const auto it = instances_.find(path);
    return it != instances_.end() && it->second.state() == v1::INSTANCE_STATE_WORKING;
  }
  size_t size() const { return instances_.size(); }

  int registers = 0;
  int heartbeats = 0;
  int deregisters = 0;
  int watches = 0;
  uint64_t last_since = 0;
  bool mute = false;  // watches say nothing more, not even signs of life

 private:
  v1::WatchReply Head(bool full) const {
    v1::WatchReply reply;
    reply.set_full(full);
    reply.set_epoch(epoch_);
    reply.set_revision(revision_);
    return reply;
  }
  v1::WatchReply Full() const {
    v1::WatchReply reply = Head(true);
    for (const auto& [path, instance] : instances_) {
      v1::Event& event = *reply.add_events();
      event.set_kind(v1::Event::KIND_PUT);
      event.set_revision(instance.revision());
      *event.mutable_instance() = instance;
    }
    return reply;
  }
  v1::Event& NewEvent(v1::Event::Kind kind) {
    v1::Event& event = events_.emplace_back();
    event.set_kind(kind);
    event.set_revision(++revision_);
    changed_.WakeAll();
    return event;
  }

  std::map<std::string, v1::Instance> instances_;
  std::vector<v1::Event> events_;
  uint64_t revision_ = 0;
  uint64_t epoch_ = 1;
  fiber::WaitQueue changed_;
};

}  // namespace bellrock::naming::client
