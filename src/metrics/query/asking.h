// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <google/protobuf/repeated_field.h>

#include <cstdint>
#include <string_view>
#include <vector>

#include "bellrock/metrics/v1/query.pb.h"
#include "bellrock/status.h"
#include "metrics/card.h"
#include "metrics/query/source.h"

// What all questions and answers of the query service have in common. Pure.
namespace bellrock::metrics::query {

// Any other result is a failure.
inline constexpr std::string_view kOkResult = "OK";

// kInvalidArgument names the field, the value and the remedy.
Result<std::vector<Match>> MatchesFrom(
    const google::protobuf::RepeatedPtrField<v1::Condition>& conditions);

// Of the calls of one window; completeness is left to the caller.
v1::Figures FiguresFrom(const Card& card, uint64_t failures, int64_t from, int64_t seconds,
                        const std::vector<Quantile>& quantiles);

}  // namespace bellrock::metrics::query
