// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "rpc/server/method_table.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <memory>
#include <set>
#include <tuple>

#include "rpc/error_catalog.h"

namespace bellrock::rpc {

std::string_view Method::kind() const {
  if (streams_requests()) return streams_replies() ? "bidirectional" : "client-streaming";
  return streams_replies() ? "server-streaming" : "unary";
}

Status MethodTable::Add(Service& service, const ServiceOptions& options) {
  for (const auto& [key, method] : methods_) {
    if (key.service != service.full_name()) continue;
    return AlreadyExistsError(Numbered(
        ErrorNumber::kBadServerOptions,
        fmt::format("service {} was added before; add each service once", service.full_name())));
  }
  for (const MethodDescriptor& descriptor : service.methods()) {
    const int handlers = (descriptor.unary != nullptr ? 1 : 0) +
                         (descriptor.server_streaming != nullptr ? 1 : 0) +
                         (descriptor.client_streaming != nullptr ? 1 : 0) +
                         (descriptor.bidi_streaming != nullptr ? 1 : 0);
    if (handlers != 1) {
      return InvalidArgumentError(
          Numbered(ErrorNumber::kBadServerOptions,
                   fmt::format("method {}/{} has {} handlers; it must have one",
                               service.full_name(), descriptor.name, handlers)));
    }
    auto method = std::make_unique<Method>();
    method->service = &service;
    method->descriptor = &descriptor;
    method->index = methods_.size();
    method->home = options.home;
    method->workers = options.workers;
    method->interceptors = options.interceptors;
    method->hand_off = options.hand_off;
    method->service_name = service.full_name();
    method->name = descriptor.name;
    const Key key{method->service_name, method->name};
    methods_.emplace(key, std::move(method));
  }
  return Status::Ok();
}

Status MethodTable::UseWorkers(std::string_view methods, WorkerPool& workers) {
  const bool whole_service = methods.ends_with("/*");
  size_t found = 0;
  for (auto& [key, method] : methods_) {
    const bool fits = whole_service ? methods.substr(0, methods.size() - 2) == key.service
                                    : methods == fmt::format("{}/{}", key.service, key.method);
    if (!fits) continue;
    method->workers = &workers;
    ++found;
  }
  if (found > 0) return Status::Ok();
  return InvalidArgumentError(
      Numbered(ErrorNumber::kBadServerOptions,
               fmt::format("\"{}\" names no method that is served; write package.Service/Method or "
                           "package.Service/*; served are: {}",
                           methods, fmt::join(Names(), ", "))));
}

const Method* MethodTable::Find(std::string_view service, std::string_view method) const {
  const auto found = methods_.find(Key{service, method});
  return found == methods_.end() ? nullptr : found->second.get();
}

Status MethodTable::WhyMissing(std::string_view service, std::string_view method) const {
  std::set<std::string_view> services;
  std::set<std::string_view> methods;
  for (const auto& [key, value] : methods_) {
    services.insert(key.service);
    if (key.service == service) methods.insert(key.method);
  }
  if (methods.empty()) {
    return UnimplementedError(Numbered(ErrorNumber::kUnknownMethod,
                                       fmt::format("service {} is not served here; served are: {}",
                                                   service, fmt::join(services, ", "))));
  }
  return UnimplementedError(Numbered(ErrorNumber::kUnknownMethod,
                                     fmt::format("service {} has no method {}; it has: {}", service,
                                                 method, fmt::join(methods, ", "))));
}

void MethodTable::SetGate(protect::AdmissionGate& gate) {
  const std::vector<std::string> names = Names();
  for (auto& [key, method] : methods_) {
    const std::string name = method->service_name + "/" + method->name;
    method->gate = &gate;
    method->id =
        static_cast<uint32_t>(std::lower_bound(names.begin(), names.end(), name) - names.begin());
  }
}

std::vector<std::string> MethodTable::Names() const {
  std::vector<std::string> names;
  for (const auto& [key, value] : methods_) {
    names.push_back(value->service_name + "/" + value->name);
  }
  std::sort(names.begin(), names.end());
  return names;
}

std::vector<const Method*> MethodTable::All() const {
  std::vector<const Method*> methods;
  for (const auto& [key, value] : methods_) methods.push_back(value.get());
  std::sort(methods.begin(), methods.end(), [](const Method* a, const Method* b) {
    return std::tie(a->service_name, a->name) < std::tie(b->service_name, b->name);
  });
  return methods;
}

std::vector<Service*> MethodTable::Services() const {
  std::map<std::string_view, Service*> services;
  for (const auto& [key, value] : methods_) services.emplace(key.service, value->service);
  std::vector<Service*> sorted;
  for (const auto& [name, service] : services) sorted.push_back(service);
  return sorted;
}

}  // namespace bellrock::rpc
