// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "naming/server/replication_service.h"

#include <fmt/format.h>

#include "base/log.h"
#include "fiber/fiber.h"
#include "naming/server/replication_wire.h"
#include "naming/server/stopping.h"

namespace bellrock::naming::server {
namespace {

constexpr Duration kGather = std::chrono::milliseconds(1);

}  // namespace

Status ReplicationService::Admit(const ServerContext& context) {
  const auto& cluster = host_->options().cluster;
  if (!cluster || !cluster->secret) return Status::Ok();
  if (cluster->secret->Admits(context.metadata(ClusterSecret::kTokenName))) return Status::Ok();
  ++refused_;
  if (complaint_.Due(host_->Now().now)) {
    log::Warning("naming/cluster",
                 "a replication call of {} is refused, {} so far: it has not this cluster's secret",
                 context.peer(), refused_);
  }
  return UnauthenticatedError(
      "only servers of this cluster may ask for that: give all of them the same "
      "--cluster-secret-file");
}

Result<v1::PullReply> ReplicationService::Pull(ServerContext& context,
                                               const v1::PullRequest& request) {
  BELLROCK_TRY(Admit(context));
  const auto host = host_;
  if (request.wait_ms() < 0 || request.wait_ms() > kWaitMsMax) {
    return InvalidArgumentError(
        fmt::format("wait_ms {}: use 0..{}", request.wait_ms(), kWaitMsMax));
  }
  const replica::PullRequest pull = FromWire(request.from());
  const size_t sources = host->node().sources().size();
  const Time until = host->Now().now + std::chrono::milliseconds(request.wait_ms());
  const auto settle = [&](replica::PullReply reply) {
    if (host->node().sources().size() != sources) on_changed_();
    v1::PullReply wire;
    ToWire(reply, wire);
    return wire;
  };
  // What the caller has seen counts from now on, not only when there is news.
  replica::PullReply reply = host->node().AnswerPull(pull, host->Now().now);
  while (!host->node().HasNewsFor(pull)) {
    if (host->stopping()) return StoppingError();
    if (!host->WaitForNews(until).ok()) return settle(std::move(reply));
    // Under load a batch goes out each time, not each event.
    BELLROCK_TRY(fiber::SleepFor(kGather));
  }
  return settle(host->node().AnswerPull(pull, host->Now().now));
}

Result<v1::RepairReply> ReplicationService::Repair(ServerContext& context,
                                                   const v1::RepairRequest& request) {
  BELLROCK_TRY(Admit(context));
  const auto host = host_;
  if (host->stopping()) return StoppingError();
  if (!host->has_room()) return ResourceExhaustedError("the disk is too far behind: try later");
  BELLROCK_ASSIGN(const replica::RepairRequest asked, FromWire(request));
  v1::RepairReply wire;
  ToWire(host->node().AnswerRepair(asked, host->Now()), wire);
  host->Changed();
  return wire;
}

Result<v1::ShareReply> ReplicationService::Share(ServerContext& context,
                                                 const v1::ShareRequest& request) {
  BELLROCK_TRY(Admit(context));
  replica::Replica& replica = host_->registry().replica();
  std::vector<replica::SeenBy> heard;
  for (const v1::SeenBy& seen : request.heard()) heard.push_back(FromWire(seen));
  replica.HearShared(heard);
  v1::ShareReply reply;
  for (const replica::SeenBy& seen : replica.ShareHeard()) ToWire(seen, *reply.add_heard());
  return reply;
}

}  // namespace bellrock::naming::server
