// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/query/promql/vector_matching.h"

#include <fmt/format.h>

#include <map>
#include <utility>

#include "metrics/query/promql/binary.h"

namespace bellrock::metrics::query::promql {
namespace {

Labels SignatureOf(const VectorMatching& matching, const Labels& labels) {
  return matching.on ? labels.Keep(matching.labels) : labels.Drop(matching.labels);
}

// By signature: at which points any series is there.
using Presence = std::map<Labels, std::vector<bool>>;

Presence PresenceBySignature(const VectorMatching& matching, const Vector& vector) {
  Presence presence;
  for (const Series& series : vector) {
    std::vector<bool>& points =
        presence.try_emplace(SignatureOf(matching, series.labels), series.points.size())
            .first->second;
    for (size_t i = 0; i < points.size(); ++i) {
      if (series.points[i]) points[i] = true;
    }
  }
  return presence;
}

// Leaves of each series the points at which the other side is there, or is not.
void Restrict(const VectorMatching& matching, const Presence& other, bool where_there,
              Vector& vector) {
  for (Series& series : vector) {
    const auto found = other.find(SignatureOf(matching, series.labels));
    for (size_t i = 0; i < series.points.size(); ++i) {
      const bool there = found != other.end() && found->second[i];
      if (there != where_there) series.points[i].reset();
    }
  }
}

// Series of the same labels that are there at different points become one.
Vector Join(Vector first, Vector second) {
  std::map<Labels, size_t> place;
  for (size_t i = 0; i < first.size(); ++i) place.emplace(first[i].labels, i);
  for (Series& series : second) {
    const auto [at, fresh] = place.try_emplace(series.labels, first.size());
    if (fresh) {
      first.push_back(std::move(series));
      continue;
    }
    std::vector<Point>& points = first[at->second].points;
    for (size_t i = 0; i < points.size(); ++i) {
      if (!points[i]) points[i] = series.points[i];
    }
  }
  return first;
}

// One arithmetic operator over two vectors; exists while it is applied.
class Matcher {
 public:
  explicit Matcher(const BinaryNode& binary)
      : binary_(binary),
        matching_(binary.matching),
        one_to_one_(matching_.many == VectorMatching::Many::kOneToOne),
        swapped_(matching_.many == VectorMatching::Many::kRight) {}

  Result<Vector> Run(const Vector& many, const Vector& one) {
    std::map<Labels, std::vector<const Series*>> ones;
    for (const Series& series : one) {
      ones[SignatureOf(matching_, series.labels)].push_back(&series);
    }
    for (const Series& series : many) {
      const Labels signature = SignatureOf(matching_, series.labels);
      const auto found = ones.find(signature);
      if (found == ones.end()) continue;
      for (size_t i = 0; i < series.points.size(); ++i) {
        if (!series.points[i]) continue;
        BELLROCK_ASSIGN(const Series* partner, PartnerAt(found->second, signature, i));
        if (partner != nullptr) BELLROCK_TRY(Put(series, *partner, i));
      }
    }
    Vector vector;
    for (auto& [labels, made] : results_) vector.push_back({labels, std::move(made.points)});
    return vector;
  }

 private:
  struct Made {
    std::vector<Point> points;
    std::vector<bool> paired;  // also where a comparison was not met
  };

  // nullptr if there is none at the point.
  Result<const Series*> PartnerAt(const std::vector<const Series*>& candidates,
                                  const Labels& signature, size_t at) const {
    const Series* partner = nullptr;
    for (const Series* candidate : candidates) {
      if (!candidate->points[at]) continue;
      if (partner != nullptr) {
        return InvalidArgumentError(fmt::format(
            "found duplicate series for the match group {} on the {} hand-side of the operation: "
            "{} and {}; many-to-many matching not allowed: matching labels must be unique on one "
            "side",
            signature.ToString(), swapped_ ? "left" : "right", partner->labels.ToString(),
            candidate->labels.ToString()));
      }
      partner = candidate;
    }
    return partner;
  }

  Labels ResultLabels(const Labels& many, const Labels& one) const {
    Labels labels = many;
    if (!IsComparison(binary_.op) || binary_.returns_bool) labels.Erase(kNameLabel);
    if (one_to_one_) {
      if (matching_.on) return labels.Keep(matching_.labels);
      for (const std::string& label : matching_.labels) labels.Erase(label);
    }
    for (const std::string& label : matching_.include) labels.Set(label, one.Get(label));
    return labels;
  }

  Status Put(const Series& many, const Series& one, size_t at) {
    const Labels labels = ResultLabels(many.labels, one.labels);
    Made& made = results_[labels];
    made.points.resize(many.points.size());
    made.paired.resize(many.points.size());
    if (made.paired[at]) {
      return InvalidArgumentError(
          fmt::format("multiple matches for labels {}: {}", labels.ToString(),
                      one_to_one_ ? "many-to-one matching must be explicit (group_left/group_right)"
                                  : "grouping labels must ensure unique matches"));
    }
    made.paired[at] = true;
    const double left = swapped_ ? *one.points[at] : *many.points[at];
    const double right = swapped_ ? *many.points[at] : *one.points[at];
    made.points[at] = Operate(binary_.op, left, right, binary_.returns_bool);
    return Status::Ok();
  }

  const BinaryNode& binary_;
  const VectorMatching& matching_;
  bool one_to_one_;
  bool swapped_;
  std::map<Labels, Made> results_;
};

}  // namespace

Vector ApplySet(const BinaryNode& binary, Vector left, Vector right) {
  const VectorMatching& matching = binary.matching;
  if (binary.op != Operator::kOr) {
    const Presence presence = PresenceBySignature(matching, right);
    Restrict(matching, presence, binary.op == Operator::kAnd, left);
    return left;
  }
  const Presence presence = PresenceBySignature(matching, left);
  Restrict(matching, presence, false, right);
  return Join(std::move(left), std::move(right));
}

Result<Vector> ApplyMatched(const BinaryNode& binary, Vector left, Vector right) {
  Matcher matcher(binary);
  if (binary.matching.many == VectorMatching::Many::kRight) return matcher.Run(right, left);
  return matcher.Run(left, right);
}

}  // namespace bellrock::metrics::query::promql
