// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "bellrock/metrics/v1/metrics.pb.h"
#include "bellrock/metrics/v1/units.bellrock.h"
#include "settings/settings_store.h"

namespace bellrock::metrics::server {

// bellrock.metrics.v1.Units, each kept in a store (borrowed) under the service's name; and what the
// sources of calls are told of them. All members are for the store's loop.
class UnitsService final : public v1::UnitsService {
 public:
  explicit UnitsService(settings::SettingsStore& store);
  ~UnitsService() override;
  UnitsService(const UnitsService&) = delete;
  UnitsService& operator=(const UnitsService&) = delete;

  Result<v1::ListUnitsReply> List(ServerContext& context,
                                  const v1::ListUnitsRequest& request) override;
  Result<v1::StoredUnit> Get(ServerContext& context, const v1::GetUnitRequest& request) override;
  Result<v1::StoredUnit> Set(ServerContext& context, const v1::SetUnitRequest& request) override;

  // Says in the reply to a push what holds.
  void Tell(v1::PushReply& reply);

 private:
  const std::vector<v1::ServiceUnit>& Told();

  settings::SettingsStore& store_;
  // What is told with each push; nothing if a setting changed since.
  std::optional<std::vector<v1::ServiceUnit>> told_;
};

}  // namespace bellrock::metrics::server
