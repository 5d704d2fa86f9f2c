// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "bellrock/plugin.h"
#include "bellrock/status.h"

namespace bellrock::host {

// Loads a plug-in's shared object and checks that it fits this program. It stays loaded until the
// process ends: fibers, threads and protobuf's descriptors may point into it, so that there is no
// unloading and no reloading. kNotFound, or kFailedPrecondition with what does not fit and the
// remedy.
Result<PluginServices> LoadPlugin(const std::string& path);

// OK if a plug-in with these facts may be loaded here. Pure.
Status CheckPlugin(uint32_t abi, const char* built_with);

}  // namespace bellrock::host
