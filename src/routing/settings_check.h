// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "bellrock/routing/v1/settings.pb.h"
#include "bellrock/status.h"

namespace bellrock::routing {

// Whether a service's settings make sense: kInvalidArgument naming each bad field with its value
// and the remedy (at most kProblemsNamed of them). To be asked before settings are kept; engines
// bear bad ones as well, but nobody would learn why they do nothing.
inline constexpr size_t kProblemsNamed = 16;
Status CheckSettings(const v1::RouteSettings& settings);

}  // namespace bellrock::routing
