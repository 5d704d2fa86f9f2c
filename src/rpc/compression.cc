// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "rpc/compression.h"

#include <fmt/format.h>
#include <google/protobuf/message.h>
#include <lz4frame.h>
#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <memory>

#include "base/check.h"
#include "rpc/error_catalog.h"
#include "rpc/native/frame_writer.h"

namespace bellrock::rpc {
namespace {

// Calls wait while they are packed.
constexpr int kZstdLevel = 1;
constexpr int kGzipLevel = 1;
// zlib's own numbers for "15 bits of window, gzip's header and trailer" and the usual memory.
constexpr int kGzipWindow = 15 + 16;
constexpr int kGzipMemory = 8;
// Of foreign senders: 8 MiB, what RFC 8878 wants every receiver to take.
constexpr int kZstdWindowLogMax = 23;
// Unpacking begins with so much room and doubles it.
constexpr size_t kFirstBytes = 4 << 10;
// Kept between messages; a larger buffer is freed.
constexpr size_t kScratchBytesMax = 1 << 20;

struct ZstdFree {
  void operator()(ZSTD_CCtx* context) const { ZSTD_freeCCtx(context); }
  void operator()(ZSTD_DCtx* context) const { ZSTD_freeDCtx(context); }
};
struct Lz4Free {
  void operator()(LZ4F_cctx* context) const { LZ4F_freeCompressionContext(context); }
  void operator()(LZ4F_dctx* context) const { LZ4F_freeDecompressionContext(context); }
};

// One thread's contexts, each made when it is first needed.
struct Contexts {
  ~Contexts() {
    if (deflate_ready) deflateEnd(&deflate);
    if (inflate_ready) inflateEnd(&inflate);
  }

  std::unique_ptr<ZSTD_CCtx, ZstdFree> zstd_pack;
  std::unique_ptr<ZSTD_DCtx, ZstdFree> zstd_unpack;
  std::unique_ptr<LZ4F_cctx, Lz4Free> lz4_pack;
  std::unique_ptr<LZ4F_dctx, Lz4Free> lz4_unpack;
  z_stream deflate{};
  z_stream inflate{};
  bool deflate_ready = false;
  bool inflate_ready = false;
  std::string plain;
  std::string packed;
};

Contexts& Mine() {
  thread_local Contexts contexts;
  return contexts;
}

void Shrink(std::string& scratch) {
  if (scratch.capacity() <= kScratchBytesMax) return;
  scratch.clear();
  scratch.shrink_to_fit();
}

Bytef* AsBytes(const char* text) {
  return reinterpret_cast<Bytef*>(const_cast<char*>(text));
}

Status PackZstd(std::string_view bytes, std::string* out) {
  auto& context = Mine().zstd_pack;
  if (context == nullptr) context.reset(ZSTD_createCCtx());
  BELLROCK_CHECK(context != nullptr, "no memory for a zstd context");
  out->resize(ZSTD_compressBound(bytes.size()));
  const size_t size = ZSTD_compressCCtx(context.get(), out->data(), out->size(), bytes.data(),
                                        bytes.size(), kZstdLevel);
  if (ZSTD_isError(size)) return InternalError(fmt::format("zstd: {}", ZSTD_getErrorName(size)));
  out->resize(size);
  return Status::Ok();
}

Status PackLz4(std::string_view bytes, std::string* out) {
  auto& context = Mine().lz4_pack;
  if (context == nullptr) {
    LZ4F_cctx* made = nullptr;
    BELLROCK_CHECK(!LZ4F_isError(LZ4F_createCompressionContext(&made, LZ4F_VERSION)),
                   "no memory for an lz4 context");
    context.reset(made);
  }
  out->resize(LZ4F_HEADER_SIZE_MAX + LZ4F_compressBound(bytes.size(), nullptr));
  size_t size = LZ4F_compressBegin(context.get(), out->data(), out->size(), nullptr);
  const auto add = [&](size_t made) {
    if (LZ4F_isError(made)) return false;
    size += made;
    return true;
  };
  const bool packed =
      !LZ4F_isError(size) &&
      add(LZ4F_compressUpdate(context.get(), out->data() + size, out->size() - size, bytes.data(),
                              bytes.size(), nullptr)) &&
      add(LZ4F_compressEnd(context.get(), out->data() + size, out->size() - size, nullptr));
  if (!packed) return InternalError("lz4 could not pack a message");
  out->resize(size);
  return Status::Ok();
}

Status PackGzip(std::string_view bytes, std::string* out) {
  Contexts& mine = Mine();
  if (!mine.deflate_ready) {
    BELLROCK_CHECK(deflateInit2(&mine.deflate, kGzipLevel, Z_DEFLATED, kGzipWindow, kGzipMemory,
                                Z_DEFAULT_STRATEGY) == Z_OK,
                   "no memory for a gzip context");
    mine.deflate_ready = true;
  }
  deflateReset(&mine.deflate);
  out->resize(deflateBound(&mine.deflate, bytes.size()));
  mine.deflate.next_in = AsBytes(bytes.data());
  mine.deflate.avail_in = static_cast<uInt>(bytes.size());
  mine.deflate.next_out = AsBytes(out->data());
  mine.deflate.avail_out = static_cast<uInt>(out->size());
  if (deflate(&mine.deflate, Z_FINISH) != Z_STREAM_END) {
    return InternalError("gzip could not pack a message");
  }
  out->resize(mine.deflate.total_out);
  return Status::Ok();
}

// What one turn of an unpacker did.
struct Step {
  size_t taken = 0;
  size_t made = 0;
  bool end = false;
  bool failed = false;
};

Step UnpackZstd(ZSTD_DCtx& context, std::string_view in, char* to, size_t room) {
  ZSTD_inBuffer input{in.data(), in.size(), 0};
  ZSTD_outBuffer output{to, room, 0};
  const size_t left = ZSTD_decompressStream(&context, &output, &input);
  return {input.pos, output.pos, left == 0, ZSTD_isError(left) != 0};
}

Step UnpackLz4(LZ4F_dctx& context, std::string_view in, char* to, size_t room) {
  size_t taken = in.size();
  size_t made = room;
  const size_t left = LZ4F_decompress(&context, to, &made, in.data(), &taken, nullptr);
  return {taken, made, left == 0, LZ4F_isError(left) != 0};
}

Step UnpackGzip(z_stream& stream, std::string_view in, char* to, size_t room) {
  stream.next_in = AsBytes(in.data());
  stream.avail_in = static_cast<uInt>(in.size());
  stream.next_out = AsBytes(to);
  stream.avail_out = static_cast<uInt>(room);
  const int result = inflate(&stream, Z_NO_FLUSH);
  return {in.size() - stream.avail_in, room - stream.avail_out, result == Z_STREAM_END,
          result != Z_OK && result != Z_STREAM_END && result != Z_BUF_ERROR};
}

// Turns until the end. One byte more than allowed is made at most.
template <typename Unpacker>
Status UnpackBy(std::string_view name, std::string_view packed, size_t bytes_max, std::string* out,
                Unpacker unpack) {
  const auto damaged = [&](std::string_view how) {
    return DataLossError(
        Numbered(ErrorNumber::kDamagedPacking,
                 fmt::format("{} bytes packed with {} {}", packed.size(), name, how)));
  };
  out->clear();
  size_t taken = 0;
  size_t made = 0;
  for (;;) {
    if (made == out->size()) {
      out->resize(std::min(bytes_max + 1, std::max(kFirstBytes, made * 2)));
    }
    const Step step = unpack(packed.substr(taken), out->data() + made, out->size() - made);
    if (step.failed) return damaged("are damaged");
    taken += step.taken;
    made += step.made;
    if (made > bytes_max) {
      return ResourceExhaustedError(Numbered(
          ErrorNumber::kUnpacksTooLarge,
          fmt::format("{} bytes packed with {} hold more than the limit of {} bytes; split the "
                      "message, or raise frame_bytes_max on both sides",
                      packed.size(), name, bytes_max)));
    }
    if (step.end) break;
    if (step.taken == 0 && step.made == 0) return damaged("end too early");
  }
  if (taken < packed.size()) return damaged("have others behind them");
  out->resize(made);
  return Status::Ok();
}

ZSTD_DCtx& FreshZstd() {
  auto& context = Mine().zstd_unpack;
  if (context == nullptr) {
    context.reset(ZSTD_createDCtx());
    BELLROCK_CHECK(context != nullptr, "no memory for a zstd context");
    ZSTD_DCtx_setParameter(context.get(), ZSTD_d_windowLogMax, kZstdWindowLogMax);
  }
  ZSTD_DCtx_reset(context.get(), ZSTD_reset_session_only);
  return *context;
}

LZ4F_dctx& FreshLz4() {
  auto& context = Mine().lz4_unpack;
  if (context == nullptr) {
    LZ4F_dctx* made = nullptr;
    BELLROCK_CHECK(!LZ4F_isError(LZ4F_createDecompressionContext(&made, LZ4F_VERSION)),
                   "no memory for an lz4 context");
    context.reset(made);
  }
  LZ4F_resetDecompressionContext(context.get());
  return *context;
}

z_stream& FreshGzip() {
  Contexts& mine = Mine();
  if (!mine.inflate_ready) {
    BELLROCK_CHECK(inflateInit2(&mine.inflate, kGzipWindow) == Z_OK,
                   "no memory for a gzip context");
    mine.inflate_ready = true;
  }
  inflateReset(&mine.inflate);
  return mine.inflate;
}

SharedMessage::Form FormOf(Compression compression) {
  switch (compression) {
    case Compression::kZstd:
      return SharedMessage::Form::kZstd;
    case Compression::kLz4:
      return SharedMessage::Form::kLz4;
    default:
      return SharedMessage::Form::kGzip;
  }
}

bool IsAlgorithm(uint32_t number) {
  return number >= static_cast<uint32_t>(Compression::kZstd) &&
         number <= static_cast<uint32_t>(Compression::kGzip);
}

}  // namespace

uint32_t AcceptBit(Compression compression) {
  const auto number = static_cast<uint32_t>(compression);
  return IsAlgorithm(number) ? uint32_t{1} << number : 0;
}

Compression ReplyCompression(uint32_t of_request, uint32_t accept) {
  if (IsAlgorithm(of_request)) {
    const auto same = static_cast<Compression>(of_request);
    if ((accept & AcceptBit(same)) != 0) return same;
  }
  for (const Compression each : {Compression::kZstd, Compression::kLz4, Compression::kGzip}) {
    if ((accept & AcceptBit(each)) != 0) return each;
  }
  return Compression::kNone;
}

Status Pack(Compression compression, std::string_view bytes, std::string* out) {
  switch (compression) {
    case Compression::kZstd:
      return PackZstd(bytes, out);
    case Compression::kLz4:
      return PackLz4(bytes, out);
    case Compression::kGzip:
      return PackGzip(bytes, out);
    default:
      return InvalidArgumentError(
          Numbered(ErrorNumber::kBadCallOptions,
                   fmt::format("compression {} is no algorithm; use zstd, lz4 or gzip",
                               static_cast<int>(compression))));
  }
}

Status Unpack(uint32_t compression, std::string_view packed, size_t bytes_max, std::string* out) {
  if (!IsAlgorithm(compression)) {
    return UnimplementedError(Numbered(
        ErrorNumber::kUnknownPacking,
        fmt::format("compression {} is unknown; the peer speaks a newer protocol", compression)));
  }
  switch (static_cast<Compression>(compression)) {
    case Compression::kZstd:
      return UnpackBy("zstd", packed, bytes_max, out,
                      [&context = FreshZstd()](std::string_view in, char* to, size_t room) {
                        return UnpackZstd(context, in, to, room);
                      });
    case Compression::kLz4:
      return UnpackBy("lz4", packed, bytes_max, out,
                      [&context = FreshLz4()](std::string_view in, char* to, size_t room) {
                        return UnpackLz4(context, in, to, room);
                      });
    default:
      return UnpackBy("gzip", packed, bytes_max, out,
                      [&stream = FreshGzip()](std::string_view in, char* to, size_t room) {
                        return UnpackGzip(stream, in, to, room);
                      });
  }
}

std::string_view PackMessage(Compression compression, const Message& message) {
  const size_t bytes = message.ByteSizeLong();
  if (AcceptBit(compression) == 0 || bytes < kPackBytesMin) return {};
  Contexts& mine = Mine();
  Shrink(mine.packed);
  mine.plain.resize(bytes);
  message.SerializeWithCachedSizesToArray(reinterpret_cast<uint8_t*>(mine.plain.data()));
  const Status packed = Pack(compression, mine.plain, &mine.packed);
  const bool pays = packed.ok() && mine.packed.size() < bytes;
  Shrink(mine.plain);
  return pays ? std::string_view(mine.packed) : std::string_view();
}

Result<SharedBody> PackShared(Compression compression, const SharedMessage& message) {
  const Bytes& plain = message.bytes();
  if (AcceptBit(compression) == 0 || plain.size() < kPackBytesMin) return SharedBody{&plain, false};
  const auto pack = [&]() -> Result<Bytes> {
    std::string& scratch = Mine().packed;
    Shrink(scratch);
    BELLROCK_TRY(Pack(compression, plain.view(), &scratch));
    return Bytes::Copy(scratch);  // of its own size: what is shared is kept
  };
  BELLROCK_ASSIGN(const Bytes* packed, message.As(FormOf(compression), pack));
  if (packed->size() >= plain.size()) return SharedBody{&plain, false};
  return SharedBody{packed, true};
}

Status UnpackMessage(uint32_t compression, std::string_view bytes, size_t bytes_max,
                     std::string_view what, Message& message) {
  if (compression <= static_cast<uint32_t>(Compression::kNone)) {
    return ParseMessage(bytes, what, message);
  }
  std::string& plain = Mine().plain;
  Status status = Unpack(compression, bytes, bytes_max, &plain);
  status = status.ok() ? ParseMessage(plain, what, message) : status.WithContext(what);
  Shrink(plain);
  return status;
}

}  // namespace bellrock::rpc
