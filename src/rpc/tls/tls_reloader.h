// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "bellrock/time.h"
#include "fiber/fiber.h"

namespace bellrock::rpc {

class TlsContext;

// How often a TlsReloader looks at the files. A change is loaded at the second look that sees it.
inline constexpr Duration kTlsPollInterval = std::chrono::seconds(3);

// Loads a context's files anew when they change, in a fiber of the loop it was made on, for as long
// as it lives. Make it in a fiber. What it did and why it failed: TlsContext::status() and the log.
class TlsReloader {
 public:
  explicit TlsReloader(std::shared_ptr<TlsContext> context);

 private:
  fiber::JoinHandle fiber_;
};

}  // namespace bellrock::rpc
