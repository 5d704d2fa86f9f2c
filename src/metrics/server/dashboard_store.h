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

namespace bellrock::metrics::server {

// A dashboard under its id, as it is kept.
struct KeptDashboard {
  std::string id;
  std::string bytes;  // "": removed
  uint64_t version = 0;
  int64_t changed_unix_ms = 0;
  std::string who_and_why;
};

// Where dashboards lie: durable, the same at all servers a moment after a change. The product
// connects it to whatever does that. Used on the server's loop.
class DashboardStore {
 public:
  virtual ~DashboardStore() = default;

  struct Change {
    std::string_view id;
    std::string_view bytes;
    std::string_view who_and_why;
    uint64_t expected_version = 0;  // not 0: kAborted, naming both, if another version holds
  };
  struct Done {
    uint64_t version = 0;
    int64_t changed_unix_ms = 0;
  };
  // Blocks until it is durable. `context` is of the call that wants it.
  virtual Result<Done> Put(ServerContext& context, const Change& change) = 0;
  // As this server knows it.
  virtual std::optional<KeptDashboard> Get(std::string_view id) const = 0;
  virtual void ForEach(const std::function<void(const KeptDashboard&)>& visit) const = 0;
};

}  // namespace bellrock::metrics::server
