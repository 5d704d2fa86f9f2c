// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "bellrock/service.h"
#include "fiber/loop.h"
#include "rpc/interceptor.h"

namespace bellrock::rpc {

// A method that is served here.
struct Method {
  Service* service = nullptr;
  const MethodDescriptor* descriptor = nullptr;
  fiber::Loop* home = nullptr;  // where its handlers run; nullptr = where the connection is
  ServerInterceptor* interceptor = nullptr;
  std::string service_name;
  std::string name;

  bool streaming() const { return descriptor->server_streaming != nullptr; }
};

// The methods of all services of a server, found with one hash lookup. Filled before the server
// listens, read by all loops after that.
class MethodTable {
 public:
  // kAlreadyExists if the name is taken, kInvalidArgument if a method is neither unary nor
  // streaming.
  Status Add(Service& service, fiber::Loop* home, ServerInterceptor* interceptor = nullptr);
  // nullptr if there is none.
  const Method* Find(std::string_view service, std::string_view method) const;
  // Why Find() found nothing, with what exists instead.
  Status WhyMissing(std::string_view service, std::string_view method) const;
  // "service/method" of all, sorted.
  std::vector<std::string> Names() const;

 private:
  struct Key {
    std::string_view service;
    std::string_view method;
    bool operator==(const Key&) const = default;
  };
  struct KeyHash {
    size_t operator()(const Key& key) const {
      const std::hash<std::string_view> hash;
      return hash(key.service) * 31 + hash(key.method);
    }
  };

  std::unordered_map<Key, std::unique_ptr<Method>, KeyHash> methods_;
};

}  // namespace bellrock::rpc
