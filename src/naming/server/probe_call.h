// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "base/address.h"
#include "bellrock/status.h"
#include "fiber/environment.h"
#include "naming/health_check.h"

namespace bellrock::naming::server {

// Asks an instance once whether it lives, in the way its check says. Blocks until it answers or for
// the check's timeout at most; reads no more than it needs. OK: it lives.
Status CallProbe(fiber::Environment environment, const Address& address, const HealthCheck& check);

// The status of an HTTP answer from its first bytes; kUnavailable if they are no HTTP.
Result<int> ParseHttpStatus(std::string_view head);

}  // namespace bellrock::naming::server
