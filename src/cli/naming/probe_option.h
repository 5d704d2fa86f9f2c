// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <CLI/CLI.hpp>
#include <cstdint>
#include <string>

#include "bellrock/naming/v1/naming.pb.h"
#include "bellrock/status.h"

namespace bellrock::cli {

// How an instance is probed, as said on the command line.
struct ProbeOption {
  std::string kind;  // "tcp", "http:/path", "grpc", "grpc:service", "static"; "": heartbeats only
  int32_t interval_ms = 0;
  int32_t timeout_ms = 0;
};

void AddProbeOptions(CLI::App& verb, ProbeOption& option);
// kInvalidArgument if the kind is none.
Status FillHealth(const ProbeOption& option, naming::v1::InstanceSpec& spec);
// When an instance registered with it works and when it does not, for people.
std::string WhatFollows(const naming::v1::HealthCheck& health, int32_t lease_ms);

}  // namespace bellrock::cli
