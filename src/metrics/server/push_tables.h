// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>

#include "bellrock/metrics/v1/metrics.pb.h"
#include "bellrock/status.h"
#include "metrics/card_table.h"

namespace bellrock::metrics::server {

// The cards of a push as a table for each partition, under all dimensions: the caller's host is the
// source's, sites are the source's own and the first part of an instance's path. kInvalidArgument
// names what is wrong with the push.
Result<std::map<uint32_t, CardTable>> TablesOf(const v1::PushRequest& push, uint32_t partitions);

}  // namespace bellrock::metrics::server
