// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "bellrock/service.h"
#include "bellrock/status.h"

namespace bellrock::settings {

// Settings under a name, as they are kept.
struct KeptSettings {
  std::string name;      // "line/service"
  std::string bytes;     // "": taken back
  uint64_t version = 0;  // grows with each change
  int64_t changed_unix_ms = 0;
  std::string who_and_why;
};

// Where the settings of one subject lie: durable, the same at all servers of all sites a moment
// after a change. The product connects it to whatever does that. Used on the server's loop.
class SettingsStore {
 public:
  virtual ~SettingsStore() = default;

  struct Change {
    std::string_view name;
    std::string_view bytes;
    std::string_view who_and_why;
    uint64_t expected_version = 0;  // not 0: kAborted, naming both, if another version holds
  };
  struct Done {
    uint64_t version = 0;  // that holds from then on
    int64_t changed_unix_ms = 0;
  };
  // Blocks until it is durable. `context` is of the call that wants it.
  virtual Result<Done> Put(ServerContext& context, const Change& change) = 0;
  // As this server knows it.
  virtual std::optional<KeptSettings> Get(std::string_view name) const = 0;
  // All, by name.
  virtual void ForEach(const std::function<void(const KeptSettings&)>& visit) const = 0;
  // Calls with the name after each change, wherever it was made; must not block. One listener at a
  // time; nullptr ends it.
  using Listener = std::function<void(const std::string& name)>;
  virtual void Listen(Listener listener) = 0;
};

}  // namespace bellrock::settings
