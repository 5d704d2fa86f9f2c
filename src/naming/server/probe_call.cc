// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "naming/server/probe_call.h"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <chrono>
#include <memory>
#include <span>
#include <string>

#include "fiber/fiber.h"
#include "grpc/health/v1/health.bellrock.h"
#include "rpc/client.h"

namespace bellrock::naming::server {
namespace {

namespace health = grpc::health::v1;

constexpr size_t kStatusLineBytes = 12;  // "HTTP/1.1 200"
constexpr int kAliveFrom = 200;
constexpr int kAliveBelow = 400;

Status CallHttp(fiber::Environment environment, const Address& address, const std::string& path) {
  BELLROCK_ASSIGN(const std::unique_ptr<fiber::Stream> stream,
                  environment.network.Connect(address));
  const std::string request = fmt::format(
      "GET {} HTTP/1.1\r\nHost: {}\r\nUser-Agent: bellrock-probe\r\nAccept: */*\r\n"
      "Connection: close\r\n\r\n",
      path, address.ToString());
  BELLROCK_TRY(stream->WriteAll(std::as_bytes(std::span(request))));
  std::array<char, kStatusLineBytes> head;
  size_t read = 0;
  while (read < head.size()) {
    BELLROCK_ASSIGN(const size_t more,
                    stream->Read(std::as_writable_bytes(std::span(head).subspan(read))));
    if (more == 0) break;
    read += more;
  }
  BELLROCK_ASSIGN(const int status, ParseHttpStatus(std::string_view(head.data(), read)));
  if (status >= kAliveFrom && status < kAliveBelow) return Status::Ok();
  return UnavailableError(fmt::format("it answered GET {} with {}", path, status));
}

Status CallGrpc(fiber::Environment environment, const Address& address, const HealthCheck& check) {
  rpc::FixedEndpoints endpoints({address});
  rpc::ClientOptions options;
  options.caller = "bellrock/server";
  options.callee = "a probed instance";
  options.timeout = options.connect_timeout = std::chrono::milliseconds(check.timeout_ms);
  options.attempts = 1;
  options.connections = Connections::kShort;
  options.protocol = Protocol::kGrpc;
  rpc::Client client(environment, endpoints, nullptr, options);
  health::HealthCheckRequest request;
  request.set_service(check.path);
  BELLROCK_ASSIGN(const health::HealthCheckResponse reply,
                  health::HealthStub(client).Check(request));
  if (reply.status() == health::HealthCheckResponse::SERVING) return Status::Ok();
  return UnavailableError("its health service does not say SERVING");
}

}  // namespace

Result<int> ParseHttpStatus(std::string_view head) {
  int status = 0;
  const bool shaped = head.size() >= kStatusLineBytes && head.starts_with("HTTP/1.") &&
                      (head[7] == '0' || head[7] == '1') && head[8] == ' ';
  if (shaped) {
    const auto [end, error] = std::from_chars(&head[9], &head[9] + 3, status);
    if (error == std::errc() && end == &head[9] + 3 && status >= 100) return status;
  }
  return UnavailableError("it did not answer in HTTP");
}

Status CallProbe(fiber::Environment environment, const Address& address, const HealthCheck& check) {
  const auto timeout = std::chrono::milliseconds(check.timeout_ms);
  const fiber::ScopedDeadline deadline(environment.clock.Now() + timeout);
  switch (check.kind) {
    case HealthCheck::Kind::kTcp:
      return environment.network.Connect(address).status();
    case HealthCheck::Kind::kHttp:
      return CallHttp(environment, address, check.path);
    case HealthCheck::Kind::kGrpc:
      return CallGrpc(environment, address, check);
    case HealthCheck::Kind::kNone:
    case HealthCheck::Kind::kStatic:
      break;
  }
  return FailedPreconditionError("this check does not probe");
}

}  // namespace bellrock::naming::server
