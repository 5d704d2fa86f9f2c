// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/query/promql/series_maker.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <string>
#include <utility>

namespace bellrock::metrics::query::promql {
namespace {

constexpr size_t kBucketsMax = 32;

// Calls and their latencies, without telling latencies apart. Sums wrap, differences do not.
class Totals {
 public:
  void Add(const Card& card) { Count(card, 1); }
  void Subtract(const Card& card) { Count(card, uint64_t(-1)); }
  uint64_t calls() const { return calls_; }
  uint64_t sum_us() const { return sum_us_; }

 private:
  void Count(const Card& card, uint64_t sign) {
    calls_ += sign * card.calls();
    for (const Card::Bucket& bucket : card.buckets()) {
      sum_us_ += sign * bucket.latency_us * bucket.count;
    }
  }

  uint64_t calls_ = 0;
  uint64_t sum_us_ = 0;
};

// Calls by the bucket that they fall into first.
class BucketTotals {
 public:
  void Add(const Card& card) { Count(card, 1); }
  void Subtract(const Card& card) { Count(card, uint64_t(-1)); }
  uint64_t calls() const { return calls_; }
  uint64_t UpTo(size_t bucket) const {
    uint64_t sum = 0;
    for (size_t i = 0; i <= bucket; ++i) sum += counts_[i];
    return sum;
  }

 private:
  void Count(const Card& card, uint64_t sign) {
    calls_ += sign * card.calls();
    size_t bound = 0;
    for (const Card::Bucket& bucket : card.buckets()) {
      while (BucketBounds()[bound].latency_us < bucket.latency_us) ++bound;
      counts_[bound] += sign * bucket.count;
    }
  }

  std::array<uint64_t, kBucketsMax> counts_{};
  uint64_t calls_ = 0;
};

std::optional<double> QuantileOf(std::string_view text) {
  double q = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), q);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  if (!(q >= 0 && q <= 1)) return std::nullopt;
  return q;
}

}  // namespace

SeriesMaker::SeriesMaker(const Family& family, const std::vector<LabelMatch>& matches,
                         const std::vector<Span>& spans, int64_t quiet, double divisor, bool named)
    : family_(family),
      matches_(matches),
      spans_(spans),
      quiet_(quiet),
      divisor_(divisor),
      named_(named) {
  if (family.measure == Measure::kBuckets) ChooseBuckets();
  if (family.measure == Measure::kQuantiles) ChoosePercentiles();
}

bool SeriesMaker::Allows(std::string_view label, std::string_view value) const {
  return std::all_of(matches_.begin(), matches_.end(), [&](const LabelMatch& match) {
    return match.label != label || match.matcher.Matches(value);
  });
}

void SeriesMaker::ChooseBuckets() {
  static_assert(kBucketsMax >= 19);
  for (size_t i = 0; i < BucketBounds().size(); ++i) {
    if (Allows(kLeLabel, BucketBounds()[i].le)) buckets_.push_back(i);
  }
}

// Any percentile that is asked for by its number; without that, those of the list.
void SeriesMaker::ChoosePercentiles() {
  std::vector<std::string> texts;
  for (const LabelMatch& match : matches_) {
    if (match.label == kQuantileLabel && match.matcher.how() == Match::How::kEqual) {
      texts.push_back(match.matcher.value());
    }
  }
  if (texts.empty()) texts.assign(ShownQuantiles().begin(), ShownQuantiles().end());
  for (const std::string& text : texts) {
    const auto q = QuantileOf(text);
    if (q && Allows(kQuantileLabel, text)) percentiles_.push_back({text, *q});
  }
}

size_t SeriesMaker::SeriesOfGroups(size_t groups) const {
  if (family_.measure == Measure::kBuckets) return groups * buckets_.size();
  if (family_.measure == Measure::kQuantiles) return groups * percentiles_.size();
  return groups;
}

Labels SeriesMaker::Named(Labels labels) const {
  if (named_) labels.Set(kNameLabel, family_.name);
  return labels;
}

void SeriesMaker::Make(const Cells& cells, const std::vector<Labels>& labels, Vector& to) const {
  if (family_.measure == Measure::kCompleteness) return MakeCompleteness(cells, to);
  for (size_t i = 0; i < cells.groups.size(); ++i) {
    const std::vector<Card>& cards = cells.groups[i].cards;
    switch (family_.measure) {
      case Measure::kBuckets:
        MakeBuckets(cells, cards, labels[i], to);
        break;
      case Measure::kQuantiles:
        MakePercentiles(cells, cards, labels[i], to);
        break;
      default:
        MakeTotals(cells, cards, labels[i], to);
    }
  }
}

void SeriesMaker::MakeTotals(const Cells& cells, const std::vector<Card>& cards, Labels labels,
                             Vector& to) const {
  Series series{Named(std::move(labels)), std::vector<Point>(spans_.size())};
  const auto value_of = [this](const Totals& totals) {
    const double sum = static_cast<double>(totals.sum_us()) / family_.units;
    const auto calls = static_cast<double>(totals.calls());
    if (family_.measure == Measure::kMean) return sum / calls;
    return (family_.measure == Measure::kLatencySum ? sum : calls) / divisor_;
  };
  Slide<Totals>(cells, cards, spans_, quiet_, [&](size_t i, bool present, const Totals& totals) {
    // Between its samples a gauge has no mean.
    if (!present || (family_.measure == Measure::kMean && totals.calls() == 0)) return;
    series.points[i] = value_of(totals);
  });
  to.push_back(std::move(series));
}

void SeriesMaker::MakeBuckets(const Cells& cells, const std::vector<Card>& cards,
                              const Labels& labels, Vector& to) const {
  const size_t begin = to.size();
  for (size_t bucket : buckets_) {
    Labels own = Named(labels);
    own.Set(kLeLabel, BucketBounds()[bucket].le);
    to.push_back({std::move(own), std::vector<Point>(spans_.size())});
  }
  Slide<BucketTotals>(
      cells, cards, spans_, quiet_, [&](size_t i, bool present, const BucketTotals& totals) {
        if (!present) return;
        for (size_t b = 0; b < buckets_.size(); ++b) {
          to[begin + b].points[i] = static_cast<double>(totals.UpTo(buckets_[b])) / divisor_;
        }
      });
}

void SeriesMaker::MakePercentiles(const Cells& cells, const std::vector<Card>& cards,
                                  const Labels& labels, Vector& to) const {
  const size_t begin = to.size();
  for (const Percentile& percentile : percentiles_) {
    Labels own = Named(labels);
    own.Set(kQuantileLabel, percentile.text);
    to.push_back({std::move(own), std::vector<Point>(spans_.size())});
  }
  Slide<CardSum>(cells, cards, spans_, quiet_, [&](size_t i, bool present, const CardSum& sum) {
    if (!present) return;
    for (size_t p = 0; p < percentiles_.size(); ++p) {
      to[begin + p].points[i] = sum.PercentileUs(percentiles_[p].q) / family_.units;
    }
  });
}

void SeriesMaker::MakeCards(const Cells& cells, const std::vector<Labels>& labels,
                            std::vector<CardSeries>& to) const {
  for (size_t g = 0; g < cells.groups.size(); ++g) {
    CardSeries series{Named(labels[g]), std::vector<std::optional<CardSum>>(spans_.size())};
    Slide<CardSum>(cells, cells.groups[g].cards, spans_, quiet_,
                   [&](size_t i, bool present, const CardSum& sum) {
                     if (present) series.points[i] = sum;
                   });
    to.push_back(std::move(series));
  }
}

void SeriesMaker::MakeCompleteness(const Cells& cells, Vector& to) const {
  Series series{Named({}), std::vector<Point>(spans_.size())};
  for (size_t i = 0; i < spans_.size(); ++i) {
    const auto first = std::lower_bound(cells.begins.begin(), cells.begins.end(), spans_[i].begin);
    for (size_t c = first - cells.begins.begin(); c < cells.begins.size(); ++c) {
      if (cells.begins[c] + cells.seconds > spans_[i].end) break;
      series.points[i] = std::min(series.points[i].value_or(1), cells.completeness[c]);
    }
  }
  to.push_back(std::move(series));
}

}  // namespace bellrock::metrics::query::promql
