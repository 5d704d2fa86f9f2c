// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "rpc/tls/tls_reloader.h"

#include <utility>

#include "rpc/tls/file_watch.h"
#include "rpc/tls/tls_context.h"

namespace bellrock::rpc {

TlsReloader::TlsReloader(std::shared_ptr<TlsContext> context)
    : fiber_(fiber::Start([context = std::move(context)] {
        FileWatch watch(context->LoadedFingerprint());
        while (fiber::SleepFor(kTlsPollInterval).ok()) {
          const std::string now = context->FilesFingerprint();
          if (!fiber::CheckCurrent().ok()) return;  // what was read may be the cancellation's error
          if (watch.Observe(now)) (void)context->Reload();
        }
      })) {}

}  // namespace bellrock::rpc
