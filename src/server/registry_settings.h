// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <optional>
#include <string_view>

#include "naming/server/document_store.h"
#include "routing/server/settings_store.h"

namespace bellrock::server {

// Routing's settings as documents of the registry, on the subject "routing". Lives on the control
// plane's loop.
class RegistrySettings final : public routing::server::SettingsStore {
 public:
  explicit RegistrySettings(naming::server::DocumentStore& documents) : documents_(documents) {}

  Result<Done> Put(ServerContext& context, const Change& change) override;
  std::optional<routing::server::KeptSettings> Get(std::string_view service) const override;
  void ForEach(
      const std::function<void(const routing::server::KeptSettings&)>& visit) const override;
  void Listen(Listener listener) override;

 private:
  naming::server::DocumentStore& documents_;
};

}  // namespace bellrock::server
