// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "metrics/query/promql/ast.h"
#include "metrics/query/promql/families.h"
#include "metrics/query/promql/value.h"
#include "metrics/query/promql/window_reader.h"

namespace bellrock::metrics::query::promql {

// Makes the series of a family from cards by window: how many, how long, in which buckets, at which
// percentile. Lives while one selector is read; what it is given is borrowed.
class SeriesMaker {
 public:
  // `named`: series keep the family's name, as a selector without a range has it.
  SeriesMaker(const Family& family, const std::vector<LabelMatch>& matches,
              const std::vector<Span>& spans, int64_t quiet, double divisor, bool named);

  size_t SeriesOfGroups(size_t groups) const;
  // `labels`: of each group.
  void Make(const Cells& cells, const std::vector<Labels>& labels, Vector& to) const;
  void MakeCards(const Cells& cells, const std::vector<Labels>& labels,
                 std::vector<CardSeries>& to) const;

 private:
  struct Percentile {
    std::string text;
    double q;
  };

  Labels Named(Labels labels) const;
  bool Allows(std::string_view label, std::string_view value) const;
  void ChooseBuckets();
  void ChoosePercentiles();
  void MakeTotals(const Cells& cells, const std::vector<Card>& cards, Labels labels,
                  Vector& to) const;
  void MakeBuckets(const Cells& cells, const std::vector<Card>& cards, const Labels& labels,
                   Vector& to) const;
  void MakePercentiles(const Cells& cells, const std::vector<Card>& cards, const Labels& labels,
                       Vector& to) const;
  void MakeCompleteness(const Cells& cells, Vector& to) const;

  const Family& family_;
  const std::vector<LabelMatch>& matches_;
  const std::vector<Span>& spans_;
  int64_t quiet_;
  double divisor_;
  bool named_;
  std::vector<size_t> buckets_;  // indexes of BucketBounds()
  std::vector<Percentile> percentiles_;
};

}  // namespace bellrock::metrics::query::promql
