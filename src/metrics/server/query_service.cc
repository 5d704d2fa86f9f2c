// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/server/query_service.h"

#include "metrics/query/figures.h"
#include "metrics/query/heat.h"
#include "metrics/query/movers.h"

namespace bellrock::metrics::server {

Result<v1::FiguresReply> QueryService::Figures(ServerContext&, const v1::FiguresRequest& request) {
  return query::FiguresOf(centre_.source(), request);
}

Result<v1::HeatReply> QueryService::Heat(ServerContext&, const v1::HeatRequest& request) {
  return query::HeatOf(centre_.source(), request);
}

Result<v1::MoversReply> QueryService::Movers(ServerContext&, const v1::MoversRequest& request) {
  return query::MoversOf(centre_.source(), request);
}

Result<v1::DescribeReply> QueryService::Describe(ServerContext&, const v1::DescribeRequest&) {
  const DataCentreHealth health = centre_.Health();
  v1::DescribeReply reply;
  for (const DimensionSet& set : sets_) {
    v1::DescribeReply::Set& to = *reply.add_sets();
    to.set_name(set.name);
    to.set_seconds(set.seconds);
  }
  for (const DataCentreHealth::Partition& partition : health.partitions) {
    v1::DescribeReply::Partition& to = *reply.add_partitions();
    to.set_number(partition.number);
    to.set_worked(partition.worked);
    to.set_cut(partition.cut);
    to.set_behind(partition.behind);
    to.set_error(partition.error);
    to.set_node(partition.node);
    to.set_epoch(partition.epoch);
  }
  for (const ClusterLive::NodeRow& node : health.nodes) {
    v1::DescribeReply::Node& to = *reply.add_nodes();
    to.set_name(node.member.name);
    to.set_address(node.member.address);
    to.set_answers(node.answers);
    to.set_partitions(node.partitions);
    to.set_error(node.error);
  }
  reply.set_complete_until(health.complete_until);
  reply.set_calls_counted(health.calls_counted);
  reply.set_calls_lost(health.calls_lost);
  reply.set_duplicates(health.duplicates);
  reply.set_pushes(health.pushes);
  reply.set_queue_bytes(health.queue_bytes);
  return reply;
}

}  // namespace bellrock::metrics::server
