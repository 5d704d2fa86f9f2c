// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "rpc/server/sniff.h"

#include <array>

#include "rpc/http2/session.h"
#include "rpc/native/frame.h"
#include "rpc/tls/tls_options.h"

namespace bellrock::rpc {
namespace {
constexpr std::array<std::string_view, 9> kHttpVerbs = {
    "GET ", "POST ", "HEAD ", "PUT ", "DELETE ", "OPTIONS ", "PATCH ", "TRACE ", "CONNECT "};

// The type of the first record of every TLS connection; no other protocol here begins with it.
constexpr char kTlsHandshake = '\x16';

// Whether `bytes` and `word` agree as far as both go.
bool Agrees(std::string_view bytes, std::string_view word) {
  const size_t size = std::min(bytes.size(), word.size());
  return bytes.substr(0, size) == word.substr(0, size);
}
}  // namespace

Protocol Sniff(std::string_view first) {
  if (first.starts_with(kTlsHandshake)) return Protocol::kTls;
  if (Agrees(first, kPreface)) {
    return first.size() >= kPreface.size() ? Protocol::kNative : Protocol::kNeedMore;
  }
  if (Agrees(first, http2::kClientPreface)) {
    return first.size() >= http2::kClientPreface.size() ? Protocol::kHttp2 : Protocol::kNeedMore;
  }
  for (const std::string_view verb : kHttpVerbs) {
    if (!Agrees(first, verb)) continue;
    return first.size() >= verb.size() ? Protocol::kHttp1 : Protocol::kNeedMore;
  }
  return Protocol::kUnknown;
}

std::string_view AlpnOf(Protocol protocol) {
  switch (protocol) {
    case Protocol::kNative:
      return kAlpnNative;
    case Protocol::kHttp1:
      return kAlpnHttp1;
    case Protocol::kHttp2:
      return kAlpnHttp2;
    default:
      return "";
  }
}

std::string_view GuessForeign(std::string_view first) {
  if (first.starts_with(kTlsHandshake)) return "TLS, which this port does not speak";
  return "neither native frames nor HTTP";
}

}  // namespace bellrock::rpc
