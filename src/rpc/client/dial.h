// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string_view>

#include "base/address.h"
#include "bellrock/status.h"
#include "fiber/environment.h"
#include "rpc/client.h"

namespace bellrock::rpc {

// Connects as a client's options say, with TLS inside if they have it, within `connect_timeout`.
// `protocol` is what will be spoken, as ALPN names it. Whatever goes wrong is kUnavailable: the
// caller's remedy is another instance or a later try. Blocks the fiber.
Result<std::unique_ptr<fiber::Stream>> Dial(fiber::Environment environment, const Address& address,
                                            const ClientOptions& options,
                                            std::string_view protocol);

}  // namespace bellrock::rpc
