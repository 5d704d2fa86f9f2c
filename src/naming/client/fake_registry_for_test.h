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
// another server with an empty history; Leads() makes it a follower.
class FakeRegistry final : public v1::NamingService {
 public:
  Result<v1::RegisterReply> Register(ServerContext& context,
                                     const v1::RegisterRequest& request) override {
    v1::RegisterReply reply;
    BELLROCK_ASSIGN(const bool here, Here(request.on_follower(), *reply.mutable_redirect()));
    if (!here) return reply;
    reply.clear_redirect();
    const v1::InstanceSpec& spec = request.instance();
    if (leader_ != nullptr) return leader_->Register(context, request);
    ++registers;
    last_sequence = request.sequence();
    if (spec.incarnation() < newest_[spec.path()]) return AbortedError("outdated incarnation");
    newest_[spec.path()] = spec.incarnation();
    Put(spec, v1::INSTANCE_STATE_INITIAL);
    reply.set_revision(revision_);
    reply.set_lease_ms(spec.lease_ms());
    reply.set_incarnation(spec.incarnation());
    return reply;
  }

  Result<v1::HeartbeatReply> Heartbeat(ServerContext& context,
                                       const v1::HeartbeatRequest& request) override {
    v1::HeartbeatReply reply;
    BELLROCK_ASSIGN(const bool here, Here(request.on_follower(), *reply.mutable_redirect()));
    if (!here) return reply;
    reply.clear_redirect();
    if (leader_ != nullptr) return leader_->Heartbeat(context, request);
    if (request.paths().empty()) return reply;
    ++heartbeats;
    for (int i = 0; i < request.paths_size(); ++i) {
      const std::string& path = request.paths(i);
      const auto it = instances_.find(path);
      if (i < request.counts_size()) {
        if (request.counts(i) < last_count) ++lower_counts;
        last_count = request.counts(i);
      }
      if (it == instances_.end() || request.incarnations(i) != it->second.spec().incarnation()) {
        reply.add_unknown(path);
      } else if (it->second.state() != v1::INSTANCE_STATE_WORKING) {
        Put(v1::InstanceSpec(it->second.spec()), v1::INSTANCE_STATE_WORKING);
      }
    }
    return reply;
  }

  Result<v1::DeregisterReply> Deregister(ServerContext& context,
                                         const v1::DeregisterRequest& request) override {
    v1::DeregisterReply reply;
    BELLROCK_ASSIGN(const bool here, Here(request.on_follower(), *reply.mutable_redirect()));
    if (!here) return reply;
    reply.clear_redirect();
    if (leader_ != nullptr) return leader_->Deregister(context, request);
    ++deregisters;
    if (request.incarnation() < newest_[request.path()]) return reply;  // a later life
    newest_[request.path()] = request.incarnation() + 1;
    if (instances_.erase(request.path()) > 0) {
      v1::Event& event = NewEvent(v1::Event::KIND_REMOVE);
      event.mutable_instance()->mutable_spec()->set_path(request.path());
    }
    return reply;
  }

  Result<v1::LookupReply> Lookup(ServerContext&, const v1::LookupRequest& request) override {
    v1::LookupReply reply;
    const auto it = instances_.find(request.target());
    if (it != instances_.end()) *reply.add_instances() = it->second;
    return reply;
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

  // From now on a follower of `leader`, which serves at `address`; of nobody: leads itself.
  // `reaches`: can pass calls on to it.
  void Follow(FakeRegistry* leader, const std::string& address = "", bool reaches = true) {
    leader_ = leader;
    leader_address_ = address;
    reaches_leader_ = reaches;
  }

  void Wipe() {
    ++epoch_;
    revision_ = 0;
    newest_.clear();
    instances_.clear();
    events_.clear();
  }

  bool has(const std::string& path) const { return instances_.contains(path); }
  bool working(const std::string& path) const {
    const auto it = instances_.find(path);
    return it != instances_.end() && it->second.state() == v1::INSTANCE_STATE_WORKING;
  }
  uint64_t incarnation(const std::string& path) const {
    const auto it = instances_.find(path);
    return it == instances_.end() ? 0 : it->second.spec().incarnation();
  }
  size_t size() const { return instances_.size(); }

  int registers = 0;
  int heartbeats = 0;
  int deregisters = 0;
  int watches = 0;
  int redirects = 0;
  uint64_t last_count = 0;     // of a heartbeat
  int lower_counts = 0;        // heartbeats with a lower count than the one before
  uint64_t last_sequence = 0;  // of a registration
  uint64_t last_since = 0;
  bool mute = false;  // watches say nothing more, not even signs of life

 private:
  // Whether this one serves the call or passes it on; else `redirect` is filled.
  Result<bool> Here(v1::OnFollower on_follower, v1::Leader& redirect) {
    if (leader_ == nullptr) return true;
    if (on_follower == v1::ON_FOLLOWER_REDIRECT) {
      ++redirects;
      redirect.set_address(leader_address_);
      return false;
    }
    if (!reaches_leader_) return UnavailableError("the leader cannot be reached from here");
    return true;
  }
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
  std::map<std::string, uint64_t> newest_;  // incarnations
  FakeRegistry* leader_ = nullptr;
  std::string leader_address_;
  bool reaches_leader_ = true;
  fiber::WaitQueue changed_;
};

}  // namespace bellrock::naming::client
