// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
// Says of each line of its input whether it is an expression: "ok" or "error: why".
#include <iostream>
#include <string>

#include "metrics/query/promql/parser.h"

int main() {
  std::string line;
  while (std::getline(std::cin, line)) {
    const auto parsed = bellrock::metrics::query::promql::Parse(line);
    if (parsed.ok()) {
      std::cout << "ok\n";
    } else {
      std::cout << "error: " << parsed.status().message() << "\n";
    }
  }
}
