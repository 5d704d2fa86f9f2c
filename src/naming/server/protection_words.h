// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "bellrock/naming/v1/cluster.pb.h"
#include "bellrock/status.h"
#include "bellrock/time.h"
#include "naming/protect/protection.h"

// Protections on the wire: what holds, what operators said, and saying it.
namespace bellrock::naming::server {

using ProtectionRows = google::protobuf::RepeatedPtrField<v1::Protection>;
using OverrideRows = google::protobuf::RepeatedPtrField<v1::Override>;

void FillProtections(protect::Protection& protection, Time now, ProtectionRows& to);
void FillOverrides(protect::Protection& protection, Time now, OverrideRows& to);

// kInvalidArgument names field, value and remedy.
Status SayToProtection(protect::Protection& protection,
                       const v1::OverrideProtectionRequest& request, Time now);

}  // namespace bellrock::naming::server
