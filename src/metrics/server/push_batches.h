// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "bellrock/metrics/v1/compute.pb.h"
#include "bellrock/metrics/v1/metrics.pb.h"
#include "bellrock/status.h"

namespace bellrock::metrics::server {

// What a push holds for each partition, as the queue keeps it: the cards as a table under all
// dimensions (the caller's host is the source's, sites are the source's own and the first part of
// an instance's path), and the calls that were lost. kInvalidArgument names what is wrong with the
// push. A large push makes several batches, each a record's at most, under the source's name and
// their number; the same push always makes the same ones.
Result<std::map<uint32_t, std::vector<v1::SourceBatch>>> BatchesOf(const v1::PushRequest& push,
                                                                   uint32_t partitions);

}  // namespace bellrock::metrics::server
