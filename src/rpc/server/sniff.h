// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string_view>

#include "bellrock/status.h"

namespace bellrock::rpc {

enum class Protocol { kNeedMore, kNative, kHttp1, kHttp2, kTls, kUnknown };

// Sniff() decides within so many bytes: HTTP/2's preface is the longest.
inline constexpr size_t kSniffBytesMax = 24;

// Tells by a connection's first bytes what the peer speaks. Pure.
Protocol Sniff(std::string_view first);

// The protocol's name in TLS's negotiation (ALPN), "" if it has none.
std::string_view AlpnOf(Protocol protocol);

// What an unknown protocol seems to be, for the log.
std::string_view GuessForeign(std::string_view first);

}  // namespace bellrock::rpc
