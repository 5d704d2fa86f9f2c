// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <optional>
#include <string_view>

#include "metrics/alarm_server/settings_store.h"
#include "naming/server/document_store.h"

namespace bellrock::server {

// Alarm settings as documents of the registry, on the subject "alarms". Lives on the control
// plane's loop.
class RegistryAlarms final : public metrics::alarm_server::SettingsStore {
 public:
  explicit RegistryAlarms(naming::server::DocumentStore& documents) : documents_(documents) {}

  Result<Done> Put(ServerContext& context, const Change& change) override;
  std::optional<metrics::alarm_server::KeptSettings> Get(std::string_view name) const override;
  void ForEach(
      const std::function<void(const metrics::alarm_server::KeptSettings&)>& visit) const override;

 private:
  naming::server::DocumentStore& documents_;
};

}  // namespace bellrock::server
