// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <CLI/CLI.hpp>

namespace bellrock::cli {

// Adds its verb to the noun `metrics`.
void AddUnitVerb(CLI::App& noun, int& exit_code);  // unit

}  // namespace bellrock::cli
