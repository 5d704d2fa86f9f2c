// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "client/tls_files.h"

#include <utility>

namespace bellrock::client {
namespace {

rpc::TlsOptions OptionsOf(const TlsFiles& files) {
  return {.certificate_file = files.certificate,
          .key_file = files.key,
          .ca_file = files.ca,
          .require_client_certificate = files.require_client_certificate,
          .server_name = files.server_name,
          .server_identity = files.server_identity};
}

LoadedTls WithReloader(std::shared_ptr<rpc::TlsContext> context) {
  auto reloader = std::make_unique<rpc::TlsReloader>(context);
  return {std::move(context), std::move(reloader)};
}

}  // namespace

Result<LoadedTls> LoadServerTls(fiber::Environment environment, const TlsFiles& files) {
  if (!files.given()) return LoadedTls();
  BELLROCK_ASSIGN(auto context, rpc::TlsContext::Server(environment, OptionsOf(files)));
  return WithReloader(std::move(context));
}

Result<LoadedTls> LoadClientTls(fiber::Environment environment, const TlsFiles& files) {
  if (!files.given()) return LoadedTls();
  BELLROCK_ASSIGN(auto context, rpc::TlsContext::Client(environment, OptionsOf(files)));
  return WithReloader(std::move(context));
}

}  // namespace bellrock::client
