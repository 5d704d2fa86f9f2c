// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace bellrock::rpc {

// The page under /-/: one file without outside parts, which asks for the .json pages and draws
// them.
extern const std::string_view kPageHtml;

}  // namespace bellrock::rpc
