// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

#include "bellrock/service.h"
#include "bellrock/status.h"
#include "rpc/byte_buffer.h"
#include "rpc/frame.h"

namespace bellrock::rpc {

struct FrameParts {
  FrameType type = FrameType::kPing;
  uint8_t flags = 0;
  uint64_t call_id = 0;
  std::string_view meta_head{};   // bytes of the meta before what `meta` makes
  const Message* meta = nullptr;  // may be null: no bytes
  const Message* body = nullptr;  // may be null: no bytes
};

// Serialises a frame straight into the buffer. kResourceExhausted, with nothing appended, if it is
// over the limit.
Status AppendFrame(ByteBuffer& out, const FrameParts& parts, size_t frame_bytes_max);

// Fills `message` from a frame's bytes; `what` names it in the error.
Status ParseMessage(std::string_view bytes, std::string_view what, Message& message);

}  // namespace bellrock::rpc
