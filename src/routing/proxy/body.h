// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "bellrock/status.h"
#include "routing/proxy/message_head.h"

// Where the body of an HTTP/1.x message ends, for who passes it on unchanged (RFC 9112, section 6
// and 7). Pure.
namespace bellrock::routing::proxy {

// Follows a body in chunks through its sizes, extensions and trailers.
class ChunkScanner {
 public:
  // How many of the bytes belong to the body: all, unless it ends among them. kInvalidArgument for
  // what is no chunk.
  Result<size_t> Scan(std::string_view bytes);
  bool done() const { return state_ == State::kDone; }

 private:
  enum class State : uint8_t {
    kSizeFirst,
    kSize,
    kExtension,
    kSizeEnd,
    kContent,
    kContentReturn,
    kContentEnd,
    kTrailerFirst,
    kTrailer,
    kTrailerEnd,
    kLastEnd,
    kDone,
  };
  // One byte that is not content; false if it may not be there.
  bool Step(char c);
  bool StepSize(char c);

  State state_ = State::kSizeFirst;
  uint64_t left_ = 0;      // of the chunk
  size_t line_bytes_ = 0;  // of an extension or of the trailers
};

// The body of one message, of whatever framing.
class Body {
 public:
  enum class Framing : uint8_t { kNone, kLength, kChunked, kUntilClose };

  static Body OfRequest(const MessageHead& head);
  static Body OfAnswer(const MessageHead& head, bool to_head_request);

  // How many of the bytes belong to it. Counts them as passed on.
  Result<size_t> Take(std::string_view bytes);
  // So many bytes of a Framing::kLength went by unseen.
  void Passed(uint64_t bytes);
  bool done() const { return done_; }
  Framing framing() const { return framing_; }
  // Of Framing::kLength: what is still to come.
  uint64_t left() const { return left_; }
  // The peer ended its side. False if that cuts the body off.
  bool EndOfStream();

 private:
  Framing framing_ = Framing::kNone;
  bool done_ = true;
  uint64_t left_ = 0;
  ChunkScanner chunks_;
};

}  // namespace bellrock::routing::proxy
