// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "bellrock/naming/v1/naming.bellrock.h"
#include "bellrock/status.h"
#include "naming/document.h"

namespace bellrock::naming::server {

class RegistryHost;

// The registry's documents for the other subjects of this server. A change goes the way of every
// operator's word: to the leader of the site, durable before it is answered, then to all servers of
// all sites. Reading is of this server's own copy. Owned by the naming server, on its loop.
class DocumentStore {
 public:
  // Both outlive this.
  DocumentStore(std::shared_ptr<RegistryHost> host, v1::NamingService& naming);
  ~DocumentStore();

  struct Change {
    std::string_view service;  // "line/service"
    std::string_view subject;
    std::string_view bytes;  // "": takes it back
    std::string_view why;
    uint64_t expected_version = 0;  // not 0: kAborted if another holds
  };
  // The version that holds from now on (Document). Blocks. `context` is of the call that wants it.
  Result<uint64_t> Put(ServerContext& context, const Change& change);
  // Nothing if nothing was ever said, or it was taken back long ago; of one taken back no bytes.
  std::optional<Document> Get(std::string_view service, std::string_view subject) const;
  // Those of the subject, by service; false stops.
  using Visit = std::function<bool(std::string_view service, const Document&)>;
  void ForEach(std::string_view subject, const Visit& visit) const;

  // Calls with the service after each change of a document of that subject, wherever it was made;
  // one listener of a subject at a time, which must not block. nullptr ends it.
  using Listener = std::function<void(const std::string& service)>;
  void Listen(const std::string& subject, Listener listener);

 private:
  void OnChange(const std::string& path) const;

  std::shared_ptr<RegistryHost> host_;
  v1::NamingService& naming_;
  std::map<std::string, Listener, std::less<>> listeners_;  // by subject
};

}  // namespace bellrock::naming::server
