// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "rpc/tls/credentials.h"

#include <fmt/format.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <array>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

namespace bellrock::rpc {
namespace {

using Certificate = std::unique_ptr<X509, decltype(&X509_free)>;
using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using Source = std::unique_ptr<BIO, decltype(&BIO_free)>;

// TLS 1.2 only; those of TLS 1.3 are all good. What HTTP/2 allows: ephemeral keys and AEAD.
constexpr const char* kCiphersOf12 = "ECDHE+AESGCM:ECDHE+CHACHA20";

Source Open(const std::string& text) {
  return {BIO_new_mem_buf(text.data(), static_cast<int>(text.size())), &BIO_free};
}

Status FileError(std::string_view option, const std::string& file, std::string_view what) {
  const std::string reason = TakeOpenSslErrors();
  return InvalidArgumentError(fmt::format("{} {}: {}{}", option, file, what,
                                          reason.empty() ? "" : " (OpenSSL: " + reason + ")"));
}

Result<std::string> ReadFile(fiber::Disk& disk, std::string_view option, const std::string& path) {
  if (path.empty()) return std::string();
  const auto context = [&](const Status& status) {
    return status.WithContext(fmt::format("{}: cannot be read", option));
  };
  Result<std::unique_ptr<fiber::File>> file = disk.Open(path, fiber::OpenMode::kRead);
  if (!file.ok()) return context(file.status());
  Result<uint64_t> size = (*file)->Size();
  if (!size.ok()) return context(size.status());
  if (*size > kPemBytesMax) {
    return InvalidArgumentError(fmt::format("{} {}: has {} bytes, at most {}; is it PEM?", option,
                                            path, *size, kPemBytesMax));
  }
  std::string text(*size, '\0');
  size_t filled = 0;
  while (filled < text.size()) {
    Result<size_t> got =
        (*file)->ReadAt(filled, std::as_writable_bytes(std::span(text).subspan(filled)));
    if (!got.ok()) return context(got.status());
    if (*got == 0) break;
    filled += *got;
  }
  text.resize(filled);
  return text;
}

Result<std::vector<Certificate>> ParseCertificates(std::string_view option, const std::string& file,
                                                   const std::string& text) {
  ERR_clear_error();
  const Source source = Open(text);
  std::vector<Certificate> all;
  while (X509* one = PEM_read_bio_X509(source.get(), nullptr, nullptr, nullptr)) {
    all.emplace_back(one, &X509_free);
  }
  const bool at_end = ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
  if (all.empty() && at_end) {
    ERR_clear_error();
    return FileError(option, file, "holds no \"-----BEGIN CERTIFICATE-----\"; give a PEM file");
  }
  if (!at_end) return FileError(option, file, "holds a damaged certificate; copy it again");
  ERR_clear_error();
  return all;
}

// Without it OpenSSL would ask the terminal, and the whole loop would wait for a person.
int RefusePassphrase(char*, int, int, void* asked) {
  *static_cast<bool*>(asked) = true;
  return -1;
}

Result<Key> ParseKey(const std::string& file, const std::string& text) {
  ERR_clear_error();
  const Source source = Open(text);
  bool asked = false;
  Key key(PEM_read_bio_PrivateKey(source.get(), nullptr, RefusePassphrase, &asked), &EVP_PKEY_free);
  if (key != nullptr) return key;
  if (asked) {
    ERR_clear_error();
    return FileError("key_file", file,
                     "is encrypted; write it without passphrase: openssl pkey -in OLD -out NEW");
  }
  return FileError("key_file", file, "holds no private key; give the PEM file of the key");
}

Status CheckValidity(const std::string& file, const CertificateFacts& facts, WallTime now) {
  if (now > facts.not_after) {
    return InvalidArgumentError(
        fmt::format("certificate_file {}: the certificate of {} expired on {}; issue a new one",
                    file, facts.subject, WallTimeText(facts.not_after)));
  }
  if (now < facts.not_before) {
    return InvalidArgumentError(fmt::format(
        "certificate_file {}: the certificate of {} is valid from {}, and it is {}; is the clock "
        "right?",
        file, facts.subject, WallTimeText(facts.not_before), WallTimeText(now)));
  }
  return Status::Ok();
}

Status UseOurs(SSL_CTX* context, const TlsOptions& options, const CredentialFiles& files,
               WallTime now, CertificateFacts& facts) {
  BELLROCK_ASSIGN(const auto chain, ParseCertificates("certificate_file", options.certificate_file,
                                                      files.certificate));
  BELLROCK_ASSIGN(const Key key, ParseKey(options.key_file, files.key));
  facts = ReadFacts(*chain.front());
  BELLROCK_TRY(CheckValidity(options.certificate_file, facts, now));
  if (X509_check_private_key(chain.front().get(), key.get()) != 1) {
    ERR_clear_error();
    return FileError(
        "key_file", options.key_file,
        fmt::format("is not the key of the certificate in {} ({}); give the pair that was made "
                    "together",
                    options.certificate_file, facts.subject));
  }
  if (SSL_CTX_use_certificate(context, chain.front().get()) != 1) {
    return FileError("certificate_file", options.certificate_file,
                     "cannot be used; issue one with a key of RSA 2048 or EC P-256 at least");
  }
  for (size_t i = 1; i < chain.size(); ++i) {
    if (SSL_CTX_add1_chain_cert(context, chain[i].get()) != 1) {
      return FileError("certificate_file", options.certificate_file,
                       fmt::format("certificate {} of the chain cannot be used", i + 1));
    }
  }
  if (SSL_CTX_use_PrivateKey(context, key.get()) == 1) return Status::Ok();
  return FileError("key_file", options.key_file, "cannot be used");
}

Status UseAuthorities(SSL_CTX* context, TlsRole role, const std::string& file,
                      const std::string& text) {
  BELLROCK_ASSIGN(const auto authorities, ParseCertificates("ca_file", file, text));
  X509_STORE* store = SSL_CTX_get_cert_store(context);
  for (const Certificate& one : authorities) {
    if (X509_STORE_add_cert(store, one.get()) != 1) {
      return FileError("ca_file", file, "holds a certificate that cannot be used");
    }
    if (role == TlsRole::kServer) SSL_CTX_add_client_CA(context, one.get());
  }
  return Status::Ok();
}

// A name of the list that the client offers, in our order. No name in common ends the handshake
// (RFC 7301), so that bytes of one protocol are never taken for another's.
int ChooseProtocol(SSL*, const unsigned char** chosen, unsigned char* size,
                   const unsigned char* offered, unsigned offered_size, void* ours_opaque) {
  const auto& ours = *static_cast<const std::string*>(ours_opaque);
  unsigned char* found = nullptr;
  const int result =
      SSL_select_next_proto(&found, size, reinterpret_cast<const unsigned char*>(ours.data()),
                            static_cast<unsigned>(ours.size()), offered, offered_size);
  *chosen = found;
  return result == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_ALERT_FATAL;
}

Result<std::string> ProtocolList(const std::vector<std::string>& names) {
  std::string list;
  for (const std::string& name : names) {
    if (name.empty() || name.size() > 255) {
      return InvalidArgumentError(
          fmt::format("alpn: \"{}\" has {} bytes; a name has 1 to 255", name, name.size()));
    }
    list += static_cast<char>(name.size());
    list += name;
  }
  return list;
}

// The list's memory lives as long as the context, which may outlive us in connections.
struct ContextWithProtocols {
  ~ContextWithProtocols() { SSL_CTX_free(context); }
  SSL_CTX* context = nullptr;
  std::string protocols;
};

void SetUp(ContextWithProtocols& made, TlsRole role, const TlsOptions& options) {
  SSL_CTX* context = made.context;
  SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
  SSL_CTX_set_cipher_list(context, kCiphersOf12);
  // No resumption: each connection proves anew who it is, by the authorities of today.
  SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_NO_TICKET);
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_num_tickets(context, 0);
  // The chain we send is that of certificate_file, whatever authorities we trust.
  SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_NO_AUTO_CHAIN);
  int verify = role == TlsRole::kClient || !options.ca_file.empty() ? SSL_VERIFY_PEER : 0;
  if (options.require_client_certificate) verify |= SSL_VERIFY_FAIL_IF_NO_PEER_CERT;
  SSL_CTX_set_verify(context, verify, nullptr);
  if (made.protocols.empty()) return;
  if (role == TlsRole::kServer) {
    SSL_CTX_set_alpn_select_cb(context, ChooseProtocol, &made.protocols);
  } else {
    SSL_CTX_set_alpn_protos(context, reinterpret_cast<const unsigned char*>(made.protocols.data()),
                            static_cast<unsigned>(made.protocols.size()));
  }
}

Status CheckOptions(TlsRole role, const TlsOptions& options) {
  const bool server = role == TlsRole::kServer;
  if (options.certificate_file.empty() != options.key_file.empty() ||
      (server && options.certificate_file.empty())) {
    return InvalidArgumentError(
        fmt::format("certificate_file \"{}\", key_file \"{}\": {}", options.certificate_file,
                    options.key_file, server ? "a TLS server needs both" : "give both or none"));
  }
  if (!server && options.require_client_certificate) {
    return InvalidArgumentError("require_client_certificate: is an option of servers");
  }
  if (server && options.require_client_certificate && options.ca_file.empty()) {
    return InvalidArgumentError(
        "ca_file: is empty, but require_client_certificate needs the authorities that sign "
        "clients; name their PEM file");
  }
  return Status::Ok();
}

// Of itself OpenSSL takes itself down at exit(), before static objects end that were made earlier.
// Such an object may own loops, whose sessions and threads would then use what is gone. Only the
// first use of OpenSSL in a process can say so: a program that was there before us keeps its way.
void KeepOpenSslToTheEnd() {
  (void)OPENSSL_init_crypto(OPENSSL_INIT_NO_ATEXIT, nullptr);
}

}  // namespace

std::string CredentialFiles::Fingerprint() const {
  std::string all;
  for (const std::string* text : {&certificate, &key, &ca}) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest;
    unsigned size = 0;
    EVP_Digest(text->data(), text->size(), digest.data(), &size, EVP_sha256(), nullptr);
    all.append(reinterpret_cast<const char*>(digest.data()), size);
  }
  return all;
}

Result<CredentialFiles> ReadCredentialFiles(fiber::Disk& disk, const TlsOptions& options) {
  CredentialFiles files;
  BELLROCK_ASSIGN(files.certificate, ReadFile(disk, "certificate_file", options.certificate_file));
  BELLROCK_ASSIGN(files.key, ReadFile(disk, "key_file", options.key_file));
  BELLROCK_ASSIGN(files.ca, ReadFile(disk, "ca_file", options.ca_file));
  return files;
}

Result<std::shared_ptr<const Credentials>> MakeCredentials(TlsRole role, const TlsOptions& options,
                                                           const CredentialFiles& files,
                                                           WallTime now) {
  BELLROCK_TRY(CheckOptions(role, options));
  KeepOpenSslToTheEnd();
  auto made = std::make_shared<ContextWithProtocols>();
  BELLROCK_ASSIGN(made->protocols, ProtocolList(options.alpn));
  made->context = SSL_CTX_new(role == TlsRole::kServer ? TLS_server_method() : TLS_client_method());
  if (made->context == nullptr) {
    return InternalError("OpenSSL makes no context: " + TakeOpenSslErrors());
  }
  SetUp(*made, role, options);
  auto credentials = std::make_shared<Credentials>();
  credentials->context = std::shared_ptr<SSL_CTX>(made, made->context);
  credentials->fingerprint = files.Fingerprint();
  if (!options.certificate_file.empty()) {
    BELLROCK_TRY(UseOurs(made->context, options, files, now, credentials->facts));
  }
  if (!options.ca_file.empty()) {
    BELLROCK_TRY(UseAuthorities(made->context, role, options.ca_file, files.ca));
  } else if (role == TlsRole::kClient && SSL_CTX_set_default_verify_paths(made->context) != 1) {
    return FileError("ca_file", "", "is empty, and the system's authorities cannot be loaded");
  }
  return std::shared_ptr<const Credentials>(std::move(credentials));
}

}  // namespace bellrock::rpc
