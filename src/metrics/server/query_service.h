// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "bellrock/metrics/v1/query.bellrock.h"
#include "metrics/server/data_centre.h"

namespace bellrock::metrics::server {

// bellrock.metrics.v1.Query over a data centre (borrowed). All handlers run on its loop.
class QueryService final : public v1::QueryService {
 public:
  QueryService(DataCentre& centre, const std::vector<DimensionSet>& sets)
      : centre_(centre), sets_(sets) {}

  Result<v1::FiguresReply> Figures(ServerContext& context,
                                   const v1::FiguresRequest& request) override;
  Result<v1::DescribeReply> Describe(ServerContext& context,
                                     const v1::DescribeRequest& request) override;
  Result<v1::HeatReply> Heat(ServerContext& context, const v1::HeatRequest& request) override;
  Result<v1::MoversReply> Movers(ServerContext& context, const v1::MoversRequest& request) override;

 private:
  DataCentre& centre_;
  const std::vector<DimensionSet> sets_;
};

}  // namespace bellrock::metrics::server
