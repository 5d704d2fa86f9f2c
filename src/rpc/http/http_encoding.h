// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "bellrock/status.h"

// Content codings and content negotiation of HTTP. Pure; rpc/compression.h packs.
namespace bellrock::rpc {

// True if a list such as "gzip, br;q=0.5" of Accept-Encoding or Accept holds `wanted` by name
// with a weight above zero. Wildcards do not count: who wants it says so.
bool AcceptsByName(std::string_view list, std::string_view wanted);

std::string Gzip(std::string_view plain);

// kResourceExhausted as soon as it grows over `bytes_max`, whatever the input claims;
// kInvalidArgument if it is no gzip or cut short.
Result<std::string> Gunzip(std::string_view packed, size_t bytes_max);

}  // namespace bellrock::rpc
