// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "bellrock/metrics/v1/metrics.pb.h"
#include "bellrock/status.h"
#include "metrics/card_table.h"
#include "metrics/session_table.h"

namespace bellrock::metrics {

// A push's cards as one table (docs/spec/card.md, "Pushes") and back: the same cards, in the order
// of their names. The rest of a push is as it was. kInvalidArgument for cards that no receiver
// takes.
Result<CardTable> TableOfCards(const v1::PushRequest& push);
// kInvalidArgument names what does not fit a push.
Status AddCards(const CardTable& table, v1::PushRequest& to);

// Without a session, for who keeps pushes or passes them on; a push without cards, or with some
// that no receiver takes, stays as it is.
v1::PushRequest Packed(const v1::PushRequest& push);
// The head of a push that a table will carry: all but its cards.
v1::PushRequest HeadOf(const v1::PushRequest& push);
// Reads a table of `session`, or one of none. What is no table stays as it is. Errors as
// DecodeTable() or SessionReader.
Result<v1::PushRequest> Unpacked(const v1::PushRequest& push, SessionReader* session = nullptr);

}  // namespace bellrock::metrics
