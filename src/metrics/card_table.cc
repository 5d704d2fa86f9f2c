// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/card_table.h"

#include <fmt/format.h>
#include <zstd.h>

#include <memory>

#include "base/check.h"
#include "metrics/table_columns.h"

namespace bellrock::metrics {
namespace {

constexpr std::string_view kMagic("BCT\x01", 4);
constexpr int kLevel = 1;
// Of zstd's format.
constexpr size_t kBlockPlainBytesMax = 128 << 10;
constexpr size_t kBlockBytesMin = 4;

struct ZstdFree {
  void operator()(ZSTD_CCtx* context) const { ZSTD_freeCCtx(context); }
  void operator()(ZSTD_DCtx* context) const { ZSTD_freeDCtx(context); }
};

// Contexts hold megabytes and are slow to make; nothing blocks while one is in use.
ZSTD_CCtx& MyPacker() {
  thread_local std::unique_ptr<ZSTD_CCtx, ZstdFree> context;
  if (context == nullptr) {
    context.reset(ZSTD_createCCtx());
    BELLROCK_CHECK(context != nullptr, "no memory for a zstd context");
    ZSTD_CCtx_setParameter(context.get(), ZSTD_c_compressionLevel, kLevel);
    ZSTD_CCtx_setParameter(context.get(), ZSTD_c_checksumFlag, 1);
  }
  return *context;
}

ZSTD_DCtx& MyUnpacker() {
  thread_local std::unique_ptr<ZSTD_DCtx, ZstdFree> context;
  if (context == nullptr) context.reset(ZSTD_createDCtx());
  BELLROCK_CHECK(context != nullptr, "no memory for a zstd context");
  return *context;
}

std::string Pack(std::string_view plain) {
  std::string out(kMagic);
  out.resize(kMagic.size() + ZSTD_compressBound(plain.size()));
  const size_t size = ZSTD_compress2(&MyPacker(), out.data() + kMagic.size(),
                                     out.size() - kMagic.size(), plain.data(), plain.size());
  BELLROCK_CHECK(!ZSTD_isError(size), "packing into enough room succeeds");
  out.resize(kMagic.size() + size);
  return out;
}

// What the frame says it unpacks to is believed only up to the bound, and up to what so many blocks
// can hold; it may then make no more than that.
Result<std::string> Unpack(std::string_view bytes, const TableBounds& bounds) {
  if (!bytes.starts_with(kMagic)) {
    return InvalidArgumentError(
        "table: does not begin with \"BCT\" and version 1; send bytes of docs/spec/card.md");
  }
  const std::string_view frame = bytes.substr(kMagic.size());
  const unsigned long long size = ZSTD_getFrameContentSize(frame.data(), frame.size());
  if (size == ZSTD_CONTENTSIZE_ERROR || size == ZSTD_CONTENTSIZE_UNKNOWN) {
    return InvalidArgumentError(
        "table: no zstd frame that tells its content's size follows the version");
  }
  if (ZSTD_findFrameCompressedSize(frame.data(), frame.size()) != frame.size()) {
    return InvalidArgumentError("table: its zstd frame is cut off, or something follows it");
  }
  if (size > bounds.plain_bytes_max) {
    return InvalidArgumentError(fmt::format("table: unpacks to {} bytes, at most {}; split it",
                                            size, bounds.plain_bytes_max));
  }
  if (size / kBlockPlainBytesMax > frame.size() / kBlockBytesMin) {
    return InvalidArgumentError(
        fmt::format("table: its zstd frame of {} bytes says it unpacks to {}, which it cannot",
                    frame.size(), size));
  }
  std::string plain(size, '\0');
  const size_t made =
      ZSTD_decompressDCtx(&MyUnpacker(), plain.data(), plain.size(), frame.data(), frame.size());
  if (ZSTD_isError(made) || made != size) {
    return InvalidArgumentError(
        fmt::format("table: its zstd frame is damaged ({}); send it again",
                    ZSTD_isError(made) ? ZSTD_getErrorName(made) : "shorter than it says"));
  }
  return plain;
}

Result<CardTable> Decode(std::string_view bytes, NameSession* session, const TableBounds& bounds) {
  Result<std::string> plain = Unpack(bytes, bounds);
  if (!plain.ok()) return plain.status();
  return ReadColumns(*plain, session, bounds);
}

}  // namespace

std::string EncodeTable(const CardTable& table) {
  return Pack(WriteColumns(table, nullptr));
}

std::string EncodeTable(const CardTable& table, NameSession& session) {
  return Pack(WriteColumns(table, &session));
}

Result<CardTable> DecodeTable(std::string_view bytes, const TableBounds& bounds) {
  return Decode(bytes, nullptr, bounds);
}

Result<CardTable> DecodeTable(std::string_view bytes, NameSession& session,
                              const TableBounds& bounds) {
  return Decode(bytes, &session, bounds);
}

}  // namespace bellrock::metrics
