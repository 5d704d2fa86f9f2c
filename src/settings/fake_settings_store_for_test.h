// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmt/format.h>

#include <map>
#include <string>
#include <utility>

#include "settings/settings_store.h"

namespace bellrock::settings {

// For tests: settings in memory, versions 1, 2, ...
class FakeSettingsStore final : public SettingsStore {
 public:
  Result<Done> Put(ServerContext&, const Change& change) override {
    if (!away.ok()) return away;
    const uint64_t holds = Get(change.name).value_or(KeptSettings()).version;
    if (change.expected_version != 0 && change.expected_version != holds) {
      return AbortedError(fmt::format("version {} holds, not {}", holds, change.expected_version));
    }
    KeptSettings& kept = kept_[std::string(change.name)];
    kept = {std::string(change.name), std::string(change.bytes), ++version_,
            static_cast<int64_t>(version_) * 1000, std::string(change.who_and_why)};
    if (listener_ != nullptr) listener_(std::string(change.name));
    return Done{kept.version, kept.changed_unix_ms};
  }
  std::optional<KeptSettings> Get(std::string_view name) const override {
    const auto at = kept_.find(name);
    if (at == kept_.end()) return std::nullopt;
    return at->second;
  }
  void ForEach(const std::function<void(const KeptSettings&)>& visit) const override {
    for (const auto& [name, kept] : kept_) visit(kept);
  }
  void Listen(Listener listener) override { listener_ = std::move(listener); }
  bool listened() const { return listener_ != nullptr; }
  uint64_t puts() const { return version_; }

  Status away;  // what Put() answers if it is not ok

 private:
  std::map<std::string, KeptSettings, std::less<>> kept_;
  uint64_t version_ = 0;
  Listener listener_;
};

}  // namespace bellrock::settings
