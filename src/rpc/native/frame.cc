// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "rpc/native/frame.h"

#include <fmt/format.h>

#include <bit>
#include <cstring>

#include "rpc/error_catalog.h"

namespace bellrock::rpc {
namespace {

static_assert(std::endian::native == std::endian::little, "the codec copies little-endian fields");

template <typename T>
T Load(const char* from) {
  T value;
  std::memcpy(&value, from, sizeof value);
  return value;
}

template <typename T>
void Store(char* to, T value) {
  std::memcpy(to, &value, sizeof value);
}

Status CheckHeader(const FrameHeader& header, size_t frame_bytes_max) {
  if (header.length > frame_bytes_max) {
    return ResourceExhaustedError(Numbered(
        ErrorNumber::kMessageTooLarge,
        fmt::format("frame of {} bytes is over the limit of {} bytes; split the message, or raise "
                    "frame_bytes_max on both sides",
                    header.length, frame_bytes_max)));
  }
  if (header.meta_length > header.length) {
    return DataLossError(
        Numbered(ErrorNumber::kPeerBreaksProtocol,
                 fmt::format("frame says its meta has {} bytes but the frame only {}",
                             header.meta_length, header.length)));
  }
  const bool critical = (header.flags & kFlagCritical) != 0;
  if (critical && (header.flags & ~kFlagsKnown) != 0) {
    return UnimplementedError(Numbered(
        ErrorNumber::kPeerBreaksProtocol,
        fmt::format("frame has unknown critical flags {:#04x}; the peer speaks a newer protocol",
                    header.flags)));
  }
  if (critical && !IsKnownFrameType(header.type)) {
    return UnimplementedError(
        Numbered(ErrorNumber::kPeerBreaksProtocol,
                 fmt::format("frame has unknown critical type {}; the peer speaks a newer protocol",
                             static_cast<int>(header.type))));
  }
  return Status::Ok();
}

}  // namespace

void EncodeHeader(const FrameHeader& header, char* out) {
  Store(out, header.length);
  Store(out + 4, static_cast<uint8_t>(header.type));
  Store(out + 5, header.flags);
  Store(out + 6, header.meta_length);
  Store(out + 8, header.call_id);
}

ParseState ParseFrame(std::string_view bytes, size_t frame_bytes_max, Frame* frame, Status* error) {
  if (bytes.size() < kFrameHeaderBytes) return ParseState::kNeedMore;
  FrameHeader& header = frame->header;
  header.length = Load<uint32_t>(bytes.data());
  header.type = static_cast<FrameType>(Load<uint8_t>(bytes.data() + 4));
  header.flags = Load<uint8_t>(bytes.data() + 5);
  header.meta_length = Load<uint16_t>(bytes.data() + 6);
  header.call_id = Load<uint64_t>(bytes.data() + 8);
  const bool plain = header.length <= frame_bytes_max && header.meta_length <= header.length &&
                     (header.flags & kFlagCritical) == 0;
  if (!plain) {
    if (Status status = CheckHeader(header, frame_bytes_max); !status.ok()) {
      *error = std::move(status);
      return ParseState::kBad;
    }
  }
  if (bytes.size() - kFrameHeaderBytes < header.length) return ParseState::kNeedMore;
  frame->meta = bytes.substr(kFrameHeaderBytes, header.meta_length);
  frame->body =
      bytes.substr(kFrameHeaderBytes + header.meta_length, header.length - header.meta_length);
  return ParseState::kFrame;
}

bool IsKnownFrameType(FrameType type) {
  return type >= FrameType::kCall && type <= FrameType::kGoaway;
}

}  // namespace bellrock::rpc
