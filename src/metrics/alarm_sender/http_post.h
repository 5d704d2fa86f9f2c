// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "bellrock/status.h"
#include "bellrock/time.h"
#include "metrics/alarm/message.h"
#include "metrics/alarm_sender/dialer.h"
#include "rpc/http/http_fetch.h"

namespace bellrock::metrics::alarm_sender {

inline constexpr size_t kReplyHeaderBytesMax = 16 << 10;
inline constexpr size_t kReplyBodyBytesMax = 64 << 10;

struct HttpUrl {
  bool https = false;
  std::string host;  // without the brackets of an IPv6 literal
  uint16_t port = 0;
  std::string authority;  // as the Host header has it
  std::string target;     // "/path?query"
};
// kInvalidArgument says what is wrong; names and passwords in a URL are refused.
Result<HttpUrl> ParseHttpUrl(std::string_view url);

// POSTs on a connection of its own. Blocks until the reply is there or `deadline`. kUnavailable:
// it may or may not have been received.
Result<rpc::FetchReply> Post(Dialer& dialer, const alarm::HttpMessage& message, Time deadline);

}  // namespace bellrock::metrics::alarm_sender
