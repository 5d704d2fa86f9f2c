// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "bellrock/naming/v1/naming.pb.h"
#include "bellrock/service.h"
#include "naming/server/watch_desk.h"

namespace bellrock::naming::server {

// Serves one Watch call in the caller's fiber until the peer goes or the server stops.
Status ServeWatch(std::shared_ptr<WatchDesk> desk, const v1::WatchRequest& request,
                  Writer<v1::WatchReply>& writer);

}  // namespace bellrock::naming::server
