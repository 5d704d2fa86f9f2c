// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "base/address.h"

namespace bellrock::server {

// Where somebody who was sent a link finds this server's console, as far as it knows itself: by
// `advertised` if that is not empty, else by where it listens, for which a wildcard is `host`. ""
// where no browser comes. Pure.
std::string ConsoleUrl(const Address& listening, const std::string& advertised,
                       const std::string& host);

}  // namespace bellrock::server
