// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <CLI/CLI.hpp>
#include <string>

#include "bellrock/status.h"
#include "metrics/server/engine_set.h"

namespace bellrock::cli {

// Which queue and store the figures have, as flags and in the environment.
struct DataCentreFlags {
  std::string queue;
  std::string store;
  std::string compute;  // "yes", "no"

  // Lives as long as the verb.
  void AddEngines(CLI::App& verb, const std::string& queue_default,
                  const std::string& store_default);
  void AddCompute(CLI::App& verb);

  // What was not said is `queue` and `store` of `engines`. kInvalidArgument names the flag.
  Status Fill(metrics::server::EngineOptions& engines) const;
  Result<bool> Computes() const;
};

}  // namespace bellrock::cli
