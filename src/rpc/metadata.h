// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string_view>

#include "bellrock/rpc/v1/wire.pb.h"
#include "bellrock/service.h"
#include "bellrock/trace.h"

// What travels beside messages: metadata and trace contexts, checked and brought to the wire.
namespace bellrock::rpc {

// Keys and values of one call or one reply together.
inline constexpr size_t kMetadataBytesMax = 8 << 10;

// Whether a key is the protocols' own: a header of HTTP or gRPC, or one of ours. As metadata it
// would be dropped on the way, or break the call.
bool IsReservedKey(std::string_view key);

// Keys: lower-case letters, digits, '-', '_', '.', and none of the reserved ones. Values: printable
// ASCII unless the key ends in "-bin". The same for all protocols, so that metadata crosses them
// unchanged. The error names the key and the remedy.
Status CheckMetadata(std::string_view key, std::string_view value);
// Each entry, and the sum.
Status CheckMetadata(const Metadata& metadata);

// Appends.
void FillMetadata(const Metadata& metadata, v1::CallMeta* meta);
void FillMetadata(const Metadata& metadata, v1::ReplyMeta* meta);
Metadata MetadataFrom(const v1::ReplyMeta& meta);

void FillTrace(const TraceContext& trace, v1::CallMeta* meta);
// Without a parent: that is known to the caller only.
TraceContext TraceFromMeta(const v1::CallMeta& meta);

}  // namespace bellrock::rpc
