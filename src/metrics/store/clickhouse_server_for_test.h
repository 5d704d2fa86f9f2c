// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/address.h"
#include "bellrock/status.h"
#include "fiber/process.h"

namespace bellrock::metrics::store {

// Debian's clickhouse-server on a free port of loopback, with its files in a directory of its own;
// it ends with this.
class ClickhouseServer {
 public:
  // Blocks the thread until it answers. On the main thread.
  static Result<ClickhouseServer> Start();
  ClickhouseServer(ClickhouseServer&&) = default;
  ~ClickhouseServer();

  const Address& address() const { return address_; }

 private:
  ClickhouseServer(fiber::ChildProcess process, Address address, std::string directory);

  std::optional<fiber::ChildProcess> process_;  // empty: moved from
  Address address_;
  std::string directory_;
};

}  // namespace bellrock::metrics::store
