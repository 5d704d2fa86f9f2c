// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <CLI/CLI.hpp>
#include <string>

#include "bellrock/routing/v1/settings.pb.h"
#include "bellrock/service.h"
#include "bellrock/status.h"
#include "cli/naming/verb.h"

// The verbs of `bellrock routing`.
namespace bellrock::cli {

struct SettingsOptions : ServerOptions {
  std::string service;
  std::string why;
};

// What the server has now.
Result<routing::v1::StoredSettings> ReadSettings(const std::string& service,
                                                 ChannelInterface& channel);
// Refused if they were changed since they were read as `read`; says what holds then.
Status WriteSettings(const SettingsOptions& options, const routing::v1::StoredSettings& read,
                     const routing::v1::RouteSettings& wanted, const std::string& done,
                     ChannelInterface& channel);
// Each adds its verbs to the noun `routing`.
void AddShowVerb(CLI::App& noun, int& exit_code);       // show
void AddSettingsVerbs(CLI::App& noun, int& exit_code);  // get, set, reset, list
void AddMoveVerbs(CLI::App& noun, int& exit_code);      // move, abort
void AddExplainVerb(CLI::App& noun, int& exit_code);    // explain

}  // namespace bellrock::cli
