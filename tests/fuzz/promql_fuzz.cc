// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
// What a Prometheus client may ask: any expression, any field, any path. Whatever comes, the answer
// is a page of a known status, and JSON where it says so.
#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "base/check.h"
#include "fuzz_input.h"
#include "metrics/query/memory_source.h"
#include "metrics/query/promql/api.h"
#include "metrics/query/promql/parser.h"

namespace bellrock::metrics::query::promql {
namespace {

constexpr int64_t kNow = 1'700'000'000;

// Every byte escaped, so that the expression arrives as it is.
std::string Escaped(std::string_view text) {
  std::string escaped;
  for (const char c : text) escaped += fmt::format("%{:02X}", static_cast<unsigned char>(c));
  return escaped;
}

MemorySource& Calls() {
  static MemorySource& source = *[] {
    auto* calls = new MemorySource;  // NOLINT(new): as long as the process
    for (int i = 0; i < 8; ++i) {
      calls->AddCall(kNow - 60 * i,
                     {"shop/cart", i % 2 == 0 ? "Add" : "Get", "i", "sz", "shop/web", "h", "sz",
                      i % 3 == 0 ? "UNAVAILABLE" : "OK", "caller"},
                     100u << i);
    }
    return calls;
  }();
  return source;
}

void Ask(std::string method, std::string path, std::string query, std::string body) {
  const ApiReply reply =
      ServeApi({std::move(method), std::move(path), std::move(query), std::move(body)}, Calls(),
               kNow * 1000);
  BELLROCK_CHECK(reply.status >= 200 && reply.status < 600, "a status of HTTP");
  if (reply.content_type != "application/json") return;
  BELLROCK_CHECK(nlohmann::json::accept(reply.body), "what is called JSON is JSON");
}

}  // namespace
}  // namespace bellrock::metrics::query::promql

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  namespace promql = bellrock::metrics::query::promql;
  bellrock::fuzz::Input input(data, size);
  const uint8_t kind = input.Byte() % 4;
  const std::string rest = input.Rest();
  const std::string when = "&time=1700000000&start=1699999000&end=1700000000&step=60";
  if (kind == 0) promql::Ask("GET", "/api/v1/query", "query=" + promql::Escaped(rest) + when, "");
  if (kind == 1) {
    promql::Ask("POST", "/api/v1/query_range", "", "query=" + promql::Escaped(rest) + when);
  }
  if (kind == 2)
    promql::Ask("GET", "/api/v1/series", "match[]=" + promql::Escaped(rest) + when, "");
  if (kind == 3) {
    const size_t cut = rest.find('?');
    promql::Ask("GET", "/api/v1/" + rest.substr(0, cut),
                cut == std::string::npos ? "" : rest.substr(cut + 1), "");
  }
  return 0;
}
