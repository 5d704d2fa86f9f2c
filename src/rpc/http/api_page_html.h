// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace bellrock::rpc {

// The page /-/api: reads /-/openapi.json beside it and makes a form for each method.
extern const char* const kApiPageHtml;

}  // namespace bellrock::rpc
