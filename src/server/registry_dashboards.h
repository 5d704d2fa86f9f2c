// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <optional>
#include <string_view>

#include "metrics/server/dashboard_store.h"
#include "naming/server/document_store.h"

namespace bellrock::server {

// Dashboards as documents of the registry: of the service "dashboards/ID", on the subject
// "dashboards". Lives on the control plane's loop.
class RegistryDashboards final : public metrics::server::DashboardStore {
 public:
  explicit RegistryDashboards(naming::server::DocumentStore& documents) : documents_(documents) {}

  Result<Done> Put(ServerContext& context, const Change& change) override;
  std::optional<metrics::server::KeptDashboard> Get(std::string_view id) const override;
  void ForEach(
      const std::function<void(const metrics::server::KeptDashboard&)>& visit) const override;

 private:
  naming::server::DocumentStore& documents_;
};

}  // namespace bellrock::server
