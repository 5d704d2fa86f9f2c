// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include "bellrock/status.h"
#include "bellrock/time.h"
#include "fiber/environment.h"
#include "rpc/tls/certificate.h"
#include "rpc/tls/tls_options.h"

struct ssl_ctx_st;

namespace bellrock::rpc {

enum class TlsRole { kServer, kClient };

// The contents of the files that TlsOptions names; empty where it names none.
struct CredentialFiles {
  std::string certificate{};
  std::string key{};
  std::string ca{};

  // Equal for equal contents; tells nothing about them.
  std::string Fingerprint() const;
};

// A larger file is refused.
inline constexpr size_t kPemBytesMax = 1 << 20;

// Blocks. Errors name the option and the file.
Result<CredentialFiles> ReadCredentialFiles(fiber::Disk& disk, const TlsOptions& options);

// Loaded and checked files, ready for handshakes. Immutable; any thread. A connection keeps the
// ones it began with.
struct Credentials {
  std::shared_ptr<ssl_ctx_st> context;
  CertificateFacts facts;  // of our certificate; empty for a client without one
  std::string fingerprint;
};

// Refuses what could not serve at `now`: a key of another certificate, an expired certificate, a
// file without PEM. Errors name file, reason and remedy.
Result<std::shared_ptr<const Credentials>> MakeCredentials(TlsRole role, const TlsOptions& options,
                                                           const CredentialFiles& files,
                                                           WallTime now);

}  // namespace bellrock::rpc
