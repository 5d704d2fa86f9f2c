// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "bellrock/naming/v1/naming.pb.h"
#include "naming/event_ring.h"
#include "naming/instance.h"
#include "naming/path.h"
#include "naming/registry.h"
#include "naming/watch_filter.h"

// Between the model and the wire, both ways, and nowhere else.
namespace bellrock::naming::server {

Spec FromWire(const v1::InstanceSpec& from);
OperatorState FromWire(const v1::OperatorState& from);

// The `target` of a request; the error names the field.
Result<Target> ResolveTarget(const Registry& registry, std::string_view target);

// The `filter` of a request.
Result<WatchFilter> ParseFilter(const v1::Filter& filter);

// Why it is in its state, for people.
std::string ReasonOf(const InstanceView& view);

void ToWire(const InstanceView& from, v1::Instance& to);
void ToWire(const Notice& from, v1::Event& to);

}  // namespace bellrock::naming::server
