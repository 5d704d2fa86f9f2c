// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
// The registry's part in documents: who may set which, and who is told.
#include <fmt/format.h>

#include "naming/registry.h"
#include "naming/spec_check.h"

namespace bellrock::naming {
namespace {

Document DocumentOf(const std::string& path, const replica::OperatorWord& word) {
  Document document;
  document.path = path;
  document.version = word.stamp.time.value;
  document.changed_unix_ms = word.stamp.time.unix_ms();
  document.why = word.why;
  if (word.state == nullptr) return document;
  document.bytes = word.state->document;
  document.why = word.state->reason;
  return document;
}

Status OtherVersion(const std::string& path, uint64_t expected, uint64_t holds) {
  return AbortedError(
      fmt::format("{}: version {} holds, not {}: somebody changed it meanwhile; read it again and "
                  "decide anew",
                  path, holds, expected));
}

}  // namespace

Result<uint64_t> Registry::SetDocument(std::string_view text, const OperatorState& state,
                                       uint64_t expected, const Moment& at) {
  now_ = at.now;
  BELLROCK_ASSIGN(const Path path, ParseDocumentPath(text));
  BELLROCK_TRY(CheckDocument(state));
  const std::optional<Document> known = FindDocument(path.text());
  const uint64_t holds = known ? known->version : 0;
  if (expected != 0 && expected != holds) return OtherVersion(path.text(), expected, holds);
  const replica::RecordTable& table = replica_.table();
  const size_t others = table.document_bytes() - (known ? known->bytes.size() : 0);
  const bool more = !known || known->bytes.size() < state.document.size();
  if (more && (others + state.document.size() > options_.document_bytes_max ||
               table.operator_words() >= options_.operator_states_max)) {
    return ResourceExhaustedError(
        fmt::format("documents take {} bytes, operators' words are {}, a limit: clear some",
                    table.document_bytes(), table.operator_words()));
  }
  replica_.Operate(path.text(), state, at);
  const std::optional<Document> now = FindDocument(path.text());
  return now ? now->version : 0;
}

std::optional<Document> Registry::FindDocument(std::string_view path) const {
  const replica::Record record = replica_.table().Find(path);
  if (!record.operator_word) return std::nullopt;
  return DocumentOf(std::string(path), *record.operator_word);
}

void Registry::ForEachDocument(std::string_view after,
                               const std::function<bool(const Document&)>& visit) const {
  replica_.table().ForEachDocument(after,
                                   [&](const std::string& path, const replica::Record& record) {
                                     return visit(DocumentOf(path, *record.operator_word));
                                   });
}

void Registry::OnDocument(const std::string& path, const replica::OperatorWord& word,
                          uint64_t revision) {
  if (recovering_) return;
  if (document_listener_ != nullptr) document_listener_(path);
  if (IsServersNote(path)) return;
  auto event = std::make_shared<Event>();
  event->kind = Event::Kind::kDocument;
  event->revision = revision;
  event->instance.revision = revision;
  event->instance.stamp = word.stamp;
  event->instance.spec.path = path;
  event->why = word.state == nullptr ? word.why : word.state->reason;
  events_.Push(std::move(event));
}

}  // namespace bellrock::naming
