// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "rpc/http/http_encoding.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/ascii.h"
#include "base/check.h"
#include "rpc/compression.h"
#include "rpc/error_catalog.h"

namespace bellrock::rpc {
namespace {

std::string_view Trimmed(std::string_view text) {
  const size_t first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

// "q=0", "q=0.0": not wanted.
bool IsZeroWeight(std::string_view parameters) {
  const size_t q = parameters.find("q=");
  if (q == std::string_view::npos) return false;
  std::string_view weight = parameters.substr(q + 2);
  weight = Trimmed(weight.substr(0, weight.find(';')));
  return !weight.empty() && weight.find_first_not_of("0.") == std::string_view::npos;
}

}  // namespace

bool AcceptsByName(std::string_view list, std::string_view wanted) {
  while (!list.empty()) {
    const size_t comma = std::min(list.find(','), list.size());
    const std::string_view entry = list.substr(0, comma);
    list.remove_prefix(std::min(comma + 1, list.size()));
    const size_t semicolon = std::min(entry.find(';'), entry.size());
    if (!EqualIgnoringCase(Trimmed(entry.substr(0, semicolon)), wanted)) continue;
    return !IsZeroWeight(entry.substr(semicolon));
  }
  return false;
}

std::string Gzip(std::string_view plain) {
  std::string packed;
  const Status status = Pack(Compression::kGzip, plain, &packed);
  BELLROCK_CHECK(status.ok(), "gzip packs whatever there is");
  return packed;
}

Result<std::string> Gunzip(std::string_view packed, size_t bytes_max) {
  std::string plain;
  const Status status =
      Unpack(static_cast<uint32_t>(Compression::kGzip), packed, bytes_max, &plain);
  if (status.ok()) return plain;
  if (status.code() == StatusCode::kResourceExhausted) {
    return ResourceExhaustedError(Numbered(
        ErrorNumber::kUnpacksTooLarge,
        fmt::format("the body is over the limit of {} bytes once unpacked; send less at once",
                    bytes_max)));
  }
  return InvalidArgumentError(Numbered(
      ErrorNumber::kDamagedPacking,
      "the body is no whole gzip stream, as its Content-Encoding says; send one, or leave the "
      "header out"));
}

}  // namespace bellrock::rpc
