// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "rpc/tls/tls_context.h"

#include <atomic>
#include <mutex>
#include <utility>

#include "base/log.h"
#include "rpc/error_catalog.h"
#include "rpc/tls/credentials.h"
#include "rpc/tls/tls_session.h"

namespace bellrock::rpc {

struct TlsContext::State {
  State(TlsRole role_given, fiber::Environment environment_given, TlsOptions options_given)
      : role(role_given), environment(environment_given), options(std::move(options_given)) {}

  static Result<std::shared_ptr<TlsContext>> Make(std::unique_ptr<State> state);
  Result<std::shared_ptr<const Credentials>> ReadCredentials(WallTime now);
  Status Load();

  const TlsRole role;
  fiber::Environment environment;
  const TlsOptions options;
  std::atomic<uint64_t> handshakes = 0;
  std::atomic<uint64_t> handshakes_failed = 0;
  mutable std::mutex mutex;
  // Guarded by the mutex.
  std::shared_ptr<const Credentials> credentials;
  TlsStatus status;
};

Result<std::shared_ptr<TlsContext>> TlsContext::State::Make(std::unique_ptr<State> state) {
  BELLROCK_TRY(state->Load());
  return std::shared_ptr<TlsContext>(
      new TlsContext(std::move(state)));  // NOLINT(new): private constructor
}

Result<std::shared_ptr<const Credentials>> TlsContext::State::ReadCredentials(WallTime now) {
  const Result<CredentialFiles> files = ReadCredentialFiles(environment.disk, options);
  if (!files.ok()) return WithNumber(ErrorNumber::kTlsFiles, files.status());
  auto made = MakeCredentials(role, options, *files, now);
  if (!made.ok()) return WithNumber(ErrorNumber::kTlsFiles, made.status());
  return made;
}

Status TlsContext::State::Load() {
  const WallTime now = environment.clock.WallNow();
  Result<std::shared_ptr<const Credentials>> made = ReadCredentials(now);
  const std::lock_guard lock(mutex);
  if (!made.ok()) {
    status.last_error = made.status().message();
    status.last_error_at = now;
    return made.status();
  }
  credentials = std::move(*made);
  const CertificateFacts& facts = credentials->facts;
  status.subject = facts.subject;
  status.issuer = facts.issuer;
  status.serial = facts.serial;
  status.not_after = facts.not_after;
  status.loaded_at = now;
  status.last_error.clear();
  ++status.loads;
  return Status::Ok();
}

TlsContext::TlsContext(std::unique_ptr<State> state) : state_(std::move(state)) {}

TlsContext::~TlsContext() = default;

Result<std::shared_ptr<TlsContext>> TlsContext::Server(fiber::Environment environment,
                                                       TlsOptions options) {
  // HTTP/2 before HTTP/1.1: who offers both is a browser, whose requests then share a connection.
  if (options.alpn.empty()) {
    options.alpn = {std::string(kAlpnNative), std::string(kAlpnHttp2), std::string(kAlpnHttp1)};
  }
  return State::Make(std::make_unique<State>(TlsRole::kServer, environment, std::move(options)));
}

Result<std::shared_ptr<TlsContext>> TlsContext::Client(fiber::Environment environment,
                                                       TlsOptions options) {
  return State::Make(std::make_unique<State>(TlsRole::kClient, environment, std::move(options)));
}

std::unique_ptr<TlsStream> TlsContext::Wrap(std::unique_ptr<fiber::Stream> stream,
                                            std::string_view protocol) {
  TlsExpectation expectation{.server_name = state_->options.server_name,
                             .server_identity = state_->options.server_identity,
                             .protocol = std::string(protocol),
                             .now = state_->environment.clock.WallNow()};
  const bool by_host = state_->role == TlsRole::kClient && expectation.server_name.empty();
  if (by_host && stream->peer().kind() == Address::Kind::kTcp) {
    expectation.server_name = stream->peer().host();
  }
  std::shared_ptr<const Credentials> credentials;
  {
    const std::lock_guard lock(state_->mutex);
    credentials = state_->credentials;
  }
  return std::make_unique<TlsStream>(
      std::move(stream),
      std::make_unique<TlsSession>(state_->role, std::move(credentials), std::move(expectation)));
}

Status TlsContext::Handshake(TlsStream& stream, std::string_view first_bytes, Time deadline) {
  Status done = stream.Handshake(first_bytes, deadline);
  std::atomic<uint64_t>& count = done.ok() ? state_->handshakes : state_->handshakes_failed;
  count.fetch_add(1, std::memory_order_relaxed);
  return done;
}

Result<std::unique_ptr<TlsStream>> TlsContext::Accept(std::unique_ptr<fiber::Stream> stream,
                                                      std::string_view first_bytes, Time deadline) {
  auto made = Wrap(std::move(stream));
  BELLROCK_TRY(Handshake(*made, first_bytes, deadline));
  return made;
}

Result<std::unique_ptr<TlsStream>> TlsContext::Connect(std::unique_ptr<fiber::Stream> stream,
                                                       std::string_view protocol, Time deadline) {
  auto made = Wrap(std::move(stream), protocol);
  BELLROCK_TRY(Handshake(*made, {}, deadline));
  return made;
}

Status TlsContext::Reload() {
  const Status loaded = state_->Load();
  const TlsStatus now = status();
  if (loaded.ok()) {
    log::Info("rpc", "TLS: loaded certificate_file \"{}\" (\"{}\", serial {}) and ca_file \"{}\"",
              options().certificate_file, now.subject, now.serial, options().ca_file);
  } else {
    log::Error("rpc", "TLS: goes on with what was loaded before; the files cannot be used: {}",
               loaded.message());
  }
  return loaded;
}

std::string TlsContext::FilesFingerprint() {
  Result<CredentialFiles> files = ReadCredentialFiles(state_->environment.disk, state_->options);
  return files.ok() ? files->Fingerprint() : files.status().ToString();
}

std::string TlsContext::LoadedFingerprint() const {
  const std::lock_guard lock(state_->mutex);
  return state_->credentials->fingerprint;
}

TlsStatus TlsContext::status() const {
  TlsStatus status;
  {
    const std::lock_guard lock(state_->mutex);
    status = state_->status;
  }
  status.handshakes = state_->handshakes.load(std::memory_order_relaxed);
  status.handshakes_failed = state_->handshakes_failed.load(std::memory_order_relaxed);
  return status;
}

const TlsOptions& TlsContext::options() const {
  return state_->options;
}

}  // namespace bellrock::rpc
