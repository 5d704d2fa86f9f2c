// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace bellrock {

// Files TLS works with, PEM; read again by themselves when they change. docs/tls.md shows how to
// make them. Nothing set: no TLS.
struct TlsFiles {
  // Client: TLS even if nothing else is given, by the system's authorities.
  bool enabled = false;
  // Our certificate followed by intermediate ones, and its key without a passphrase. A server needs
  // both; a client gives both (mTLS) or none.
  std::string certificate{};
  std::string key{};
  // The authorities that may sign our peers' certificates. Client: "" means the system's. Server:
  // "" means that no client is asked for a certificate.
  std::string ca{};
  // Server: refuse clients without a certificate.
  bool require_client_certificate = false;
  // Client: the DNS name or address the server's certificate must be for; "" = the host connected
  // to.
  std::string server_name{};
  // Client: the identity ("line/service") the server must have; its host's names are then not
  // looked at.
  std::string server_identity{};

  bool given() const {
    return enabled || !certificate.empty() || !key.empty() || !ca.empty() || !server_name.empty() ||
           !server_identity.empty();
  }
};

}  // namespace bellrock
