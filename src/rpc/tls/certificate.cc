// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "rpc/tls/certificate.h"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/err.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <ctime>
#include <memory>
#include <string_view>

namespace bellrock::rpc {
namespace {

std::string NameText(const X509_NAME* name) {
  const std::unique_ptr<BIO, decltype(&BIO_free)> out(BIO_new(BIO_s_mem()), &BIO_free);
  X509_NAME_print_ex(out.get(), name, 0, XN_FLAG_RFC2253);
  char* text = nullptr;
  const long size = BIO_get_mem_data(out.get(), &text);
  return size > 0 ? std::string(text, static_cast<size_t>(size)) : std::string();
}

std::string Bytes(const ASN1_STRING* text) {
  return {reinterpret_cast<const char*>(ASN1_STRING_get0_data(text)),
          static_cast<size_t>(ASN1_STRING_length(text))};
}

std::string CommonName(const X509_NAME* subject) {
  const int at = X509_NAME_get_index_by_NID(subject, NID_commonName, -1);
  if (at < 0) return {};
  return Bytes(X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, at)));
}

std::string SerialText(const X509& certificate) {
  const std::unique_ptr<BIGNUM, decltype(&BN_free)> number(
      ASN1_INTEGER_to_BN(X509_get0_serialNumber(&certificate), nullptr), &BN_free);
  char* text = number ? BN_bn2hex(number.get()) : nullptr;
  std::string serial = text != nullptr ? text : "";
  OPENSSL_free(text);
  return serial;
}

WallTime WallTimeOf(const ASN1_TIME* time) {
  std::tm parts{};
  if (ASN1_TIME_to_tm(time, &parts) != 1) return {};
  return WallTime(std::chrono::seconds(timegm(&parts)));
}

std::string IpText(const ASN1_OCTET_STRING& address) {
  const unsigned char* bytes = ASN1_STRING_get0_data(&address);
  if (ASN1_STRING_length(&address) == 4) {
    return fmt::format("{}.{}.{}.{}", bytes[0], bytes[1], bytes[2], bytes[3]);
  }
  if (ASN1_STRING_length(&address) != 16) return {};
  std::string text;
  for (int i = 0; i < 16; i += 2) {
    text += fmt::format("{}{:x}", i == 0 ? "" : ":", bytes[i] << 8 | bytes[i + 1]);
  }
  return text;
}

CertificateNames ReadNames(X509& certificate) {
  CertificateNames names{.common_name = CommonName(X509_get_subject_name(&certificate))};
  const std::unique_ptr<GENERAL_NAMES, decltype(&GENERAL_NAMES_free)> all(
      static_cast<GENERAL_NAMES*>(
          X509_get_ext_d2i(&certificate, NID_subject_alt_name, nullptr, nullptr)),
      &GENERAL_NAMES_free);
  for (int i = 0; all != nullptr && i < sk_GENERAL_NAME_num(all.get()); ++i) {
    const GENERAL_NAME& name = *sk_GENERAL_NAME_value(all.get(), i);
    if (name.type == GEN_URI) names.uris.push_back(Bytes(name.d.uniformResourceIdentifier));
    if (name.type == GEN_DNS) names.dns.push_back(Bytes(name.d.dNSName));
    if (name.type == GEN_IPADD) names.ips.push_back(IpText(*name.d.iPAddress));
  }
  return names;
}

}  // namespace

CertificateFacts ReadFacts(x509_st& certificate) {
  return {.subject = NameText(X509_get_subject_name(&certificate)),
          .issuer = NameText(X509_get_issuer_name(&certificate)),
          .serial = SerialText(certificate),
          .not_before = WallTimeOf(X509_get0_notBefore(&certificate)),
          .not_after = WallTimeOf(X509_get0_notAfter(&certificate)),
          .names = ReadNames(certificate)};
}

std::string WallTimeText(WallTime when) {
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(when.time_since_epoch());
  return fmt::format("{:%Y-%m-%d %H:%M:%S} UTC",
                     fmt::gmtime(static_cast<std::time_t>(seconds.count())));
}

std::string TakeOpenSslErrors() {
  std::string text;
  while (const unsigned long error = ERR_get_error()) {
    const char* reason = ERR_reason_error_string(error);
    if (!text.empty()) text += "; ";
    text += reason != nullptr ? reason : fmt::format("error {:x}", error);
  }
  return text;
}

}  // namespace bellrock::rpc
