// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "metrics/query/source.h"

namespace bellrock::metrics::query {

// A question is about calls of services, also one that does not say so: unless a match asks for
// callees of another kind by their prefix ("host:sz", =~ "process:music/.*"), it leaves out what is
// no service.
void AskOfServices(Question& question);
// Whether a match asks for what is no service, of which nothing can fail.
bool AsksForMetrics(const Question& question);

}  // namespace bellrock::metrics::query
