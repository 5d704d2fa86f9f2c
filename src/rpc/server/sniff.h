// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "bellrock/status.h"

namespace bellrock::rpc {

enum class Protocol { kNeedMore, kNative, kHttp1, kHttp2, kTls, kUnknown };

// Tells by a connection's first bytes what the peer speaks. Pure. Decides within 24 bytes.
Protocol Sniff(std::string_view first);

// The protocol's name in TLS's negotiation (ALPN), "" if it has none.
std::string_view AlpnOf(Protocol protocol);

// What an unknown protocol seems to be, for the log.
std::string_view GuessForeign(std::string_view first);

}  // namespace bellrock::rpc
