// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "rpc/tls/tls_session.h"

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <utility>

#include "rpc/error_catalog.h"
#include "rpc/tls/buffer_bio.h"
#include "rpc/tls/verify_text.h"

namespace bellrock::rpc {
namespace {

bool IsIp(const std::string& host) {
  ASN1_OCTET_STRING* const bytes = a2i_IPADDRESS(host.c_str());
  ASN1_OCTET_STRING_free(bytes);
  return bytes != nullptr;
}

// SSL_read and SSL_write count in int in places; this much at once is plenty.
constexpr size_t kBytesPerCallMax = 1 << 20;

}  // namespace

struct TlsSession::Engine {
  explicit Engine(ByteBuffer& input, ByteBuffer& output) : buffers{input, output} {}
  ~Engine() { SSL_free(ssl); }

  static Engine& Of(const SSL* ssl) { return *static_cast<Engine*>(SSL_get_app_data(ssl)); }

  static int OnVerify(int good, X509_STORE_CTX* store) {
    if (good == 1) return 1;
    auto* ssl =
        static_cast<SSL*>(X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx()));
    Engine& engine = Of(ssl);
    X509* certificate = X509_STORE_CTX_get_current_cert(store);
    engine.refused_code = X509_STORE_CTX_get_error(store);
    if (certificate != nullptr) engine.refused = ReadFacts(*certificate);
    return 0;
  }

  static void OnMessage(int sent, int, int type, const void* bytes, size_t size, SSL* ssl, void*) {
    if (sent != 0 || type != SSL3_RT_HANDSHAKE || size == 0) return;
    if (*static_cast<const unsigned char*>(bytes) == SSL3_MT_KEY_UPDATE) ++Of(ssl).key_updates;
  }

  BioBuffers buffers;
  SSL* ssl = nullptr;
  int key_updates = 0;
  int refused_code = X509_V_OK;
  CertificateFacts refused;  // the certificate that was not accepted
};

TlsSession::TlsSession(TlsRole role, std::shared_ptr<const Credentials> credentials,
                       TlsExpectation expectation)
    : role_(role),
      credentials_(std::move(credentials)),
      expectation_(std::move(expectation)),
      engine_(std::make_unique<Engine>(input_, output_)) {
  Fail(SetUp());
}

TlsSession::~TlsSession() = default;

Status TlsSession::SetUp() {
  ERR_clear_error();
  SSL* ssl = engine_->ssl = SSL_new(credentials_->context.get());
  BIO* bio = NewBufferBio(engine_->buffers);
  if (ssl == nullptr || bio == nullptr) {
    BIO_free(bio);
    return ResourceExhaustedError(
        Numbered(ErrorNumber::kTlsHandshake, "OpenSSL makes no session: " + TakeOpenSslErrors()));
  }
  SSL_set_bio(ssl, bio, bio);
  SSL_set_app_data(ssl, engine_.get());
  SSL_set_verify(ssl, SSL_get_verify_mode(ssl), Engine::OnVerify);
  SSL_set_msg_callback(ssl, Engine::OnMessage);
  const auto now =
      std::chrono::duration_cast<std::chrono::seconds>(expectation_.now.time_since_epoch());
  X509_VERIFY_PARAM_set_time(SSL_get0_param(ssl), static_cast<time_t>(now.count()));
  if (role_ == TlsRole::kServer) {
    SSL_set_accept_state(ssl);
    return Status::Ok();
  }
  SSL_set_connect_state(ssl);
  BELLROCK_TRY(OfferProtocol());
  return ExpectServer();
}

Status TlsSession::OfferProtocol() {
  const std::string& protocol = expectation_.protocol;
  if (protocol.empty()) return Status::Ok();
  const std::string list = static_cast<char>(protocol.size()) + protocol;
  const int failed =
      SSL_set_alpn_protos(engine_->ssl, reinterpret_cast<const unsigned char*>(list.data()),
                          static_cast<unsigned>(list.size()));
  if (failed == 0) return Status::Ok();
  return InvalidArgumentError(Numbered(
      ErrorNumber::kTlsFiles, fmt::format("protocol \"{}\": cannot be offered", protocol)));
}

Status TlsSession::ExpectServer() {
  const std::string& name = expectation_.server_name;
  const bool by_identity = !expectation_.server_identity.empty();
  if (name.empty()) {
    if (by_identity) return Status::Ok();
    return InvalidArgumentError(Numbered(
        ErrorNumber::kTlsFiles,
        "server_name: is empty, and a Unix socket has no host; give it, or server_identity"));
  }
  const bool ip = IsIp(name);
  if (!ip) SSL_set_tlsext_host_name(engine_->ssl, name.c_str());
  if (by_identity) return Status::Ok();
  X509_VERIFY_PARAM* expected = SSL_get0_param(engine_->ssl);
  const int set = ip ? X509_VERIFY_PARAM_set1_ip_asc(expected, name.c_str())
                     : X509_VERIFY_PARAM_set1_host(expected, name.c_str(), name.size());
  if (set == 1) return Status::Ok();
  return InvalidArgumentError(
      Numbered(ErrorNumber::kTlsFiles,
               fmt::format("server_name \"{}\": is neither a DNS name nor an IP address", name)));
}

TlsSession::Step TlsSession::Handshake() {
  if (!failure_.ok()) return Step::kFailed;
  if (established_) return Step::kDone;
  ERR_clear_error();
  const int done = SSL_do_handshake(engine_->ssl);
  if (done != 1 && SSL_get_error(engine_->ssl, done) == SSL_ERROR_WANT_READ) {
    return Step::kNeedsInput;
  }
  Status status = done == 1 ? Established() : Explain();
  if (status.ok()) return Step::kDone;
  Fail(std::move(status));
  return Step::kFailed;
}

Status TlsSession::Established() {
  SSL* ssl = engine_->ssl;
  const unsigned char* protocol = nullptr;
  unsigned size = 0;
  SSL_get0_alpn_selected(ssl, &protocol, &size);
  if (size > 0) alpn_.assign(reinterpret_cast<const char*>(protocol), size);
  X509* certificate = SSL_get0_peer_certificate(ssl);
  if (certificate != nullptr && SSL_get_verify_result(ssl) == X509_V_OK) {
    identity_ = IdentityOf(ReadFacts(*certificate).names);
  }
  established_ = true;
  const std::string& expected = expectation_.server_identity;
  if (expected.empty() || identity_.name == expected) return Status::Ok();
  return UnauthenticatedError(Numbered(
      ErrorNumber::kPeerCertificate,
      fmt::format("the server is \"{}\" by its certificate, and server_identity expects \"{}\"",
                  identity_.name, expected)));
}

size_t TlsSession::Decrypt(std::span<std::byte> buffer) {
  size_t filled = 0;
  while (filled < buffer.size() && failure_.ok() && !peer_ended_) {
    ERR_clear_error();
    size_t got = 0;
    const int done = SSL_read_ex(engine_->ssl, buffer.data() + filled,
                                 std::min(buffer.size() - filled, kBytesPerCallMax), &got);
    filled += got;
    if (engine_->key_updates > kKeyUpdatesMax) {
      Fail(ResourceExhaustedError(
          Numbered(ErrorNumber::kTlsBroke,
                   fmt::format("the peer asks for new keys again and again; {} times is the limit "
                               "(kKeyUpdatesMax)",
                               kKeyUpdatesMax))));
    }
    if (done == 1) continue;
    const int error = SSL_get_error(engine_->ssl, done);
    if (error == SSL_ERROR_WANT_READ) break;
    if (error == SSL_ERROR_ZERO_RETURN) {
      peer_ended_ = true;
    } else {
      Fail(Explain());
    }
  }
  return filled;
}

Status TlsSession::Encrypt(std::span<const std::byte> bytes) {
  while (!bytes.empty() && failure_.ok()) {
    ERR_clear_error();
    size_t taken = 0;
    const int done =
        SSL_write_ex(engine_->ssl, bytes.data(), std::min(bytes.size(), kBytesPerCallMax), &taken);
    if (done != 1) Fail(Explain());
    bytes = bytes.subspan(taken);
  }
  return failure_;
}

void TlsSession::EndOutput() {
  if (!established_ || !failure_.ok()) return;
  ERR_clear_error();
  SSL_shutdown(engine_->ssl);
  ERR_clear_error();
}

void TlsSession::Fail(Status why) {
  if (failure_.ok()) failure_ = std::move(why);  // OK changes nothing
}

std::string_view TlsSession::version() const {
  return engine_->ssl != nullptr ? SSL_get_version(engine_->ssl) : "";
}

Status TlsSession::Explain() {
  const unsigned long error = ERR_peek_error();
  if (engine_->refused_code != X509_V_OK) {
    ERR_clear_error();
    return UnauthenticatedError(Numbered(
        ErrorNumber::kPeerCertificate,
        RefusalText(role_, engine_->refused_code, engine_->refused, expectation_.server_name)));
  }
  return FailureStatus(role_, ERR_GET_LIB(error) == ERR_LIB_SSL ? ERR_GET_REASON(error) : 0,
                       TakeOpenSslErrors());
}

}  // namespace bellrock::rpc
