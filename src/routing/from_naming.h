// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "bellrock/naming/v1/naming.pb.h"
#include "routing/table.h"

namespace bellrock::routing {

// What the registry's message says, as routing sees it: an operator's disable or isolation
// withholds an instance, his weight replaces its own (ZY-030), and a lease that ran out makes it
// unreachable.
std::vector<InstanceSpec> FromNaming(const std::vector<naming::v1::Instance>& instances);

}  // namespace bellrock::routing
