// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "rpc/http/api_pages.h"

#include <google/protobuf/descriptor.h>

#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "rpc/error_text.h"
#include "rpc/http/api_page_html.h"
#include "rpc/http/http_answer.h"
#include "rpc/http/http_target.h"
#include "rpc/http/openapi.h"
#include "rpc/pages/pages.h"

namespace bellrock::rpc {
namespace {

// The document is made when it is first asked for: most servers never are. Asked from all loops.
class OpenApiPage {
 public:
  OpenApiPage(std::string title, std::vector<const google::protobuf::ServiceDescriptor*> services)
      : title_(std::move(title)), services_(std::move(services)) {}

  HttpReply Serve() {
    std::call_once(made_, [this] { document_ = OpenApiDocument(title_, services_); });
    if (!document_.ok()) return ErrorReply(document_.status());
    return {200, std::string(kJsonType), *document_, {{"Cache-Control", "no-cache"}}};
  }

 private:
  const std::string title_;
  const std::vector<const google::protobuf::ServiceDescriptor*> services_;
  std::once_flag made_;
  Result<std::string> document_ = InternalError("not made yet");
};

// The page calls its own server and loads nothing from anywhere else.
constexpr const char* kPolicy =
    "default-src 'none'; connect-src 'self'; style-src 'unsafe-inline'; script-src 'unsafe-inline'";

// Handlers are found by prefix; a page is its whole path, and as open as the others under /-/.
void AddPage(ServerState& state, std::string path, std::function<HttpReply()> serve) {
  auto handler = [&state, path, serve = std::move(serve)](const HttpRequest& request) {
    if (auto refusal = Pages::RefusalFor(state, request)) return std::move(*refusal);
    if (request.path == path) return serve();
    return ErrorReply(NothingAt(state, request.path));
  };
  state.http_pages.push_back({std::move(path), std::move(handler), {}});
}

}  // namespace

void AddApiPages(ServerState& state) {
  if (state.options.pages == PageAccess::kNobody) return;
  std::vector<const google::protobuf::ServiceDescriptor*> services;
  for (const Service* service : state.methods.Services()) {
    const auto* descriptor = DescriptorOf(*service);
    if (descriptor != nullptr) services.push_back(descriptor);
  }
  const std::string title = state.options.name.empty() ? "Bellrock services" : state.options.name;
  auto page = std::make_shared<OpenApiPage>(title, std::move(services));
  AddPage(state, "/-/openapi.json", [page] { return page->Serve(); });
  AddPage(state, "/-/api", [] {
    return HttpReply{200,
                     "text/html; charset=utf-8",
                     kApiPageHtml,
                     {{"Content-Security-Policy", kPolicy}, {"Cache-Control", "no-cache"}}};
  });
}

}  // namespace bellrock::rpc
