// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fiber/environment.h"

namespace bellrock::fiber {

// The file system of the machine. One for the process, any thread; see RunOnDiskThread for who
// waits how.
Disk& RealDisk();

}  // namespace bellrock::fiber
