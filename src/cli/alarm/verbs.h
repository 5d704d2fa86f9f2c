// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <CLI/CLI.hpp>

// The verbs of `bellrock alarm`; each function adds some to the noun.
namespace bellrock::cli {

void AddAlarmLookVerbs(CLI::App& noun, int& exit_code);      // ls, rules, try
void AddAlarmSettingsVerbs(CLI::App& noun, int& exit_code);  // get, set
void AddSilenceVerbs(CLI::App& noun, int& exit_code);        // silence, unsilence

}  // namespace bellrock::cli
