// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

// What one query may cost; docs/metrics-promql.md lists them. An error names the bound that was hit
// and what to ask instead.
namespace bellrock::metrics::query::promql {

inline constexpr size_t kExpressionBytesMax = 64 << 10;
inline constexpr int kExpressionDepthMax = 100;
inline constexpr size_t kStepsMax = 11'000;          // of query_range, as Prometheus has it
inline constexpr size_t kSubqueryStepsMax = 50'000;  // of all points of a subquery
inline constexpr size_t kSeriesMax = 10'000;         // of one selector
inline constexpr size_t kCellsMax = 50'000;          // windows that one selector reads per series
inline constexpr size_t kSamplesMax = 2'000'000;     // series x points, summed over the query
inline constexpr size_t kCardsMax = 2'000'000;       // series x windows of one question
inline constexpr size_t kQuestionCellsMax =
    10'000;                                     // windows of one question; more are asked in parts
inline constexpr size_t kQuestionsMax = 2'000;  // asked of the source by one query
inline constexpr size_t kCardBucketsShownMax = 100'000;  // in the answer of one query
inline constexpr size_t kLabelBytesMax = 4096;           // of a value that label_join makes
inline constexpr size_t kWarningsMax = 10;

}  // namespace bellrock::metrics::query::promql
