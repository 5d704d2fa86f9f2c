// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "bellrock/status.h"
#include "metrics/query/source.h"
#include "metrics/server/retention.h"
#include "metrics/store/store.h"

// From which windows a question is answered. Pure.
namespace bellrock::metrics::server {

// A stretch of a question that is read from windows of one grain.
struct Piece {
  store::Grain grain = store::Grain::kMinute;
  int64_t from = 0;
  int64_t to = 0;

  friend bool operator==(const Piece&, const Piece&) = default;
};

// Seconds if a step does not begin with a minute, else minutes.
store::Grain FinestGrainOf(const query::Question& question);

// Covers [from, to) without a gap or an overlap, ascending: each step from the longest windows that
// lie in it as a whole, its ends from shorter ones, none shorter than FinestGrainOf(). The last
// minute counts as a whole if that is minutes. Neighbours of one grain are one piece.
std::vector<Piece> PiecesOf(const query::Question& question);

// kOutOfRange if windows of a piece are forgotten that longer ones still tell: says what is kept
// and how to ask for it.
Status CheckKept(const std::vector<Piece>& pieces, int64_t now, const Retention& retention);

}  // namespace bellrock::metrics::server
