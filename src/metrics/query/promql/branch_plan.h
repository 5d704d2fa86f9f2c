// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "bellrock/status.h"
#include "metrics/query/promql/demand.h"
#include "metrics/query/promql/families.h"
#include "metrics/query/promql/labels.h"
#include "metrics/query/source.h"

namespace bellrock::metrics::query::promql {

// What to ask of the source for one part of a family, and how its groups become series.
struct BranchPlan {
  std::vector<Match> where;
  std::vector<Dimension> group_by;  // a column each; then the side, if `sides_told`
  std::vector<Column> columns;
  // The query allows the callee's own view beside the callers' and does not tell them apart: the
  // side is read along, to tell whether both were summed.
  bool sides_told = false;
  Labels constants;
};

// Families whose name the matches allow, in the order of the catalogue.
std::vector<const Family*> FamiliesOf(const std::vector<LabelMatch>& matches);

// None if the matches exclude all of the branch. Matches of labels that the branch does not show
// are judged here; those of "le" and "quantile" are left to who makes these labels.
std::optional<BranchPlan> PlanBranch(const Family& family, const Branch& branch,
                                     const std::vector<LabelMatch>& matches, const Demand& demand);

// The labels of a group's series.
Labels LabelsOf(const BranchPlan& plan, const Group& group);

}  // namespace bellrock::metrics::query::promql
