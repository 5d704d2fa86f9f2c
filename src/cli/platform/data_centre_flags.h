// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <CLI/CLI.hpp>
#include <cstdint>
#include <optional>
#include <string>

#include "bellrock/status.h"
#include "metrics/server/engine_set.h"
#include "metrics/server/retention.h"
#include "server/data_centre_secret.h"

namespace bellrock::cli {

// Which queue and store the figures have, as flags and in the environment.
struct DataCentreFlags {
  std::string queue;
  std::string store;
  std::string compute;  // "yes", "no"
  uint32_t partitions = 0;
  std::string keep;
  std::string secret_file;

  // Lives as long as the verb.
  void AddEngines(CLI::App& verb, const std::string& queue_default,
                  const std::string& store_default);
  void AddCompute(CLI::App& verb);

  // What was not said is `queue` and `store` of `engines`. kInvalidArgument names the flag.
  Status Fill(metrics::server::EngineOptions& engines) const;
  Result<bool> Computes() const;
  Result<metrics::server::Retention> Keeps() const;
  // What the file holds; nullopt if none was given.
  Result<std::optional<naming::server::ClusterSecret>> Secret() const;
};

}  // namespace bellrock::cli
