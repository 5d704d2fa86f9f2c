// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "bellrock/status.h"
#include "bellrock/time.h"
#include "rpc/client/client_transport.h"
#include "rpc/http2/session.h"

namespace bellrock::rpc::http2 {

// Metadata fields of one call. Their bytes are bounded elsewhere (kMetadataBytesMax).
inline constexpr size_t kMetadataFieldsMax = 128;

// Writes the header fields of gRPC requests to one callee. Its memory is used again for each call,
// so that the fields cost no allocation. Pure; belongs to one connection.
class GrpcRequestHeaders {
 public:
  // `scheme` is a literal, "http" or "https".
  GrpcRequestHeaders(std::string_view scheme, std::string authority);

  // The fields and what they point to are valid until the next call, of `call` as long as that
  // lives. kDeadlineExceeded if no time is left, kResourceExhausted for too many fields.
  Result<std::span<const HeaderField>> Fill(const OutgoingCall& call, Time now);

 private:
  Status AddTimeout(const OutgoingCall& call, Time now);
  void AddContext(const OutgoingCall& call);
  Status AddMetadata(const Metadata& metadata);

  const std::string authority_;
  std::vector<HeaderField> fields_;
  std::string path_;
  std::string timeout_;
  std::string trace_;
  std::string attempt_;
  std::vector<std::string> binary_;  // base64
};

// Whether messages of the call go out as gzip, the one packing that gRPC servers know.
bool WantsGzip(Compression compression);

}  // namespace bellrock::rpc::http2
