// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "rpc/server/server_state.h"

namespace bellrock::rpc {

// Adds the pages that describe a server's services to people and programs: GET /-/openapi.json, and
// GET /-/api, from which they can be called. Once all services are added, before the server
// listens. ServerOptions.pages says who may see them.
void AddApiPages(ServerState& state);

}  // namespace bellrock::rpc
