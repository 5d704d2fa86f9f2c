// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "bellrock/time.h"
#include "rpc/tls/peer_identity.h"

struct x509_st;

namespace bellrock::rpc {

// What a certificate says, for people and for identity.
struct CertificateFacts {
  std::string subject{};  // "CN=web,O=Music" (RFC 2253)
  std::string issuer{};
  std::string serial{};  // hexadecimal
  WallTime not_before{};
  WallTime not_after{};
  CertificateNames names{};
};

CertificateFacts ReadFacts(x509_st& certificate);

// "2027-01-15 08:00:00 UTC".
std::string WallTimeText(WallTime when);

// Takes what OpenSSL noted on this thread: "no start line; bad base64 decode", or "" if nothing.
std::string TakeOpenSslErrors();

}  // namespace bellrock::rpc
