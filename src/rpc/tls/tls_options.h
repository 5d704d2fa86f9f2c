// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace bellrock::rpc {

// Names of protocols in TLS's negotiation (ALPN).
inline constexpr std::string_view kAlpnNative = "bellrock/1";  // docs/spec/wire.md
inline constexpr std::string_view kAlpnHttp1 = "http/1.1";
inline constexpr std::string_view kAlpnHttp2 = "h2";

// What a TlsContext is made from. Files are PEM. docs/tls.md shows how to make them.
struct TlsOptions {
  // Our certificate followed by intermediate ones, and its key without a passphrase. A server needs
  // both; a client gives both or none.
  std::string certificate_file{};
  std::string key_file{};
  // The authorities that may sign our peers' certificates. Client: "" means the system's. Server:
  // "" means that no client is asked for a certificate.
  std::string ca_file{};
  // Server: refuse clients without a certificate; with false one is asked for, and checked if sent.
  bool require_client_certificate = false;
  // Protocols to negotiate, the most wanted first. Empty: a server takes what rpc::Server speaks, a
  // client negotiates only what its protocol asks for.
  std::vector<std::string> alpn{};
  // Client: the DNS name or IP address the server's certificate must be for; "" means the host that
  // was connected to.
  std::string server_name{};
  // Client: the identity (see PeerIdentity::name) that the server must have. Given, the names of
  // its host are not looked at: instances come and go, the service's identity stays.
  std::string server_identity{};
};

}  // namespace bellrock::rpc
