// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "cli/routing/verbs.h"
#include "cli/verbs.h"

namespace bellrock::cli {

void AddRoutingVerbs(CLI::App& root, int& exit_code) {
  CLI::App& noun =
      *root.add_subcommand("routing", "Who gets how much traffic, why, and how to change it");
  noun.require_subcommand(1);
  AddShowVerb(noun, exit_code);
  AddExplainVerb(noun, exit_code);
  AddSettingsVerbs(noun, exit_code);
  AddMoveVerbs(noun, exit_code);
}

}  // namespace bellrock::cli
