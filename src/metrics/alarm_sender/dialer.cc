// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/alarm_sender/dialer.h"

#include <fmt/format.h>

#include <utility>
#include <vector>

#include "rpc/tls/tls_context.h"
#include "rpc/tls/tls_stream.h"

namespace bellrock::metrics::alarm_sender {

Dialer::Dialer(fiber::Environment environment, fiber::Resolver& resolver, rpc::TlsOptions trust)
    : environment_(environment), resolver_(resolver), trust_(std::move(trust)) {}

Dialer::~Dialer() = default;

Result<std::unique_ptr<fiber::Stream>> Dialer::Connect(const std::string& host, uint16_t port) {
  BELLROCK_ASSIGN(const std::vector<std::string> addresses, resolver_.Resolve(host));
  Status last = UnavailableError(fmt::format("{} has no address", host));
  for (size_t i = 0; i < addresses.size() && i < kAddressesTried; ++i) {
    auto stream = environment_.network.Connect(Address::Tcp(addresses[i], port));
    if (stream.ok()) return stream;
    last = stream.status();
    if (last.code() != StatusCode::kUnavailable) break;
  }
  return last.WithContext(fmt::format("{}:{}", host, port));
}

Result<std::shared_ptr<rpc::TlsContext>> Dialer::ContextFor(const std::string& host) {
  if (const auto found = contexts_.find(host); found != contexts_.end()) return found->second;
  rpc::TlsOptions options = trust_;
  options.server_name = host;
  BELLROCK_ASSIGN(std::shared_ptr<rpc::TlsContext> context,
                  rpc::TlsContext::Client(environment_, options));
  if (contexts_.size() >= kTlsContextsMax) contexts_.clear();
  contexts_[host] = context;
  return context;
}

Result<std::unique_ptr<fiber::Stream>> Dialer::StartTls(std::unique_ptr<fiber::Stream> stream,
                                                        const std::string& host, Time deadline) {
  BELLROCK_ASSIGN(const std::shared_ptr<rpc::TlsContext> context, ContextFor(host));
  BELLROCK_ASSIGN(std::unique_ptr<rpc::TlsStream> tls,
                  context->Connect(std::move(stream), {}, deadline));
  return Result<std::unique_ptr<fiber::Stream>>(std::move(tls));
}

}  // namespace bellrock::metrics::alarm_sender
