// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "base/address.h"
#include "bellrock/protocol.h"
#include "bellrock/status.h"

namespace bellrock::client {

// Whom a channel calls when it was given addresses instead of a service's name.
struct FixedTarget {
  std::vector<Address> addresses;
  std::optional<Protocol> protocol;  // nullopt: the channel's choice
};

// Addresses in one target; a list this long wants a name.
inline constexpr size_t kTargetAddressesMax = 64;

// True for "grpc://...", "native://..." and "unix:...": what a service's name never looks like.
bool IsFixedTarget(std::string_view text);

// "grpc://127.0.0.1:50051,[::1]:50051", "native://10.0.0.7:7600", "unix:/run/app.sock". The error
// names the address at fault and the remedy.
Result<FixedTarget> ParseFixedTarget(std::string_view text);

}  // namespace bellrock::client
