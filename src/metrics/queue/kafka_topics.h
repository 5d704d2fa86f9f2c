// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "bellrock/status.h"
#include "bellrock/time.h"
#include "metrics/queue/kafka_handle.h"
#include "metrics/queue/queue.h"

namespace bellrock::metrics::queue::kafka {

// Makes those that are missing. Then each has at least the partitions wanted, or
// kFailedPrecondition says which has not. Blocks.
Status EnsureTopics(rd_kafka_s* handle, const std::vector<Topic>& topics, int replicas,
                    Duration timeout, const std::string& brokers);

// Has the brokers drop what lies before the offset. Blocks.
Status DeleteRecords(rd_kafka_s* handle, const std::string& topic, int32_t partition,
                     uint64_t before, Duration timeout, const std::string& where);

}  // namespace bellrock::metrics::queue::kafka
