// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace bellrock::rpc {

// The names in a certificate, as it gives them.
struct CertificateNames {
  std::vector<std::string> uris{};
  std::vector<std::string> dns{};
  std::vector<std::string> ips{};  // "10.0.0.1", "fe80:0:0:0:0:0:0:1"
  std::string common_name{};
};

// Who the other end of a connection is, by its verified certificate. Without one both are "".
struct PeerIdentity {
  std::string name{};  // "line/service", else a DNS name or common name: what access rules match
  std::string uri{};   // the SPIFFE ID that gave the name, "" if none did
};

// A longer name is taken for none.
inline constexpr size_t kIdentityBytesMax = 256;

// The first of these that the certificate has, of printable ASCII only:
//   1. a SPIFFE ID as URI: the last two segments of its path, "spiffe://corp/site1/music/web" ->
//      "music/web"; of ".../ns/music/sa/web", as service meshes write it, also "music/web"
//   2. a DNS name, but no wildcard
//   3. the subject's common name
// Pure.
PeerIdentity IdentityOf(const CertificateNames& names);

}  // namespace bellrock::rpc
