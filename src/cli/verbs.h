// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <CLI/CLI.hpp>

// Each function adds one noun or verb to the command line. A chosen verb's callback stores the exit
// code.
namespace bellrock::cli {

void AddNewVerb(CLI::App& root, int& exit_code);
void AddNamingVerbs(CLI::App& root, int& exit_code);
void AddRoutingVerbs(CLI::App& root, int& exit_code);
void AddMetricsVerbs(CLI::App& root, int& exit_code);
void AddAlarmVerbs(CLI::App& root, int& exit_code);
void AddPlatformVerbs(CLI::App& root, int& exit_code);  // dev, server, agent
void AddComputeVerb(CLI::App& root, int& exit_code);
void AddCallVerb(CLI::App& root, int& exit_code);
void AddDemoVerbs(CLI::App& root, int& exit_code);

}  // namespace bellrock::cli
