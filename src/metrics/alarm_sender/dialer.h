// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>

#include "bellrock/status.h"
#include "bellrock/time.h"
#include "fiber/environment.h"
#include "fiber/resolver.h"
#include "rpc/tls/tls_options.h"

namespace bellrock::rpc {
class TlsContext;
}

namespace bellrock::metrics::alarm_sender {

inline constexpr size_t kAddressesTried = 3;    // of one host
inline constexpr size_t kTlsContextsMax = 256;  // one for each host that was talked to

// Connects to hosts by name, with TLS or without. Lives on one loop; several fibers may use it.
class Dialer {
 public:
  // `trust` says which authorities are believed, as for any client; its server_name is not looked
  // at.
  Dialer(fiber::Environment environment, fiber::Resolver& resolver, rpc::TlsOptions trust);
  ~Dialer();

  // Blocks until connected or the fiber's deadline. kUnavailable: no address of the host takes it.
  Result<std::unique_ptr<fiber::Stream>> Connect(const std::string& host, uint16_t port);
  // Puts TLS around a connection to `host`, whose certificate must be for that name.
  // kUnauthenticated says why not.
  Result<std::unique_ptr<fiber::Stream>> StartTls(std::unique_ptr<fiber::Stream> stream,
                                                  const std::string& host, Time deadline);

  fiber::Environment& environment() { return environment_; }

 private:
  Result<std::shared_ptr<rpc::TlsContext>> ContextFor(const std::string& host);

  fiber::Environment environment_;
  fiber::Resolver& resolver_;
  rpc::TlsOptions trust_;
  std::map<std::string, std::shared_ptr<rpc::TlsContext>> contexts_;
};

}  // namespace bellrock::metrics::alarm_sender
