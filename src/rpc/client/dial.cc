// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "rpc/client/dial.h"

#include <fmt/format.h>

#include <utility>

#include "fiber/fiber.h"
#include "rpc/error_catalog.h"
#include "rpc/error_text.h"
#include "rpc/tls/tls_context.h"

namespace bellrock::rpc {
namespace {

Result<std::unique_ptr<fiber::Stream>> Secure(TlsContext& tls, std::unique_ptr<fiber::Stream> plain,
                                              std::string_view protocol, Time deadline) {
  BELLROCK_ASSIGN(auto stream, tls.Connect(std::move(plain), protocol, deadline));
  if (stream->alpn().empty() || stream->alpn() == protocol) {
    return std::unique_ptr<fiber::Stream>(std::move(stream));
  }
  return UnavailableError(Numbered(
      ErrorNumber::kTlsHandshake,
      fmt::format("the server wants to speak {}, and we speak {}", stream->alpn(), protocol)));
}

}  // namespace

Result<std::unique_ptr<fiber::Stream>> Dial(fiber::Environment environment, const Address& address,
                                            const ClientOptions& options,
                                            std::string_view protocol) {
  const Time until = environment.clock.Now() + options.connect_timeout;
  fiber::ScopedDeadline deadline(until);
  Result<std::unique_ptr<fiber::Stream>> stream = environment.network.Connect(address);
  if (stream.ok() && options.tls != nullptr) {
    stream = Secure(*options.tls, std::move(*stream), protocol, until);
  }
  if (stream.ok()) return stream;
  if (stream.status().code() == StatusCode::kDeadlineExceeded) {
    return UnavailableError(
        Numbered(ErrorNumber::kConnectTimeout,
                 fmt::format("connect {}: no answer within {}", address.ToString(),
                             DurationText(options.connect_timeout))));
  }
  return UnavailableError(
      Numbered(ErrorNumber::kConnectFailed, std::string(stream.status().message())));
}

}  // namespace bellrock::rpc
