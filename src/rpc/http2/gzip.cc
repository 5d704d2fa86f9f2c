// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "rpc/http2/gzip.h"

#include <fmt/format.h>
#include <zlib.h>

#include <algorithm>
#include <limits>

namespace bellrock::rpc::http2 {
namespace {

constexpr int kGzipWindow = 15 + 16;  // the largest window, gzip's header
constexpr int kLevel = 3;             // most of the gain for a third of level 6's time
constexpr int kMemoryLevel = 8;
// The output grows by at least this much, and at most doubles: a bomb is seen before it is large.
constexpr size_t kGrowBytes = 16 << 10;

Bytef* In(std::string_view bytes) {
  return reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));  // zlib only reads it
}

bool Fits(std::string_view bytes) {
  return bytes.size() <= std::numeric_limits<uInt>::max();
}

class Inflater {
 public:
  Inflater() { ready_ = inflateInit2(&stream_, kGzipWindow) == Z_OK; }
  ~Inflater() {
    if (ready_) inflateEnd(&stream_);
  }
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;

  bool ready() const { return ready_; }
  z_stream& stream() { return stream_; }

 private:
  z_stream stream_{};
  bool ready_ = false;
};

}  // namespace

Result<std::string> Gzip(std::string_view bytes) {
  z_stream stream{};
  if (!Fits(bytes) || deflateInit2(&stream, kLevel, Z_DEFLATED, kGzipWindow, kMemoryLevel,
                                   Z_DEFAULT_STRATEGY) != Z_OK) {
    return InternalError(fmt::format("gzip cannot take {} bytes", bytes.size()));
  }
  std::string packed(deflateBound(&stream, bytes.size()), '\0');
  stream.next_in = In(bytes);
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = In(packed);
  stream.avail_out = static_cast<uInt>(packed.size());
  const int result = deflate(&stream, Z_FINISH);
  packed.resize(stream.total_out);
  deflateEnd(&stream);
  if (result == Z_STREAM_END) return packed;
  return InternalError(fmt::format("gzip of {} bytes failed: {}", bytes.size(), result));
}

Result<std::string> Gunzip(std::string_view packed, size_t bytes_max) {
  Inflater inflater;
  if (!inflater.ready() || !Fits(packed)) {
    return InternalError(fmt::format("gunzip cannot take {} bytes", packed.size()));
  }
  z_stream& stream = inflater.stream();
  stream.next_in = In(packed);
  stream.avail_in = static_cast<uInt>(packed.size());
  std::string bytes;
  for (;;) {
    const size_t used = bytes.size();
    // One more than allowed, so that a result of just the limit is told from one beyond it.
    const size_t room = std::min(std::max(kGrowBytes, used), bytes_max + 1 - used);
    bytes.resize(used + room);
    stream.next_out = In(bytes) + used;
    stream.avail_out = static_cast<uInt>(room);
    const int result = inflate(&stream, Z_NO_FLUSH);
    bytes.resize(used + room - stream.avail_out);
    if (bytes.size() > bytes_max) {
      return ResourceExhaustedError(fmt::format(
          "a message of {} bytes unpacks to more than {}, the limit", packed.size(), bytes_max));
    }
    if (result == Z_STREAM_END && stream.avail_in == 0) return bytes;
    if (result != Z_OK) {
      return InternalError(fmt::format("a compressed message is no gzip: {}",
                                       stream.msg != nullptr ? stream.msg : "it is cut off"));
    }
  }
}

}  // namespace bellrock::rpc::http2
