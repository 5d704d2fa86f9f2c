// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "bellrock/interceptor.h"
#include "bellrock/service.h"
#include "fiber/loop.h"

namespace bellrock::rpc::protect {
class AdmissionGate;
}

namespace bellrock::rpc {

class WorkerPool;

// A method that is served here.
struct Method {
  Service* service = nullptr;
  const MethodDescriptor* descriptor = nullptr;
  fiber::Loop* home = nullptr;    // where its handlers run; nullptr = where the connection is
  WorkerPool* workers = nullptr;  // or on whichever of these is free
  // Of the server; see each call before and after its handler, in this order.
  const std::vector<ServerInterceptor*>* interceptors = nullptr;
  size_t index = 0;       // among all methods of the server, in the order they were added
  bool hand_off = false;  // a handler that blocks its thread has the loop taken away from it
  protect::AdmissionGate* gate = nullptr;  // of the server: asked before each call
  uint32_t id = 0;                         // the method's place in Names()
  std::string service_name;
  std::string name;

  bool streams_replies() const {
    return descriptor->server_streaming != nullptr || descriptor->bidi_streaming != nullptr;
  }
  bool streams_requests() const {
    return descriptor->client_streaming != nullptr || descriptor->bidi_streaming != nullptr;
  }
  bool unary() const { return descriptor->unary != nullptr; }
  // "unary", "server-streaming", "client-streaming", "bidirectional"
  std::string_view kind() const;
};

// The methods of all services of a server, found with one hash lookup. Filled before the server
// listens, read by all loops after that.
class MethodTable {
 public:
  struct ServiceOptions {
    fiber::Loop* home = nullptr;
    WorkerPool* workers = nullptr;
    const std::vector<ServerInterceptor*>* interceptors = nullptr;
    bool hand_off = false;
  };
  // kAlreadyExists if the name is taken, kInvalidArgument if a method has not exactly one handler.
  Status Add(Service& service, const ServiceOptions& options);
  // From now on these run on the workers: "package.Service/Method", or "package.Service/*".
  // kInvalidArgument with what there is if that names none.
  Status UseWorkers(std::string_view methods, WorkerPool& workers);
  // nullptr if there is none.
  const Method* Find(std::string_view service, std::string_view method) const;
  // Why Find() found nothing, with what exists instead.
  Status WhyMissing(std::string_view service, std::string_view method) const;
  // After the last Add(): every call of these methods asks the gate, which knows them by Names().
  void SetGate(protect::AdmissionGate& gate);
  // "service/method" of all, sorted.
  std::vector<std::string> Names() const;
  // Sorted by name.
  std::vector<const Method*> All() const;
  size_t size() const { return methods_.size(); }
  // The services, in the order of their names.
  std::vector<Service*> Services() const;

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
