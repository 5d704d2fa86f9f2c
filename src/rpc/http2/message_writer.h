// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

#include "bellrock/service.h"
#include "bellrock/status.h"
#include "rpc/byte_buffer.h"

namespace bellrock::rpc::http2 {

// Serialises a message behind its gRPC prefix straight into the buffer, packed if `gzip`.
// kResourceExhausted, with nothing appended, if it is over the limit before it is packed.
Status AppendGrpcMessage(ByteBuffer& out, const Message& message, bool gzip,
                         size_t message_bytes_max);

}  // namespace bellrock::rpc::http2
