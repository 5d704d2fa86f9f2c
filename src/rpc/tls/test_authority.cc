// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "rpc/tls/test_authority.h"

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

#include <span>
#include <utility>

#include "base/check.h"

namespace bellrock::rpc {
namespace {

std::shared_ptr<EVP_PKEY> NewKey() {
  EVP_PKEY* key = EVP_EC_gen("P-256");
  BELLROCK_CHECK(key != nullptr, "a test's key was made");
  return {key, &EVP_PKEY_free};
}

template <typename Write>
std::string Pem(Write write) {
  const std::unique_ptr<BIO, decltype(&BIO_free)> out(BIO_new(BIO_s_mem()), &BIO_free);
  BELLROCK_CHECK(write(out.get()) == 1, "a test's PEM was written");
  char* text = nullptr;
  const long size = BIO_get_mem_data(out.get(), &text);
  return {text, static_cast<size_t>(size)};
}

std::string CertificatePem(X509* certificate) {
  return Pem([&](BIO* out) { return PEM_write_bio_X509(out, certificate); });
}

time_t Seconds(WallTime when) {
  return std::chrono::duration_cast<std::chrono::seconds>(when.time_since_epoch()).count();
}

void SetCommonName(X509_NAME* name, const std::string& text) {
  if (text.empty()) return;
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8,
                             reinterpret_cast<const unsigned char*>(text.data()),
                             static_cast<int>(text.size()), -1, 0);
}

void AddExtension(X509* certificate, int nid, const std::string& value) {
  if (value.empty()) return;
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, nullptr, nid, value.c_str());
  BELLROCK_CHECK(extension != nullptr, "a test's extension is well formed");
  X509_add_ext(certificate, extension, -1);
  X509_EXTENSION_free(extension);
}

std::shared_ptr<X509> Begin(EVP_PKEY* key, const std::string& common_name, WallTime from,
                            WallTime until) {
  std::shared_ptr<X509> made(X509_new(), &X509_free);
  X509_set_version(made.get(), X509_VERSION_3);
  uint32_t serial = 0;
  RAND_bytes(reinterpret_cast<unsigned char*>(&serial), sizeof(serial));
  ASN1_INTEGER_set_uint64(X509_get_serialNumber(made.get()), uint64_t{serial} + 1);
  ASN1_TIME_set(X509_getm_notBefore(made.get()), Seconds(from));
  ASN1_TIME_set(X509_getm_notAfter(made.get()), Seconds(until));
  SetCommonName(X509_get_subject_name(made.get()), common_name);
  X509_set_pubkey(made.get(), key);
  return made;
}

std::string Joined(const std::vector<std::string>& names) {
  std::string all;
  for (const std::string& name : names) all += (all.empty() ? "" : ",") + name;
  return all;
}

}  // namespace

TestAuthority::TestAuthority(std::string name, WallTime now) : now_(now), key_(NewKey()) {
  parsed_ =
      Begin(key_.get(), name, now - std::chrono::hours(24), now + std::chrono::hours(24 * 365));
  X509_set_issuer_name(parsed_.get(), X509_get_subject_name(parsed_.get()));
  AddExtension(parsed_.get(), NID_basic_constraints, "critical,CA:TRUE");
  AddExtension(parsed_.get(), NID_key_usage, "critical,keyCertSign,cRLSign");
  X509_sign(parsed_.get(), key_.get(), EVP_sha256());
  certificate_ = CertificatePem(parsed_.get());
}

TestPair TestAuthority::Issue(const TestSubject& subject, WallTime now) const {
  const auto key = NewKey();
  auto made =
      Begin(key.get(), subject.common_name, now + subject.valid_from, now + subject.valid_until);
  X509_set_issuer_name(made.get(), X509_get_subject_name(parsed_.get()));
  AddExtension(made.get(), NID_subject_alt_name, Joined(subject.names));
  AddExtension(made.get(), NID_ext_key_usage, subject.usage);
  X509_sign(made.get(), key_.get(), EVP_sha256());
  return {.certificate = CertificatePem(made.get()),
          .key = Pem([&](BIO* out) {
            return PEM_write_bio_PrivateKey(out, key.get(), nullptr, nullptr, 0, nullptr, nullptr);
          }),
          .parsed = made};
}

void PutFile(fiber::Disk& disk, const std::string& path, const std::string& content) {
  (void)disk.Remove(path);
  auto file = disk.Open(path, fiber::OpenMode::kCreateNew);
  BELLROCK_CHECK(file.ok(), "a test's file was made");
  const Status written = (*file)->Append(std::as_bytes(std::span(content)));
  BELLROCK_CHECK(written.ok(), "a test's file was written");
}

void PutPair(fiber::Disk& disk, const std::string& name, const TestPair& pair) {
  PutFile(disk, name + ".pem", pair.certificate);
  PutFile(disk, name + ".key", pair.key);
}

}  // namespace bellrock::rpc
