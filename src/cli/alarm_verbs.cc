// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "cli/alarm/verbs.h"
#include "cli/verbs.h"

namespace bellrock::cli {

void AddAlarmVerbs(CLI::App& root, int& exit_code) {
  CLI::App& noun =
      *root.add_subcommand("alarm", "What is not as it should be, and who is told of it");
  noun.require_subcommand(1);
  AddAlarmLookVerbs(noun, exit_code);
  AddAlarmSettingsVerbs(noun, exit_code);
  AddSilenceVerbs(noun, exit_code);
}

}  // namespace bellrock::cli
