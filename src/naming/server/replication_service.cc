// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "naming/server/replication_service.h"

#include <fmt/format.h>

#include "fiber/fiber.h"
#include "naming/server/replication_wire.h"
#include "naming/server/stopping.h"

namespace bellrock::naming::server {
namespace {

constexpr Duration kGather = std::chrono::milliseconds(1);

}  // namespace

Result<v1::PullReply> ReplicationService::Pull(ServerContext&, const v1::PullRequest& request) {
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

Result<v1::RepairReply> ReplicationService::Repair(ServerContext&,
                                                   const v1::RepairRequest& request) {
  const auto host = host_;
  if (host->stopping()) return StoppingError();
  if (!host->has_room()) return ResourceExhaustedError("the disk is too far behind: try later");
  BELLROCK_ASSIGN(const replica::RepairRequest asked, FromWire(request));
  v1::RepairReply wire;
  ToWire(host->node().AnswerRepair(asked, host->Now()), wire);
  host->Changed();
  return wire;
}

Result<v1::ShareReply> ReplicationService::Share(ServerContext&, const v1::ShareRequest& request) {
  replica::Replica& replica = host_->registry().replica();
  std::vector<replica::SeenBy> heard;
  for (const v1::SeenBy& seen : request.heard()) heard.push_back(FromWire(seen));
  replica.HearShared(heard);
  v1::ShareReply reply;
  for (const replica::SeenBy& seen : replica.ShareHeard()) ToWire(seen, *reply.add_heard());
  return reply;
}

}  // namespace bellrock::naming::server
