// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <vector>

#include "bellrock/status.h"
#include "metrics/query/promql/ast.h"
#include "metrics/query/promql/token_reader.h"

// Which parts fit together; errors are those of the parser, with the position.
namespace bellrock::metrics::query::promql {

// `matched`: on() or ignoring() was written.
Result<ValueType> TypeOfBinary(const TokenReader& reader, size_t position, const BinaryNode& binary,
                               bool matched);
Status CheckCall(const TokenReader& reader, size_t position, const CallNode& call);
// Moves the arguments to their places.
Status CheckAggregate(const TokenReader& reader, const Token& name, std::vector<NodePtr> arguments,
                      AggregateNode& aggregate);

}  // namespace bellrock::metrics::query::promql
