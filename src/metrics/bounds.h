// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

// Every bound of this subject in one place; docs/metrics.md lists them for operators.
namespace bellrock::metrics {

// What one card or push may carry; beyond it a push is refused as a whole.
inline constexpr size_t kBucketsPerCardMax = 1 << 20;
inline constexpr size_t kCardsPerPushMax = 100'000;
inline constexpr size_t kDimensionBytesMax = 256;  // of each of caller, callee, method, instance
inline constexpr size_t kSourceBytesMax = 256;
inline constexpr size_t kSessionNamesMax = 1 << 16;  // and keys: that a sender may count on

// What a server keeps.
inline constexpr int kWindowSeconds = 600;
inline constexpr int kSettleSeconds = 2;  // a second is complete this long after it began
inline constexpr int kAheadSeconds = 5;   // how far a source's clock may run ahead of the server's
inline constexpr size_t kDimensionSetsMax = 20'000;
inline constexpr size_t kWindowBytesMax = 256 << 20;
inline constexpr size_t kSourcesMax = 20'000;
inline constexpr size_t kSessionsBytesMax = 64 << 20;  // of names and keys, over all senders
inline constexpr size_t kSequencesRemembered =
    128;  // per source; more than any source keeps unsent

// What waits in a collector for the queue.
inline constexpr size_t kCollectorBytesMax = 64 << 20;

// What the owner of a partition holds and does between cuts (docs/design/metrics.md).
inline constexpr uint32_t kPartitionsDefault = 8;
inline constexpr size_t kFoldBytesMax = 512 << 20;
inline constexpr int64_t kCutGraceSeconds = 3;      // after a minute's end, for stragglers
inline constexpr int64_t kCutLateSeconds = 15;      // then the cut waits for no collector's word
inline constexpr int64_t kCollectorSilentMax = 30;  // seconds; then completeness goes on without it
inline constexpr uint64_t kCutsBetweenTrims = 64;   // of the cut log
inline constexpr int kCutLogReadSeconds = 1;        // whether another node took over (OCTO-087)
inline constexpr int kCutLogTrustSeconds = 5;       // unread for longer, an owner tells nothing
inline constexpr int kConfirmMaxMs = 1000;          // a question's look into the cut logs

// What compute nodes tell each other and servers.
inline constexpr size_t kLiveReplyBytes = 1 << 20;    // of tables; one is given whole
inline constexpr size_t kLivePieceBuckets = 1 << 18;  // a larger table goes in several
inline constexpr int kLiveAnswerSeconds = 2;          // then one does without (OCTO-087)
inline constexpr int kLiveSettleSeconds = 10;         // that a question waits for a cut's end
inline constexpr size_t kComputeNodesMax = 256;       // of one data centre

// What a source or an agent keeps unsent.
inline constexpr size_t kUnsentPushesMax = 60;
inline constexpr size_t kUnsentBytesMax = 16 << 20;
inline constexpr size_t kServiceUnitsMax = 1000;  // services whose unit is not 1 us
inline constexpr size_t kErrorTypesMax = 100;     // of a service; further ones count as "(more)"
inline constexpr size_t kErrorTypeServicesMax = 1000;  // services with error types of their own
inline constexpr size_t kLostToldMax = 1000;           // (callee, second) pairs told apart
inline constexpr size_t kSpoolBytesMax = 256 << 20;

// What an answer may hold.
inline constexpr int kSeriesSecondsDefault = 120;
inline constexpr int kSeriesLinesMax = 20;
inline constexpr int kTableSecondsDefault = 10;
inline constexpr int kTableRowsDefault = 100;
inline constexpr int kTableRowsMax = 1000;

// The queue. A record's bound is Kafka's usual one of a message, its own header off.
inline constexpr size_t kQueueRecordBytesMax = 1'000'000;
inline constexpr uint32_t kQueuePartitionsMax = 1024;  // of a topic
inline constexpr uint64_t kQueuePartitionBytesDefault = uint64_t{1}
                                                        << 30;  // kept; then the oldest go
inline constexpr size_t kQueueUnwrittenBytesMax = 16 << 20;     // of a partition; beyond it refused
inline constexpr size_t kQueueServedReadBytesMax =
    4 << 20;                                          // one record is given however large it is
inline constexpr int kQueueServedWaitSeconds = 30;    // a remote reader asks again then
inline constexpr int kQueueWaitingReadersMax = 1024;  // of other processes
inline constexpr size_t kQueueKafkaUnsentBytesMax = 64 << 20;  // not yet acknowledged by brokers
inline constexpr size_t kQueueKafkaUnsentRecordsMax = 100'000;
inline constexpr size_t kQueueKafkaAheadBytes = 4 << 20;  // of a partition, sent before it is read

// The embedded store for other processes.
inline constexpr size_t kStoreServedScanBytes = 1 << 20;  // of blocks in a reply; one goes whole
inline constexpr int kStoreServedScansMax = 256;          // at a time
inline constexpr size_t kStoreServedCalleesMax = 100'000;

// Stands for every value that came after a dictionary was full: nothing is dropped silently.
inline constexpr char kOverflowName[] = "(more)";

}  // namespace bellrock::metrics
