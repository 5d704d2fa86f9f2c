// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "rpc/metadata.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "rpc/error_catalog.h"

namespace bellrock::rpc {
namespace {

bool IsKeyByte(char byte) {
  return (byte >= 'a' && byte <= 'z') || (byte >= '0' && byte <= '9') || byte == '-' ||
         byte == '_' || byte == '.';
}

// Headers of HTTP, those that HTTP/2 forbids among them.
constexpr std::array<std::string_view, 15> kReservedKeys = {
    "accept-encoding",   "connection", "content-length",   "content-type", "date",        "host",
    "http2-settings",    "keep-alive", "proxy-connection", "te",           "traceparent", "trailer",
    "transfer-encoding", "upgrade",    "user-agent"};
// Whole families: HTTP/2's pseudo headers, gRPC's, and those that carry our own context.
constexpr std::array<std::string_view, 3> kReservedPrefixes = {":", "grpc-", "bellrock-"};

bool IsPrintable(char byte) {
  return byte >= 0x20 && byte <= 0x7e;
}

void AddEntry(const std::string& key, const std::string& value, v1::MetadataEntry* entry) {
  entry->set_key(key);
  entry->set_value(value);
}

}  // namespace

bool IsReservedKey(std::string_view key) {
  return std::any_of(kReservedPrefixes.begin(), kReservedPrefixes.end(),
                     [key](std::string_view prefix) { return key.starts_with(prefix); }) ||
         std::find(kReservedKeys.begin(), kReservedKeys.end(), key) != kReservedKeys.end();
}

Status CheckMetadata(std::string_view key, std::string_view value) {
  if (key.empty() || !std::all_of(key.begin(), key.end(), IsKeyByte)) {
    return InvalidArgumentError(Numbered(
        ErrorNumber::kBadMetadata,
        fmt::format("metadata key \"{}\": write lower-case letters, digits, '-', '_' and '.' only",
                    key)));
  }
  if (IsReservedKey(key)) {
    return InvalidArgumentError(Numbered(
        ErrorNumber::kBadMetadata,
        fmt::format(
            "metadata key \"{0}\": is a header of the protocol itself and would not arrive; "
            "choose another, for example \"x-{0}\"",
            key)));
  }
  if (key.ends_with("-bin") || std::all_of(value.begin(), value.end(), IsPrintable)) {
    return Status::Ok();
  }
  return InvalidArgumentError(Numbered(
      ErrorNumber::kBadMetadata,
      fmt::format(
          "metadata {}: its value is not printable ASCII; end the key in \"-bin\" for other bytes",
          key)));
}

Status CheckMetadata(const Metadata& metadata) {
  size_t bytes = 0;
  for (const auto& [key, value] : metadata) {
    BELLROCK_TRY(CheckMetadata(key, value));
    bytes += key.size() + value.size();
  }
  if (bytes <= kMetadataBytesMax) return Status::Ok();
  return ResourceExhaustedError(
      Numbered(ErrorNumber::kMetadataTooLarge,
               fmt::format("metadata has {} bytes; the limit is {}", bytes, kMetadataBytesMax)));
}

void FillMetadata(const Metadata& metadata, v1::CallMeta* meta) {
  for (const auto& [key, value] : metadata) AddEntry(key, value, meta->add_metadata());
}

void FillMetadata(const Metadata& metadata, v1::ReplyMeta* meta) {
  for (const auto& [key, value] : metadata) AddEntry(key, value, meta->add_metadata());
}

Metadata MetadataFrom(const v1::ReplyMeta& meta) {
  Metadata metadata;
  for (const v1::MetadataEntry& entry : meta.metadata()) {
    metadata.emplace_back(entry.key(), entry.value());
  }
  return metadata;
}

void FillTrace(const TraceContext& trace, v1::CallMeta* meta) {
  meta->set_trace_id_high(trace.trace_id_high);
  meta->set_trace_id_low(trace.trace_id_low);
  meta->set_span_id(trace.span_id);
  meta->set_sampled(trace.sampled);
}

TraceContext TraceFromMeta(const v1::CallMeta& meta) {
  return {.trace_id_high = meta.trace_id_high(),
          .trace_id_low = meta.trace_id_low(),
          .span_id = meta.span_id(),
          .sampled = meta.sampled()};
}

}  // namespace bellrock::rpc
