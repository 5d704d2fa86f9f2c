// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "routing/proxy/body.h"

#include <algorithm>

#include "base/ascii.h"

namespace bellrock::routing::proxy {
namespace {

constexpr uint64_t kChunkMax = uint64_t{1} << 60;  // room for one more digit
constexpr size_t kLineBytesMax = 16 << 10;

int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  const char lower = LowerCase(c);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

}  // namespace

bool ChunkScanner::StepSize(char c) {
  if (const int digit = HexDigit(c); digit >= 0) {
    if (left_ >= kChunkMax >> 4) return false;
    left_ = (left_ << 4) | static_cast<uint64_t>(digit);
    state_ = State::kSize;
    return true;
  }
  if (state_ == State::kSizeFirst) return false;
  line_bytes_ = 0;
  state_ = c == '\r' ? State::kSizeEnd : State::kExtension;
  return c == '\r' || c == ';' || c == ' ' || c == '\t';
}

bool ChunkScanner::Step(char c) {
  const auto expect = [&](char wanted, State next) {
    state_ = next;
    return c == wanted;
  };
  switch (state_) {
    case State::kSizeFirst:
    case State::kSize:
      return StepSize(c);
    case State::kExtension:
      if (c == '\r') state_ = State::kSizeEnd;
      return c != '\n' && ++line_bytes_ <= kLineBytesMax;
    case State::kSizeEnd:
      return expect('\n', left_ > 0 ? State::kContent : State::kTrailerFirst);
    case State::kContentReturn:
      return expect('\r', State::kContentEnd);
    case State::kContentEnd:
      return expect('\n', State::kSizeFirst);
    case State::kTrailerFirst:
      state_ = c == '\r' ? State::kLastEnd : State::kTrailer;
      return c != '\n' && ++line_bytes_ <= kLineBytesMax;
    case State::kTrailer:
      if (c == '\r') state_ = State::kTrailerEnd;
      return c != '\n' && ++line_bytes_ <= kLineBytesMax;
    case State::kTrailerEnd:
      return expect('\n', State::kTrailerFirst);
    case State::kLastEnd:
      return expect('\n', State::kDone);
    default:
      return false;
  }
}

Result<size_t> ChunkScanner::Scan(std::string_view bytes) {
  size_t taken = 0;
  while (taken < bytes.size() && !done()) {
    if (state_ == State::kContent) {
      const size_t step = std::min<uint64_t>(left_, bytes.size() - taken);
      taken += step;
      left_ -= step;
      if (left_ == 0) state_ = State::kContentReturn;
      continue;
    }
    if (!Step(bytes[taken++])) return InvalidArgumentError("a body that is not in chunks");
  }
  return taken;
}

Body Body::OfRequest(const MessageHead& head) {
  Body body;
  if (head.chunked) body.framing_ = Framing::kChunked;
  if (head.has_length && head.length > 0) body.framing_ = Framing::kLength;
  body.left_ = head.length;
  body.done_ = body.framing_ == Framing::kNone;
  return body;
}

Body Body::OfAnswer(const MessageHead& head, bool to_head_request) {
  if (to_head_request || head.status < 200 || head.status == 204 || head.status == 304) return {};
  Body body = OfRequest(head);
  if (!head.chunked && !head.has_length) {
    body.framing_ = Framing::kUntilClose;
    body.done_ = false;
  }
  return body;
}

Result<size_t> Body::Take(std::string_view bytes) {
  if (done_) return size_t{0};
  if (framing_ == Framing::kUntilClose) return bytes.size();
  if (framing_ == Framing::kChunked) {
    Result<size_t> taken = chunks_.Scan(bytes);
    done_ = chunks_.done();
    return taken;
  }
  const size_t taken = std::min<uint64_t>(left_, bytes.size());
  Passed(taken);
  return taken;
}

void Body::Passed(uint64_t bytes) {
  left_ -= bytes;
  done_ = left_ == 0;
}

bool Body::EndOfStream() {
  if (framing_ == Framing::kUntilClose) done_ = true;
  return done_;
}

}  // namespace bellrock::routing::proxy
