// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "bellrock/status.h"

namespace bellrock::naming::server {

// What every call is answered with once the server has been told to stop.
inline Status StoppingError() {
  return UnavailableError("the naming server is stopping: try another");
}

}  // namespace bellrock::naming::server
