// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace bellrock {

// What a client speaks on its connections. A Bellrock server answers all of them on its one port.
enum class Protocol : uint8_t {
  kNative = 0,  // native frames (docs/spec/wire.md)
  kGrpc = 1,    // gRPC over HTTP/2, for servers of other makes (docs/grpc.md)
};

}  // namespace bellrock
