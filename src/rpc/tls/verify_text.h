// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "bellrock/status.h"
#include "rpc/tls/certificate.h"
#include "rpc/tls/credentials.h"

// Why a handshake failed, in words that say what to do. Pure.
namespace bellrock::rpc {

// We did not accept the peer's certificate. `code` is OpenSSL's X509_V_ERR_...
std::string RefusalText(TlsRole role, int code, const CertificateFacts& certificate,
                        const std::string& server_name);

// Anything else. `reason` is OpenSSL's SSL_R_..., 0 if there is none. kUnauthenticated if it is
// about certificates, kInvalidArgument if the peer breaks the protocol.
Status FailureStatus(TlsRole role, int reason, const std::string& text);

}  // namespace bellrock::rpc
