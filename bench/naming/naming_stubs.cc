// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "naming_stubs.h"

#include <string>

namespace bellrock::bench {
namespace {

// The load fails on the first error, so that a slow answer must not be one.
constexpr Duration kPatience = std::chrono::seconds(60);

}  // namespace

RpcConnections::RpcConnections(fiber::Environment environment, const Address& server, int count,
                               Protocol protocol)
    : endpoints_({server}) {
  rpc::ClientOptions options{.caller = "bench/load", .timeout = kPatience};
  options.connect_timeout = kPatience;
  options.attempts = 1;
  options.keep_alive = Duration::zero();
  options.protocol = protocol;
  for (int i = 0; i < count; ++i) {
    clients_.push_back(std::make_unique<rpc::Client>(environment, endpoints_, nullptr, options));
  }
}

naming::v1::RegisterRequest RegistrationOf(const Fleet& fleet, int64_t n, Duration lease) {
  naming::v1::RegisterRequest request;
  naming::v1::InstanceSpec& instance = *request.mutable_instance();
  instance.set_path(InstancePath(fleet, n));
  instance.set_address(AddressOf(n));
  instance.set_lease_ms(
      static_cast<int32_t>(std::chrono::duration_cast<std::chrono::milliseconds>(lease).count()));
  instance.set_version("1.4.2");
  (*instance.mutable_labels())["zone"] = std::to_string(n % 3);
  (*instance.mutable_labels())["lane"] = "main";
  return request;
}

naming::v1::HeartbeatRequest HeartbeatOf(const Fleet& fleet, std::span<const int64_t> instances) {
  naming::v1::HeartbeatRequest request;
  request.mutable_paths()->Reserve(static_cast<int>(instances.size()));
  for (int64_t n : instances) request.add_paths(InstancePath(fleet, n));
  return request;
}

}  // namespace bellrock::bench
