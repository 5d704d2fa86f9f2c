// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "bellrock/service.h"
#include "bellrock/status.h"
#include "bellrock/time.h"

// How gRPC writes a call into HTTP/2 headers and bodies
// (github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md). Pure; the same for both ends.
namespace bellrock::rpc::http2 {

inline constexpr std::string_view kGrpcContentType = "application/grpc+proto";
// A flag byte (1 = compressed) and the length, before each message.
inline constexpr size_t kPrefixBytes = 5;

// Writes kPrefixBytes to `to`.
void WritePrefix(bool compressed, size_t message_bytes, char* to);

// Cuts a stream's body into messages. A message that lies whole in one piece of the body is not
// copied.
class MessageAssembler {
 public:
  explicit MessageAssembler(size_t message_bytes_max) : message_bytes_max_(message_bytes_max) {}

  struct Message {
    bool compressed = false;
    std::string_view bytes;  // in the piece or the assembler, until the next call
  };
  // Takes bytes from the front of `piece`. True: `message` is whole, call again with the rest.
  // False: `piece` is used up. kResourceExhausted for a message above the limit, kInternal for a
  // bad flag.
  Result<bool> Next(std::string_view& piece, Message* message);
  // The body may not end here: a message is begun.
  bool within_message() const { return !held_.empty(); }
  size_t held_bytes() const { return held_.size(); }

 private:
  Result<size_t> MessageBytes(std::string_view prefix) const;

  const size_t message_bytes_max_;
  std::string held_;    // prefix and bytes of a message whose end has not come
  bool taken_ = false;  // what is held was handed out
};

// "250m" -> 250 ms. nullopt unless 1 to 8 digits and one of H M S m u n.
std::optional<Duration> ParseTimeout(std::string_view text);
// Rounded up, at least "1n"; so exact as 8 digits allow.
std::string FormatTimeout(Duration left);

// grpc-message: printable ASCII as it is, other bytes and '%' as "%XX". Decoding keeps what is no
// escape.
std::string PercentEncode(std::string_view text);
std::string PercentDecode(std::string_view text);
// A status's message, encoded and cut to what clients take.
std::string GrpcMessageText(const Status& status);

// Values of "-bin" keys. Written without padding; read with or without, nullopt if it is neither.
std::string Base64Encode(std::string_view bytes);
std::optional<std::string> Base64Decode(std::string_view text);
// Appends one header field to metadata: "-bin" values are decoded, of which several may be joined
// by commas. False, and nothing is appended, if it is bad.
bool AppendMetadata(std::string_view name, std::string_view value, Metadata* metadata);
// A value as a header field has it.
std::string MetadataText(std::string_view key, std::string_view value);

enum class ContentKind { kNotGrpc, kGrpcProto, kGrpcOther };
// "application/grpc" and "application/grpc+proto", with parameters or without, are kGrpcProto.
ContentKind ContentKindOf(std::string_view content_type);

// What a client tells its caller when no grpc-status came: from the answer's HTTP status, or the
// error code of a reset stream. As grpc's http-grpc-status-mapping.md and PROTOCOL-HTTP2.md have
// it.
StatusCode CodeOfHttpStatus(int http_status);
StatusCode CodeOfReset(uint32_t http2_error);
// grpc-status's text; kUnknown for what is none.
StatusCode ParseStatusCode(std::string_view text);
std::string_view StatusCodeText(StatusCode code);

}  // namespace bellrock::rpc::http2
