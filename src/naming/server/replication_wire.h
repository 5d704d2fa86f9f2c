// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "bellrock/naming/v1/replication.pb.h"
#include "bellrock/status.h"
#include "naming/replica/repair.h"

// Between the replica's messages and the wire, both ways. What comes in is checked: errors are
// kInvalidArgument with the field.
namespace bellrock::naming::server {

void ToWire(const replica::SeenBy& from, v1::SeenBy& to);
replica::SeenBy FromWire(const v1::SeenBy& from);

void ToWire(const replica::PullReply& from, v1::PullReply& to);
replica::PullReply FromWire(const v1::PullReply& from);  // Apply() reads its events

void ToWire(const replica::RepairRequest& from, v1::RepairRequest& to);
Result<replica::RepairRequest> FromWire(const v1::RepairRequest& from);

void ToWire(const replica::RepairReply& from, v1::RepairReply& to);
Result<replica::RepairReply> FromWire(const v1::RepairReply& from);

}  // namespace bellrock::naming::server
