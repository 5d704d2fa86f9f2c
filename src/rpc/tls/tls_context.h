// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "bellrock/status.h"
#include "bellrock/time.h"
#include "fiber/environment.h"
#include "rpc/tls/tls_options.h"
#include "rpc/tls/tls_stream.h"

namespace bellrock::rpc {

// What an operator wants to know of a TlsContext.
struct TlsStatus {
  std::string subject{};  // of our certificate, as are the next three; "" if there is none
  std::string issuer{};
  std::string serial{};
  WallTime not_after{};
  WallTime loaded_at{};
  uint64_t loads = 0;        // that succeeded
  std::string last_error{};  // of the last load, "" if it succeeded
  WallTime last_error_at{};
  uint64_t handshakes = 0;  // that succeeded
  uint64_t handshakes_failed = 0;
};

// Certificates, key and rules of one server or client, and what makes TLS streams by them. The
// files can be loaded anew at any time: handshakes from then on use the new ones, connections made
// before go on. TLS 1.2 and 1.3; no resumption and no renegotiation. Shared by connections of all
// loops; any thread.
class TlsContext {
 public:
  // Block while they read the files. Errors name option, file, reason and remedy.
  static Result<std::shared_ptr<TlsContext>> Server(fiber::Environment environment,
                                                    TlsOptions options);
  static Result<std::shared_ptr<TlsContext>> Client(fiber::Environment environment,
                                                    TlsOptions options);
  ~TlsContext();
  TlsContext(const TlsContext&) = delete;
  TlsContext& operator=(const TlsContext&) = delete;

  // Puts TLS around a stream; Handshake() must follow. For a client `protocol` is offered by ALPN
  // instead of the options' list, if it is not "".
  std::unique_ptr<TlsStream> Wrap(std::unique_ptr<fiber::Stream> stream,
                                  std::string_view protocol = {});
  // Blocks the fiber until done or `deadline`. Codes: TlsStream::Handshake(). A server has read
  // `first_bytes` from the stream already.
  Status Handshake(TlsStream& stream, std::string_view first_bytes, Time deadline);
  // Both in one. On failure the stream is closed.
  Result<std::unique_ptr<TlsStream>> Accept(std::unique_ptr<fiber::Stream> stream,
                                            std::string_view first_bytes, Time deadline);
  Result<std::unique_ptr<TlsStream>> Connect(std::unique_ptr<fiber::Stream> stream,
                                             std::string_view protocol, Time deadline);

  // Loads the files anew. On failure what was loaded stays, and status() says why.
  Status Reload();
  // Changes when the files' contents change, or whether they can be read. Blocks.
  std::string FilesFingerprint();
  // Of what is loaded.
  std::string LoadedFingerprint() const;

  TlsStatus status() const;
  const TlsOptions& options() const;

 private:
  struct State;
  explicit TlsContext(std::unique_ptr<State> state);

  std::unique_ptr<State> state_;
};

}  // namespace bellrock::rpc
