// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>

#include "rpc/server.h"
#include "server/assets.h"

namespace bellrock::server {

// Answers GET requests with the console's files: compressed ones to browsers that take them, hashed
// ones cacheable for ever, and the page itself for every path that is no file (the console routes
// those). Immutable; any thread.
class Console {
 public:
  explicit Console(std::span<const Asset> assets);
  rpc::HttpReply Serve(const rpc::HttpRequest& request) const;

 private:
  struct File {
    std::string_view plain;
    std::string_view gzip;  // empty if there is none
    std::string etag;
  };

  std::map<std::string, File, std::less<>> files_;
};

}  // namespace bellrock::server
