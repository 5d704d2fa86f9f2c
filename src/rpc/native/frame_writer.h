// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

#include "bellrock/bytes.h"
#include "bellrock/service.h"
#include "bellrock/status.h"
#include "rpc/byte_buffer.h"
#include "rpc/native/frame.h"
#include "rpc/output_queue.h"

namespace bellrock::rpc {

struct FrameParts {
  FrameType type = FrameType::kPing;
  uint8_t flags = 0;
  uint64_t call_id = 0;
  std::string_view meta_head{};       // bytes of the meta before what `meta` makes
  const Message* meta = nullptr;      // may be null: no bytes
  const Message* body = nullptr;      // may be null: no bytes
  std::string_view packed{};          // the body packed, instead of it
  const Bytes* attachment = nullptr;  // behind the body; may be null
};

// Serialises a frame straight into the buffer. kResourceExhausted, with nothing appended, if it is
// over the limit.
Status AppendFrame(ByteBuffer& out, const FrameParts& parts, size_t frame_bytes_max);
// The same; a large attachment is not copied.
Status AppendFrame(OutputQueue& out, const FrameParts& parts, size_t frame_bytes_max);
// Of the message part of the frame that was just appended from these parts.
size_t BodyBytes(const FrameParts& parts);

// What a frame's body holds.
struct BodyParts {
  std::string_view message;
  Bytes attachment;  // shares the frame's own block if that pays
};
// kInvalidArgument if the body is too short for such an attachment.
Result<BodyParts> SplitBody(const Frame& frame, uint64_t attachment_bytes);

// Fills `message` from a frame's bytes; `what` names it in the error.
Status ParseMessage(std::string_view bytes, std::string_view what, Message& message);

}  // namespace bellrock::rpc
