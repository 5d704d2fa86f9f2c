// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "rpc/http2/message_writer.h"

#include <fmt/format.h>
#include <google/protobuf/message.h>

#include <string>

#include "rpc/error_catalog.h"
#include "rpc/http/http_encoding.h"
#include "rpc/http2/grpc_codec.h"

namespace bellrock::rpc::http2 {

Status AppendGrpcMessage(ByteBuffer& out, const Message& message, bool gzip,
                         size_t message_bytes_max) {
  const size_t bytes = message.ByteSizeLong();
  if (bytes > message_bytes_max) {
    return ResourceExhaustedError(
        Numbered(ErrorNumber::kMessageTooLarge,
                 fmt::format("{} has {} bytes; the limit is {}", message.GetTypeName(), bytes,
                             message_bytes_max)));
  }
  if (gzip) {
    const std::string packed = Gzip(message.SerializeAsString());
    WritePrefix(true, packed.size(), out.Reserve(kPrefixBytes));
    out.Commit(kPrefixBytes);
    out.Append(packed);
    return Status::Ok();
  }
  char* to = out.Reserve(kPrefixBytes + bytes);
  WritePrefix(false, bytes, to);
  message.SerializeWithCachedSizesToArray(reinterpret_cast<uint8_t*>(to + kPrefixBytes));
  out.Commit(kPrefixBytes + bytes);
  return Status::Ok();
}

}  // namespace bellrock::rpc::http2
