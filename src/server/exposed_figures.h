// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "bellrock/status.h"
#include "fiber/loop.h"
#include "metrics/server/data_centre.h"
#include "naming/server/naming_server.h"
#include "rpc/server.h"

namespace bellrock::server {

// What a server tells of its registry and its data centre at GET /metrics, beside what every server
// tells (docs/metrics-scrape.md). Both are borrowed and asked on the loop on which this was made,
// whatever loop took the connection. Outlives the server.
class ExposedFigures {
 public:
  ExposedFigures(naming::server::NamingServer& naming, metrics::server::DataCentre& centre);
  // Before the server listens.
  void AddTo(rpc::Server& server);

 private:
  void AddRegistry(Exposition& out);
  void AddDataCentre(Exposition& out);

  fiber::Loop& home_;
  naming::server::NamingServer& naming_;
  metrics::server::DataCentre& centre_;
};

}  // namespace bellrock::server
