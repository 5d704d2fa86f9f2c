// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "rpc/native/frame_writer.h"

#include <fmt/format.h>
#include <google/protobuf/message.h>

#include <algorithm>
#include <cstring>
#include <limits>

#include "rpc/error_catalog.h"

namespace bellrock::rpc {

namespace {

Status CheckSizes(const FrameParts& parts, size_t meta_bytes, size_t plain_bytes, size_t rest_bytes,
                  size_t frame_bytes_max) {
  if (meta_bytes > std::numeric_limits<uint16_t>::max()) {
    return ResourceExhaustedError(Numbered(
        ErrorNumber::kMetadataTooLarge,
        fmt::format("call meta of {} bytes is over the limit of 65535 bytes", meta_bytes)));
  }
  // The receiver's limit holds for the message as it unpacks, too.
  const size_t largest = std::max(plain_bytes, meta_bytes + rest_bytes);
  if (largest <= frame_bytes_max) return Status::Ok();
  return ResourceExhaustedError(
      Numbered(ErrorNumber::kMessageTooLarge,
               fmt::format("message {} of {} bytes{} is over the limit of {} bytes; split it, or "
                           "raise frame_bytes_max "
                           "on both sides",
                           parts.body == nullptr ? "" : parts.body->GetTypeName(), plain_bytes,
                           parts.attachment == nullptr
                               ? ""
                               : fmt::format(" with {} beside it", parts.attachment->size()),
                           frame_bytes_max)));
}

void AppendAttachment(ByteBuffer& out, const Bytes& attachment) {
  out.Append(attachment.view());
}
void AppendAttachment(OutputQueue& out, const Bytes& attachment) {
  out.AppendBlock(attachment);
}

template <typename Out>
Status Append(Out& out, const FrameParts& parts, size_t frame_bytes_max) {
  const size_t head_bytes = parts.meta_head.size();
  const size_t meta_bytes = head_bytes + (parts.meta == nullptr ? 0 : parts.meta->ByteSizeLong());
  const size_t plain_bytes = parts.body == nullptr ? 0 : parts.body->ByteSizeLong();
  const size_t body_bytes = parts.packed.empty() ? plain_bytes : parts.packed.size();
  const size_t attachment_bytes = parts.attachment == nullptr ? 0 : parts.attachment->size();
  BELLROCK_TRY(
      CheckSizes(parts, meta_bytes, plain_bytes, body_bytes + attachment_bytes, frame_bytes_max));
  char* at = out.Reserve(kFrameHeaderBytes + meta_bytes + body_bytes);
  EncodeHeader({.length = static_cast<uint32_t>(meta_bytes + body_bytes + attachment_bytes),
                .type = parts.type,
                .flags = parts.flags,
                .meta_length = static_cast<uint16_t>(meta_bytes),
                .call_id = parts.call_id},
               at);
  auto* to = reinterpret_cast<uint8_t*>(at + kFrameHeaderBytes);
  to = std::copy(parts.meta_head.begin(), parts.meta_head.end(), to);
  if (meta_bytes > head_bytes) to = parts.meta->SerializeWithCachedSizesToArray(to);
  if (!parts.packed.empty()) {
    std::memcpy(to, parts.packed.data(), parts.packed.size());
  } else if (body_bytes > 0) {
    parts.body->SerializeWithCachedSizesToArray(to);
  }
  out.Commit(kFrameHeaderBytes + meta_bytes + body_bytes);
  if (attachment_bytes > 0) AppendAttachment(out, *parts.attachment);
  return Status::Ok();
}

}  // namespace

Status AppendFrame(ByteBuffer& out, const FrameParts& parts, size_t frame_bytes_max) {
  return Append(out, parts, frame_bytes_max);
}

Status AppendFrame(OutputQueue& out, const FrameParts& parts, size_t frame_bytes_max) {
  return Append(out, parts, frame_bytes_max);
}

size_t BodyBytes(const FrameParts& parts) {
  if (!parts.packed.empty()) return parts.packed.size();
  return parts.body == nullptr ? 0 : static_cast<size_t>(parts.body->GetCachedSize());
}

Result<BodyParts> SplitBody(const Frame& frame, uint64_t attachment_bytes) {
  if (attachment_bytes == 0) return BodyParts{frame.body, {}};
  if (attachment_bytes > frame.body.size()) {
    return InvalidArgumentError(
        Numbered(ErrorNumber::kBadAttachment,
                 fmt::format("attachment_bytes: {} is more than the {} bytes of the frame's body",
                             attachment_bytes, frame.body.size())));
  }
  const size_t message_bytes = frame.body.size() - attachment_bytes;
  const std::string_view attached = frame.body.substr(message_bytes);
  // A small part would keep the whole block alive.
  const bool share = frame.block != nullptr && attached.size() >= frame.body.size() / 2;
  return BodyParts{frame.body.substr(0, message_bytes),
                   share ? Bytes(*frame.block, attached) : Bytes::Copy(attached)};
}

Status ParseMessage(std::string_view bytes, std::string_view what, Message& message) {
  if (message.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) return Status::Ok();
  return InvalidArgumentError(Numbered(
      ErrorNumber::kNoSuchMessage,
      fmt::format("{}: these {} bytes are no protobuf message {}; check that both sides use the "
                  "same .proto",
                  what, bytes.size(), message.GetTypeName())));
}

}  // namespace bellrock::rpc
