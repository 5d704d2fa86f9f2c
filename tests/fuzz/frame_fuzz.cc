// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
// Native frames: whatever comes, in whatever pieces, the parser stays inside the bytes it was given
// and tells the same of them however they were cut.
#include <string>
#include <string_view>
#include <vector>

#include "base/check.h"
#include "fuzz_input.h"
#include "rpc/byte_buffer.h"
#include "rpc/native/frame.h"
#include "rpc/server/sniff.h"

namespace bellrock::rpc {
namespace {

constexpr size_t kFrameBytesMax = 4096;

// Frames as bytes, then the error if there is one.
using Told = std::vector<std::string>;

// Takes all whole frames off the front of `buffer`; false when the connection is lost.
bool Drain(ByteBuffer& buffer, Told& told) {
  for (;;) {
    Frame frame;
    Status error;
    switch (ParseFrame(buffer.view(), kFrameBytesMax, &frame, &error)) {
      case ParseState::kNeedMore:
        return true;
      case ParseState::kBad:
        BELLROCK_CHECK(!error.ok(), "a bad frame has a reason");
        told.push_back(error.ToString());
        return false;
      case ParseState::kFrame:
        break;
    }
    BELLROCK_CHECK(frame.size() <= buffer.size(), "a frame ends inside the buffer");
    BELLROCK_CHECK(frame.header.length <= kFrameBytesMax, "an oversize frame is refused");
    BELLROCK_CHECK(frame.meta.size() + frame.body.size() == frame.header.length,
                   "meta and body are the whole frame");
    std::string bytes(kFrameHeaderBytes, '\0');
    EncodeHeader(frame.header, bytes.data());
    bytes.append(frame.meta).append(frame.body);
    BELLROCK_CHECK(bytes == buffer.view().substr(0, frame.size()),
                   "a frame encodes to what it was parsed from");
    told.push_back(std::move(bytes));
    buffer.Consume(frame.size());
  }
}

Told ParseInPieces(std::string_view bytes, size_t piece) {
  ByteBuffer buffer;
  Told told;
  while (!bytes.empty()) {
    // Its own block each time, so that a read beyond the piece is seen.
    buffer.Append(std::string(bytes.substr(0, piece)));
    bytes.remove_prefix(std::min(piece, bytes.size()));
    if (!Drain(buffer, told)) break;
  }
  return told;
}

void CheckSniff(std::string_view bytes) {
  (void)GuessForeign(bytes);
  for (size_t size = 0; size < std::min(bytes.size(), kSniffBytesMax); ++size) {
    const Protocol early = Sniff(bytes.substr(0, size));
    BELLROCK_CHECK(early == Protocol::kNeedMore || early == Sniff(bytes),
                   "a decision does not change with more bytes");
  }
  BELLROCK_CHECK(bytes.size() < kSniffBytesMax || Sniff(bytes) != Protocol::kNeedMore,
                 "a bound of bytes is enough to decide");
}

}  // namespace
}  // namespace bellrock::rpc

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  bellrock::fuzz::Input input(data, size);
  const size_t piece = 1 + input.Byte();
  const std::string bytes = input.Rest();
  bellrock::rpc::CheckSniff(bytes);
  const auto whole = bellrock::rpc::ParseInPieces(bytes, bytes.size());
  const auto pieces = bellrock::rpc::ParseInPieces(bytes, piece);
  BELLROCK_CHECK(whole == pieces, "the cut of the bytes does not matter");
  return 0;
}
