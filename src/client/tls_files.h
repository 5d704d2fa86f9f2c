// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "bellrock/tls.h"
#include "fiber/environment.h"
#include "rpc/tls/tls_context.h"
#include "rpc/tls/tls_reloader.h"

namespace bellrock::client {

// A TLS context made from the files a program names, loaded anew when they change. Made and
// destroyed in a fiber of one loop.
struct LoadedTls {
  std::shared_ptr<rpc::TlsContext> context;
  std::unique_ptr<rpc::TlsReloader> reloader;
};

// Nothing given: an empty one. Errors name the file and the remedy.
Result<LoadedTls> LoadServerTls(fiber::Environment environment, const TlsFiles& files);
Result<LoadedTls> LoadClientTls(fiber::Environment environment, const TlsFiles& files);

}  // namespace bellrock::client
