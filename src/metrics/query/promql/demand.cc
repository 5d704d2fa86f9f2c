// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/query/promql/demand.h"

#include <utility>

namespace bellrock::metrics::query::promql {
namespace {

using Demands = std::map<const SelectorNode*, Demand>;

void Visit(const Node& node, Demand demand, Demands& demands);

void Name(const std::vector<std::string>& labels, Demand& demand) {
  demand.named.insert(labels.begin(), labels.end());
}

void VisitAggregate(const AggregateNode& aggregate, Demand demand, Demands& demands) {
  Name(aggregate.labels, demand);
  demand.summed = aggregate.how == Aggregation::kSum;
  demand.without = aggregate.without;
  demand.labels = aggregate.labels;
  if (aggregate.parameter != nullptr) Visit(*aggregate.parameter, {}, demands);
  Visit(*aggregate.expression, std::move(demand), demands);
}

void VisitBinary(const BinaryNode& binary, Demand demand, Demands& demands) {
  Name(binary.matching.labels, demand);
  Name(binary.matching.include, demand);
  demand.summed = false;
  Visit(*binary.left, demand, demands);
  Visit(*binary.right, demand, demands);
}

// label_replace(v, to, text, from, pattern) and label_join(v, to, separator, from...) name theirs.
void NameArguments(const CallNode& call, Demand& demand) {
  for (size_t i = 3; i < call.arguments.size(); ++i) {
    const auto* text = std::get_if<StringNode>(&call.arguments[i]->kind);
    const bool pattern = call.function->name == "label_replace" && i == 4;
    if (text != nullptr && !pattern) demand.named.insert(text->value);
  }
}

void VisitCall(const CallNode& call, Demand demand, Demands& demands) {
  // A sum of rates is the rate of the sum; of any other function it is not.
  if (call.function->family != FunctionFamily::kCounterRange) demand.summed = false;
  if (call.function->family == FunctionFamily::kLabels) NameArguments(call, demand);
  for (const NodePtr& argument : call.arguments) Visit(*argument, demand, demands);
}

void Visit(const Node& node, Demand demand, Demands& demands) {
  if (const auto* selector = std::get_if<SelectorNode>(&node.kind)) {
    for (const LabelMatch& match : selector->matches) demand.named.insert(match.label);
    demands.emplace(selector, std::move(demand));
  } else if (const auto* aggregate = std::get_if<AggregateNode>(&node.kind)) {
    VisitAggregate(*aggregate, std::move(demand), demands);
  } else if (const auto* binary = std::get_if<BinaryNode>(&node.kind)) {
    VisitBinary(*binary, std::move(demand), demands);
  } else if (const auto* call = std::get_if<CallNode>(&node.kind)) {
    VisitCall(*call, std::move(demand), demands);
  } else if (const auto* negate = std::get_if<NegateNode>(&node.kind)) {
    Visit(*negate->expression, std::move(demand), demands);
  } else if (const auto* subquery = std::get_if<SubqueryNode>(&node.kind)) {
    demand.summed = false;
    Visit(*subquery->expression, std::move(demand), demands);
  }
}

}  // namespace

std::map<const SelectorNode*, Demand> DemandsOf(const Node& root) {
  Demands demands;
  Visit(root, {}, demands);
  return demands;
}

}  // namespace bellrock::metrics::query::promql
