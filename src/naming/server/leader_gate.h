// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>

#include "bellrock/naming/v1/naming.bellrock.h"
#include "naming/server/leader_wait.h"
#include "naming/server/member_channels.h"
#include "naming/server/registry_host.h"
#include "naming/server/stopping.h"

namespace bellrock::naming::server {

// What becomes of a word or heartbeat at a node that does not lead its site (VIN-027, VIN-051): the
// caller is told the leader, or the leader is asked for him. On the registry's loop.
class LeaderGate {
 public:
  static constexpr size_t kForwardsMax = 10'000;  // in progress; beyond it callers are refused
  static constexpr Duration kForwardTimeout = std::chrono::seconds(1);

  explicit LeaderGate(std::shared_ptr<RegistryHost> host)
      : host_(std::move(host)),
        channels_(host_->environment()),
        wait_(host_->environment(), [this] { return SomebodyLeads() || host_->stopping(); }) {}

  // nullopt: this node leads, do it here. kUnavailable: nobody leads, or the leadership is moving.
  // Blocks for a while when nobody leads.
  template <typename Request, typename Reply>
  std::optional<Result<Reply>> Elsewhere(const Request& request,
                                         Result<Reply> (v1::NamingStub::*method)(const Request&,
                                                                                 const CallOptions&)
                                             const) {
    wait_.Hold();
    if (host_->stopping()) return StoppingError();
    const node::Plan& plan = host_->node().plan();
    if (plan.leading) return std::nullopt;
    if (!plan.leader) return NobodyLeads();
    if (request.on_follower() == v1::ON_FOLLOWER_REDIRECT) {
      Reply reply;
      Name(*plan.leader, *reply.mutable_redirect());
      return reply;
    }
    return Forward(request, method);
  }

 private:
  template <typename Request, typename Reply>
  Result<Reply> Forward(Request request,
                        Result<Reply> (v1::NamingStub::*method)(const Request&, const CallOptions&)
                            const) {
    BELLROCK_ASSIGN(const std::shared_ptr<ChannelInterface> channel,
                    channels_.To(plan_leader().name, plan_leader().address));
    if (forwards_ >= kForwardsMax) return TooMany();
    // It must not go round in circles while the leadership moves.
    request.set_on_follower(v1::ON_FOLLOWER_REDIRECT);
    ++forwards_;
    v1::NamingStub stub(*channel);
    const Duration timeout = WithinCallersTime(kForwardTimeout, host_->environment().clock.Now());
    Result<Reply> reply = (stub.*method)(request, CallOptions{.timeout = timeout});
    --forwards_;
    if (reply.status().code() == StatusCode::kDeadlineExceeded) return LeaderIsSilent();
    if (reply.ok() && reply->has_redirect()) return LeadershipMoves();
    return reply;
  }

  const node::Peer& plan_leader() const { return *host_->node().plan().leader; }
  void Name(const node::Peer& leader, v1::Leader& to) const;
  bool SomebodyLeads() const {
    return host_->node().plan().leading || host_->node().plan().leader.has_value();
  }
  Status NobodyLeads() const;
  static Status LeaderIsSilent();
  static Status TooMany();
  static Status LeadershipMoves();

  std::shared_ptr<RegistryHost> host_;
  MemberChannels channels_;
  LeaderWait wait_;
  size_t forwards_ = 0;
};

}  // namespace bellrock::naming::server
