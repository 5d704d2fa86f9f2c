// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "bellrock/metrics/v1/dashboards.bellrock.h"
#include "fiber/environment.h"
#include "settings/settings_store.h"

namespace bellrock::metrics::server {

// bellrock.metrics.v1.Dashboards, each kept in a store (borrowed) under the name "dashboards/ID".
// All handlers run on the store's loop.
class DashboardsService final : public v1::DashboardsService {
 public:
  DashboardsService(fiber::Environment environment, settings::SettingsStore& store)
      : environment_(environment), store_(store) {}

  Result<v1::ListDashboardsReply> List(ServerContext& context,
                                       const v1::ListDashboardsRequest& request) override;
  Result<v1::StoredDashboard> Get(ServerContext& context,
                                  const v1::GetDashboardRequest& request) override;
  Result<v1::StoredDashboard> Set(ServerContext& context,
                                  const v1::SetDashboardRequest& request) override;
  Result<v1::RemoveDashboardReply> Remove(ServerContext& context,
                                          const v1::RemoveDashboardRequest& request) override;

 private:
  // kNotFound for what was never there or is removed.
  Result<v1::StoredDashboard> Read(const std::string& id) const;
  Result<std::string> NewId() const;

  fiber::Environment environment_;
  settings::SettingsStore& store_;
};

}  // namespace bellrock::metrics::server
