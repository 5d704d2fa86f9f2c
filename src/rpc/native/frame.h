// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

#include "bellrock/status.h"

// The native frame codec (docs/spec/wire.md): pure, no allocation, frames are parsed where they
// lie.
namespace bellrock::rpc {

// What a client sends before its first frame.
inline constexpr std::string_view kPreface = "BELLRK1\n";
inline constexpr size_t kFrameHeaderBytes = 16;
// Item bytes of a stream of requests that the caller may send before the first credit comes.
inline constexpr size_t kRequestCreditBytes = 256 << 10;
// What a stream's item takes of the credit: an empty one too, so that the number of those that wait
// has a bound.
constexpr size_t CreditOf(size_t item_bytes) {
  return item_bytes == 0 ? 1 : item_bytes;
}

enum class FrameType : uint8_t {
  kCall = 1,
  kReply = 2,
  kStreamItem = 3,
  kStreamEnd = 4,
  kCancel = 5,
  kCredit = 6,
  kPing = 7,
  kPong = 8,
  kGoaway = 9,
};

// On kCall: items and an end come back instead of one reply.
inline constexpr uint8_t kFlagStream = 0x01;
// On kCall, beside kFlagStream: the requests follow as items, the body is empty.
inline constexpr uint8_t kFlagStreamRequests = 0x02;
// Whoever does not know the type or one of the other flags must refuse the connection instead of
// skipping.
inline constexpr uint8_t kFlagCritical = 0x80;
inline constexpr uint8_t kFlagsKnown = kFlagStream | kFlagStreamRequests | kFlagCritical;

struct FrameHeader {
  uint32_t length = 0;  // bytes after the header: meta and body
  FrameType type = FrameType::kPing;
  uint8_t flags = 0;
  uint16_t meta_length = 0;
  uint64_t call_id = 0;
};

// One frame, pointing into the buffer it was parsed from.
struct Frame {
  FrameHeader header;
  std::string_view meta;
  std::string_view body;
  // What keeps meta and body alive if they lie in a block of their own; else null.
  const std::shared_ptr<const void>* block = nullptr;

  size_t size() const { return kFrameHeaderBytes + header.length; }
};

enum class ParseState { kFrame, kNeedMore, kBad };

// Writes kFrameHeaderBytes.
void EncodeHeader(const FrameHeader& header, char* out);

// Parses the first frame of `bytes`. kNeedMore: not complete yet. kBad: `error` says why; the
// connection is lost. An oversize length is refused as soon as the header is there.
ParseState ParseFrame(std::string_view bytes, size_t frame_bytes_max, Frame* frame, Status* error);

// Whether a receiver acts on this type; others it skips.
bool IsKnownFrameType(FrameType type);

}  // namespace bellrock::rpc
