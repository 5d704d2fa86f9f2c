// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "naming/server/document_store.h"
#include "settings/settings_store.h"

namespace bellrock::server {

// The settings of one subject as documents of the registry. Lives on the control plane's loop.
class RegistrySettings final : public settings::SettingsStore {
 public:
  // The documents are borrowed.
  RegistrySettings(naming::server::DocumentStore& documents, std::string subject)
      : documents_(documents), subject_(std::move(subject)) {}
  ~RegistrySettings() override { documents_.Listen(subject_, nullptr); }
  RegistrySettings(const RegistrySettings&) = delete;
  RegistrySettings& operator=(const RegistrySettings&) = delete;

  Result<Done> Put(ServerContext& context, const Change& change) override;
  std::optional<settings::KeptSettings> Get(std::string_view name) const override;
  void ForEach(const std::function<void(const settings::KeptSettings&)>& visit) const override;
  void Listen(Listener listener) override;

 private:
  naming::server::DocumentStore& documents_;
  const std::string subject_;
};

}  // namespace bellrock::server
