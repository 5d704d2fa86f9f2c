// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "rpc/frame_writer.h"

#include <fmt/format.h>
#include <google/protobuf/message.h>

#include <algorithm>
#include <limits>

namespace bellrock::rpc {

Status AppendFrame(ByteBuffer& out, const FrameParts& parts, size_t frame_bytes_max) {
  const size_t head_bytes = parts.meta_head.size();
  const size_t meta_bytes = head_bytes + (parts.meta == nullptr ? 0 : parts.meta->ByteSizeLong());
  const size_t body_bytes = parts.body == nullptr ? 0 : parts.body->ByteSizeLong();
  if (meta_bytes > std::numeric_limits<uint16_t>::max()) {
    return ResourceExhaustedError(
        fmt::format("call meta of {} bytes is over the limit of 65535 bytes", meta_bytes));
  }
  if (meta_bytes + body_bytes > frame_bytes_max) {
    return ResourceExhaustedError(fmt::format(
        "message {} of {} bytes is over the limit of {} bytes; split it, or raise frame_bytes_max "
        "on both sides",
        parts.body == nullptr ? "" : parts.body->GetTypeName(), body_bytes, frame_bytes_max));
  }
  char* at = out.Reserve(kFrameHeaderBytes + meta_bytes + body_bytes);
  EncodeHeader({.length = static_cast<uint32_t>(meta_bytes + body_bytes),
                .type = parts.type,
                .flags = parts.flags,
                .meta_length = static_cast<uint16_t>(meta_bytes),
                .call_id = parts.call_id},
               at);
  auto* to = reinterpret_cast<uint8_t*>(at + kFrameHeaderBytes);
  to = std::copy(parts.meta_head.begin(), parts.meta_head.end(), to);
  if (meta_bytes > head_bytes) to = parts.meta->SerializeWithCachedSizesToArray(to);
  if (body_bytes > 0) parts.body->SerializeWithCachedSizesToArray(to);
  out.Commit(kFrameHeaderBytes + meta_bytes + body_bytes);
  return Status::Ok();
}

Status ParseMessage(std::string_view bytes, std::string_view what, Message& message) {
  if (message.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) return Status::Ok();
  return InvalidArgumentError(
      fmt::format("{}: these {} bytes are no protobuf message {}; check that both sides use the "
                  "same .proto",
                  what, bytes.size(), message.GetTypeName()));
}

}  // namespace bellrock::rpc
