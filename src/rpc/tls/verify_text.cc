// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "rpc/tls/verify_text.h"

#include <fmt/format.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <string_view>
#include <vector>

#include "rpc/error_catalog.h"

namespace bellrock::rpc {
namespace {

std::string Joined(const CertificateNames& names) {
  std::string all;
  for (const auto* list : {&names.dns, &names.ips, &names.uris}) {
    for (const std::string& name : *list) all += (all.empty() ? "" : ", ") + name;
  }
  return all.empty() ? "no host" : all;
}

std::string Remedy(TlsRole role, int code, const CertificateFacts& certificate,
                   const std::string& server_name) {
  switch (code) {
    case X509_V_ERR_CERT_HAS_EXPIRED:
      return fmt::format("it expired on {}; issue a new one", WallTimeText(certificate.not_after));
    case X509_V_ERR_CERT_NOT_YET_VALID:
      return fmt::format("it is valid from {}; are the clocks right?",
                         WallTimeText(certificate.not_before));
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
    case X509_V_ERR_CERT_SIGNATURE_FAILURE:
      return "no authority in our ca_file signed it; add its issuer there, or issue it from ours";
    case X509_V_ERR_HOSTNAME_MISMATCH:
    case X509_V_ERR_IP_ADDRESS_MISMATCH:
      return fmt::format(
          "it is for {}, and we connect to \"{}\"; set server_name, or issue it for that name",
          Joined(certificate.names), server_name);
    case X509_V_ERR_INVALID_PURPOSE:
      return fmt::format("its extendedKeyUsage lacks {}; issue it anew with that",
                         role == TlsRole::kServer ? "clientAuth" : "serverAuth");
    default:
      return "issue a new one";
  }
}

std::string PeerRefusalRemedy(int alert) {
  switch (alert) {
    case SSL_AD_CERTIFICATE_REQUIRED:
      return "; it wants a certificate of ours: give certificate_file and key_file";
    case SSL_AD_UNKNOWN_CA:
      return "; its ca_file lacks the authority that signed our certificate";
    case SSL_AD_CERTIFICATE_EXPIRED:
      return "; our certificate has expired by its clock";
    case SSL_AD_BAD_CERTIFICATE:
    case SSL_AD_UNSUPPORTED_CERTIFICATE:
    case SSL_AD_CERTIFICATE_UNKNOWN:
      return "; it does not accept our certificate, its log says why";
    case SSL_AD_NO_APPLICATION_PROTOCOL:
      return "; it speaks none of our protocols (alpn)";
    default:
      return "";
  }
}

bool AboutCertificates(int alert) {
  return alert == SSL_AD_CERTIFICATE_REQUIRED || alert == SSL_AD_UNKNOWN_CA ||
         (alert >= SSL_AD_NO_CERTIFICATE && alert <= SSL_AD_CERTIFICATE_UNKNOWN);
}

}  // namespace

std::string RefusalText(TlsRole role, int code, const CertificateFacts& certificate,
                        const std::string& server_name) {
  return fmt::format("the {}'s certificate ({}, issued by {}) is refused: {}; {}",
                     role == TlsRole::kServer ? "client" : "server", certificate.subject,
                     certificate.issuer, X509_verify_cert_error_string(code),
                     Remedy(role, code, certificate, server_name));
}

Status FailureStatus(TlsRole role, int reason, const std::string& text) {
  const int alert = reason - SSL_AD_REASON_OFFSET;
  if (alert >= 0 && alert < SSL_AD_REASON_OFFSET) {
    const StatusCode code =
        AboutCertificates(alert) ? StatusCode::kUnauthenticated : StatusCode::kUnavailable;
    const ErrorNumber number =
        AboutCertificates(alert) ? ErrorNumber::kOurCertificate : ErrorNumber::kTlsHandshake;
    return Status(code, Numbered(number, fmt::format("the peer refused with alert \"{}\"{}",
                                                     SSL_alert_desc_string_long(alert),
                                                     PeerRefusalRemedy(alert))));
  }
  switch (reason) {
    case SSL_R_PEER_DID_NOT_RETURN_A_CERTIFICATE:
      return UnauthenticatedError(
          Numbered(ErrorNumber::kPeerCertificate,
                   "the client sent no certificate, and require_client_certificate is set; give it "
                   "certificate_file and key_file"));
    case SSL_R_NO_APPLICATION_PROTOCOL:
      return InvalidArgumentError(
          Numbered(ErrorNumber::kTlsHandshake, "the client speaks none of our protocols (alpn)"));
    case SSL_R_WRONG_VERSION_NUMBER:
      return InvalidArgumentError(Numbered(
          ErrorNumber::kTlsHandshake,
          role == TlsRole::kServer ? "the client does not speak TLS"
                                   : "the server does not answer in TLS; is it a plain port?"));
    case SSL_R_UNSUPPORTED_PROTOCOL:
    case SSL_R_VERSION_TOO_LOW:
      return InvalidArgumentError(Numbered(
          ErrorNumber::kTlsHandshake, "the peer's TLS is older than 1.2; bring it up to date"));
    default:
      return InvalidArgumentError(Numbered(
          ErrorNumber::kTlsHandshake,
          fmt::format("the peer breaks the TLS protocol: {}", text.empty() ? "no reason" : text)));
  }
}

}  // namespace bellrock::rpc
