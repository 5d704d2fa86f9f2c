// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "bellrock/service.h"
#include "bellrock/status.h"

// How messages are packed on their way: zstd, lz4 (frame format) and gzip, each by its own library.
// The libraries' contexts are kept per thread and used again; nothing here blocks the fiber, so a
// loop that changes its thread does not matter. Any bytes may come in: what is not packed data is
// an error, and what would unpack to more than allowed is refused before it is made.
namespace bellrock::rpc {

// A smaller message is sent as it is: packing would cost more than it saves.
inline constexpr size_t kPackBytesMin = 512;

// The bit of CallMeta.accept; 0 for what is no algorithm.
uint32_t AcceptBit(Compression compression);
// What a server packs a reply with: the algorithm of the request if the caller accepts it, else the
// first one it accepts of zstd, lz4, gzip; else none. The numbers come from the wire.
Compression ReplyCompression(uint32_t of_request, uint32_t accept);

// Replaces `out`. kInvalidArgument for what is no algorithm.
Status Pack(Compression compression, std::string_view bytes, std::string* out);
// The number comes from the wire. kDataLoss if the bytes are no whole packed message,
// kResourceExhausted beyond `bytes_max`, kUnimplemented for an unknown algorithm.
Status Unpack(uint32_t compression, std::string_view packed, size_t bytes_max, std::string* out);

// The message packed, or "" if that does not pay. Valid until this thread packs again.
std::string_view PackMessage(Compression compression, const Message& message);
// A shared message as it travels: packed if that was wished and pays, once for all who wish it.
struct SharedBody {
  const Bytes* bytes = nullptr;  // the message's
  bool packed = false;
};
Result<SharedBody> PackShared(Compression compression, const SharedMessage& message);
// Fills `message` from bytes that may be packed; `what` names them in the error: kInvalidArgument,
// or those of Unpack().
Status UnpackMessage(uint32_t compression, std::string_view bytes, size_t bytes_max,
                     std::string_view what, Message& message);

}  // namespace bellrock::rpc
