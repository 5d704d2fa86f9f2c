// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "naming/server/document_store.h"

#include <utility>

#include "naming/server/registry_host.h"

namespace bellrock::naming::server {
namespace {

std::string_view SubjectOf(std::string_view path) {
  return path.substr(path.rfind('/') + 1);
}

}  // namespace

DocumentStore::DocumentStore(std::shared_ptr<RegistryHost> host, v1::NamingService& naming)
    : host_(std::move(host)), naming_(naming) {
  host_->registry().SetDocumentListener([this](const std::string& path) { OnChange(path); });
}

DocumentStore::~DocumentStore() {
  host_->registry().SetDocumentListener(nullptr);
}

Result<uint64_t> DocumentStore::Put(ServerContext& context, const Change& change) {
  v1::SetOperatorStateRequest request;
  BELLROCK_ASSIGN(*request.mutable_path(), DocumentPath(change.service, change.subject));
  request.mutable_operator_state()->set_document(std::string(change.bytes));
  request.mutable_operator_state()->set_reason(std::string(change.why));
  request.set_expected_version(change.expected_version);
  BELLROCK_ASSIGN(const v1::SetOperatorStateReply reply,
                  naming_.SetOperatorState(context, request));
  return reply.version();
}

std::optional<Document> DocumentStore::Get(std::string_view service,
                                           std::string_view subject) const {
  const Result<std::string> path = DocumentPath(service, subject);
  if (!path.ok()) return std::nullopt;
  return host_->registry().FindDocument(*path);
}

void DocumentStore::ForEach(std::string_view subject, const Visit& visit) const {
  host_->registry().ForEachDocument("", [&](const Document& document) {
    return SubjectOf(document.path) != subject || visit(ShortNameOf(document.path), document);
  });
}

void DocumentStore::Listen(const std::string& subject, Listener listener) {
  if (listener == nullptr) {
    listeners_.erase(subject);
  } else {
    listeners_[subject] = std::move(listener);
  }
}

void DocumentStore::OnChange(const std::string& path) const {
  const auto found = listeners_.find(SubjectOf(path));
  if (found != listeners_.end()) found->second(std::string(ShortNameOf(path)));
}

}  // namespace bellrock::naming::server
