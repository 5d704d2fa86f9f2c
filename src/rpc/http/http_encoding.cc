// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "rpc/http/http_encoding.h"

#include <fmt/format.h>
#include <zlib.h>

#include <algorithm>
#include <array>

#include "base/check.h"
#include "rpc/error_catalog.h"

namespace bellrock::rpc {
namespace {

// zlib's own number for "15 bits of window, gzip's header and trailer".
constexpr int kGzipWindow = 15 + 16;
constexpr int kMemoryLevel = 8;
// An answer holds up its loop while it is packed.
constexpr int kLevel = Z_BEST_SPEED;
constexpr size_t kStepBytes = 8 << 10;

std::string_view Trimmed(std::string_view text) {
  const size_t first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

bool EqualNoCase(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [&](char x, char y) { return lower(x) == lower(y); });
}

// "q=0", "q=0.0": not wanted.
bool IsZeroWeight(std::string_view parameters) {
  const size_t q = parameters.find("q=");
  if (q == std::string_view::npos) return false;
  std::string_view weight = parameters.substr(q + 2);
  weight = Trimmed(weight.substr(0, weight.find(';')));
  return !weight.empty() && weight.find_first_not_of("0.") == std::string_view::npos;
}

Bytef* AsBytes(std::string_view text) {
  return reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
}

}  // namespace

bool AcceptsByName(std::string_view list, std::string_view wanted) {
  while (!list.empty()) {
    const size_t comma = std::min(list.find(','), list.size());
    const std::string_view entry = list.substr(0, comma);
    list.remove_prefix(std::min(comma + 1, list.size()));
    const size_t semicolon = std::min(entry.find(';'), entry.size());
    if (!EqualNoCase(Trimmed(entry.substr(0, semicolon)), wanted)) continue;
    return !IsZeroWeight(entry.substr(semicolon));
  }
  return false;
}

std::string Gzip(std::string_view plain) {
  z_stream stream{};
  BELLROCK_CHECK(deflateInit2(&stream, kLevel, Z_DEFLATED, kGzipWindow, kMemoryLevel,
                              Z_DEFAULT_STRATEGY) == Z_OK,
                 "zlib takes our own parameters");
  std::string packed(deflateBound(&stream, plain.size()), '\0');
  stream.next_in = AsBytes(plain);
  stream.avail_in = static_cast<uInt>(plain.size());
  stream.next_out = AsBytes(packed);
  stream.avail_out = static_cast<uInt>(packed.size());
  BELLROCK_CHECK(deflate(&stream, Z_FINISH) == Z_STREAM_END, "deflateBound() is enough");
  packed.resize(stream.total_out);
  deflateEnd(&stream);
  return packed;
}

Result<std::string> Gunzip(std::string_view packed, size_t bytes_max) {
  z_stream stream{};
  BELLROCK_CHECK(inflateInit2(&stream, kGzipWindow) == Z_OK, "zlib takes our own parameters");
  stream.next_in = AsBytes(packed);
  stream.avail_in = static_cast<uInt>(packed.size());
  std::string plain;
  std::array<char, kStepBytes> step;
  int state = Z_OK;
  while (state == Z_OK && plain.size() <= bytes_max) {
    stream.next_out = reinterpret_cast<Bytef*>(step.data());
    stream.avail_out = static_cast<uInt>(step.size());
    state = inflate(&stream, Z_NO_FLUSH);
    plain.append(step.data(), step.size() - stream.avail_out);
  }
  inflateEnd(&stream);
  if (plain.size() > bytes_max) {
    return ResourceExhaustedError(Numbered(
        ErrorNumber::kUnpacksTooLarge,
        fmt::format("the body is over the limit of {} bytes once unpacked; send less at once",
                    bytes_max)));
  }
  if (state != Z_STREAM_END || stream.avail_in != 0) {
    return InvalidArgumentError(Numbered(
        ErrorNumber::kDamagedPacking,
        "the body is no whole gzip stream, as its Content-Encoding says; send one, or leave the "
        "header out"));
  }
  return plain;
}

}  // namespace bellrock::rpc
