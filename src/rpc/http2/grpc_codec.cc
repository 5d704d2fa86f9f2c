// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "rpc/http2/grpc_codec.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>

#include "rpc/error_catalog.h"

namespace bellrock::rpc::http2 {
namespace {

// A message that is announced is not believed to be large before that much of it has come.
constexpr size_t kReserveMax = 1 << 20;
constexpr size_t kTimeoutDigitsMax = 8;
// Stock clients take 8 KiB of headers in all.
constexpr size_t kMessageTextMax = 4 << 10;
constexpr std::string_view kHex = "0123456789ABCDEF";
constexpr std::string_view kBase64 =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

struct TimeUnit {
  char letter;
  Duration length;
};
// From fine to coarse.
constexpr std::array<TimeUnit, 6> kUnits = {{{'n', std::chrono::nanoseconds(1)},
                                             {'u', std::chrono::microseconds(1)},
                                             {'m', std::chrono::milliseconds(1)},
                                             {'S', std::chrono::seconds(1)},
                                             {'M', std::chrono::minutes(1)},
                                             {'H', std::chrono::hours(1)}}};

int HexValue(char digit) {
  if (digit >= '0' && digit <= '9') return digit - '0';
  if (digit >= 'a' && digit <= 'f') return digit - 'a' + 10;
  if (digit >= 'A' && digit <= 'F') return digit - 'A' + 10;
  return -1;
}

// Each byte's value in base64, 64 for others.
constexpr std::array<uint8_t, 256> MakeBase64Values() {
  std::array<uint8_t, 256> values{};
  values.fill(64);
  for (uint8_t i = 0; i < 64; ++i) values[static_cast<uint8_t>(kBase64[i])] = i;
  return values;
}
constexpr std::array<uint8_t, 256> kBase64Values = MakeBase64Values();

}  // namespace

void WritePrefix(bool compressed, size_t message_bytes, char* to) {
  to[0] = compressed ? 1 : 0;
  for (int i = 0; i < 4; ++i) to[1 + i] = static_cast<char>(message_bytes >> (24 - 8 * i));
}

Result<size_t> MessageAssembler::MessageBytes(std::string_view prefix) const {
  if (static_cast<unsigned char>(prefix[0]) > 1) {
    return InternalError(
        Numbered(ErrorNumber::kGrpcBroken,
                 fmt::format("a gRPC message begins with flag byte {}; only 0 and 1 exist",
                             static_cast<unsigned char>(prefix[0]))));
  }
  size_t bytes = 0;
  for (int i = 1; i <= 4; ++i) bytes = bytes << 8 | static_cast<unsigned char>(prefix[i]);
  if (bytes <= message_bytes_max_) return bytes;
  return ResourceExhaustedError(
      Numbered(ErrorNumber::kMessageTooLarge,
               fmt::format("a message of {} bytes; the limit is {}", bytes, message_bytes_max_)));
}

Result<bool> MessageAssembler::Next(std::string_view& piece, Message* message) {
  if (taken_) {
    taken_ = false;
    held_.clear();
    if (held_.capacity() > kReserveMax) held_ = std::string();
  }
  if (held_.empty() && piece.size() >= kPrefixBytes) {
    BELLROCK_ASSIGN(const size_t bytes, MessageBytes(piece));
    if (piece.size() >= kPrefixBytes + bytes) {
      *message = {.compressed = piece[0] == 1, .bytes = piece.substr(kPrefixBytes, bytes)};
      piece.remove_prefix(kPrefixBytes + bytes);
      return true;
    }
    held_.reserve(std::min(kPrefixBytes + bytes, kReserveMax));
  }
  const auto take = [&](size_t until) {
    const size_t bytes = std::min(piece.size(), until - held_.size());
    held_.append(piece.substr(0, bytes));
    piece.remove_prefix(bytes);
    return held_.size() == until;
  };
  if (held_.size() < kPrefixBytes && !take(kPrefixBytes)) return false;
  BELLROCK_ASSIGN(const size_t bytes, MessageBytes(held_));
  if (!take(kPrefixBytes + bytes)) return false;
  *message = {.compressed = held_[0] == 1, .bytes = std::string_view(held_).substr(kPrefixBytes)};
  taken_ = true;
  return true;
}

std::optional<Duration> ParseTimeout(std::string_view text) {
  if (text.size() < 2 || text.size() > kTimeoutDigitsMax + 1) return std::nullopt;
  int64_t count = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size() - 1, count);
  if (error != std::errc() || end != text.data() + text.size() - 1 || count < 0) {
    return std::nullopt;
  }
  for (const TimeUnit& unit : kUnits) {
    if (unit.letter != text.back()) continue;
    // Hours beyond what nanoseconds can hold are as good as that.
    return count > Duration::max() / unit.length ? Duration::max() : count * unit.length;
  }
  return std::nullopt;
}

std::string FormatTimeout(Duration left) {
  constexpr int64_t kCountMax = 99'999'999;
  left = std::max(left, Duration(1));
  for (const TimeUnit& unit : kUnits) {
    const int64_t count = (left.count() - 1) / unit.length.count() + 1;
    if (count <= kCountMax) return fmt::format("{}{}", count, unit.letter);
  }
  return fmt::format("{}H", kCountMax);
}

std::string PercentEncode(std::string_view text) {
  std::string encoded;
  encoded.reserve(text.size());
  for (const char byte : text) {
    if (byte >= 0x20 && byte <= 0x7e && byte != '%') {
      encoded += byte;
      continue;
    }
    const auto value = static_cast<unsigned char>(byte);
    encoded += '%';
    encoded += kHex[value >> 4];
    encoded += kHex[value & 15];
  }
  return encoded;
}

std::string PercentDecode(std::string_view text) {
  std::string decoded;
  decoded.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    const bool room = text[i] == '%' && i + 2 < text.size();
    const int high = room ? HexValue(text[i + 1]) : -1;
    const int low = room ? HexValue(text[i + 2]) : -1;
    if (high < 0 || low < 0) {
      decoded += text[i];
    } else {
      decoded += static_cast<char>(high << 4 | low);
      i += 2;
    }
  }
  return decoded;
}

std::string GrpcMessageText(const Status& status) {
  std::string text = PercentEncode(status.message());
  if (text.size() <= kMessageTextMax) return text;
  size_t end = kMessageTextMax;
  // Not within an escape.
  if (text[end - 1] == '%') end -= 1;
  if (text[end - 2] == '%') end -= 2;
  text.resize(end);
  return text;
}

std::string Base64Encode(std::string_view bytes) {
  std::string text;
  text.reserve(bytes.size() * 4 / 3 + 3);
  uint32_t bits = 0;
  int held = 0;
  for (const char byte : bytes) {
    bits = bits << 8 | static_cast<unsigned char>(byte);
    for (held += 8; held >= 6; held -= 6) text += kBase64[bits >> (held - 6) & 63];
  }
  if (held > 0) text += kBase64[bits << (6 - held) & 63];
  return text;
}

std::optional<std::string> Base64Decode(std::string_view text) {
  for (int i = 0; i < 2 && text.ends_with('='); ++i) text.remove_suffix(1);
  if (text.size() % 4 == 1) return std::nullopt;
  std::string bytes;
  bytes.reserve(text.size() * 3 / 4);
  uint32_t bits = 0;
  int held = 0;
  for (const char letter : text) {
    const uint8_t value = kBase64Values[static_cast<uint8_t>(letter)];
    if (value > 63) return std::nullopt;
    bits = bits << 6 | value;
    held += 6;
    if (held < 8) continue;
    held -= 8;
    bytes += static_cast<char>(bits >> held);
  }
  return bytes;
}

bool AppendMetadata(std::string_view name, std::string_view value, Metadata* metadata) {
  if (!name.ends_with("-bin")) {
    metadata->emplace_back(name, value);
    return true;
  }
  const size_t before = metadata->size();
  for (;;) {
    const size_t comma = value.find(',');
    std::optional<std::string> bytes = Base64Decode(value.substr(0, comma));
    if (!bytes) {
      metadata->resize(before);
      return false;
    }
    metadata->emplace_back(name, std::move(*bytes));
    if (comma == std::string_view::npos) return true;
    value.remove_prefix(comma + 1);
    while (value.starts_with(' ')) value.remove_prefix(1);
  }
}

std::string MetadataText(std::string_view key, std::string_view value) {
  return key.ends_with("-bin") ? Base64Encode(value) : std::string(value);
}

ContentKind ContentKindOf(std::string_view content_type) {
  constexpr std::string_view kBase = "application/grpc";
  if (!content_type.starts_with(kBase)) return ContentKind::kNotGrpc;
  const std::string_view rest = content_type.substr(kBase.size());
  const std::string_view format = rest.substr(0, rest.find(';'));
  if (format.empty() || format == "+proto") return ContentKind::kGrpcProto;
  return format[0] == '+' ? ContentKind::kGrpcOther : ContentKind::kNotGrpc;
}

StatusCode CodeOfHttpStatus(int http_status) {
  switch (http_status) {
    case 400:
      return StatusCode::kInternal;
    case 401:
      return StatusCode::kUnauthenticated;
    case 403:
      return StatusCode::kPermissionDenied;
    case 404:
      return StatusCode::kUnimplemented;
    case 429:
    case 502:
    case 503:
    case 504:
      return StatusCode::kUnavailable;
    default:
      return StatusCode::kUnknown;
  }
}

StatusCode CodeOfReset(uint32_t http2_error) {
  constexpr uint32_t kRefused = 7;
  constexpr uint32_t kCancel = 8;
  constexpr uint32_t kCalm = 11;
  constexpr uint32_t kInadequateSecurity = 12;
  switch (http2_error) {
    case kRefused:
      return StatusCode::kUnavailable;
    case kCancel:
      return StatusCode::kCancelled;
    case kCalm:
      return StatusCode::kResourceExhausted;
    case kInadequateSecurity:
      return StatusCode::kPermissionDenied;
    default:
      return StatusCode::kInternal;
  }
}

StatusCode ParseStatusCode(std::string_view text) {
  uint32_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return StatusCode::kUnknown;
  return StatusCodeFromNumber(number);
}

std::string_view StatusCodeText(StatusCode code) {
  static constexpr std::array<std::string_view, kStatusCodeCount> kTexts = {
      "0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12", "13", "14", "15", "16"};
  return kTexts[static_cast<size_t>(code)];
}

}  // namespace bellrock::rpc::http2
