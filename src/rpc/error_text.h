// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "bellrock/rpc/v1/wire.pb.h"
#include "bellrock/status.h"
#include "bellrock/time.h"

// How statuses become text, wire bytes and HTTP codes.
namespace bellrock::rpc {

inline constexpr size_t kErrorMessageBytesMax = 8 << 10;
inline constexpr size_t kErrorCauseBytesMax = 4 << 10;

// Who says that a call failed; numbered as in wire.proto.
enum class Origin : uint8_t {
  kHandler = 0,     // the handler ran and returned the status
  kServer = 1,      // refused before the handler ran: may be tried elsewhere
  kDownstream = 2,  // the handler passes on what its own callee did to it
};

void FillReplyMeta(const Status& status, Origin origin, v1::ReplyMeta* meta);
// OK for code 0.
Status StatusFromReplyMeta(const v1::ReplyMeta& meta);
// What a peer wrote as the error type of its status; what is none is left away.
Status WithPeersErrorType(const Status& status, std::string_view type);
// The header of HTTP and trailer of gRPC that bears it.
inline constexpr std::string_view kErrorTypeHeader = "bellrock-error-type";

// As google.rpc.Code documents it: NOT_FOUND -> 404, ...
int HttpStatusOf(StatusCode code);
std::string_view HttpReason(int http_status);

// One try of a call, kept for the error text.
struct Attempt {
  std::string address;
  Status status;
  Duration latency{0};
  bool backup = false;  // sent because another took too long
};
// "music.v1.Storage/Get to music/storage failed after 2 tries: 1) 127.0.0.1:7: UNAVAILABLE: refused
// (0.3 ms); 2) ...". Of a try that failed like an earlier one: "as 1)", and what it says beyond.
std::string AttemptsText(std::string_view method, std::string_view callee,
                         const std::vector<Attempt>& attempts);

// "0.3 ms", "12 ms", "1.5 s"
std::string DurationText(Duration duration);

}  // namespace bellrock::rpc
